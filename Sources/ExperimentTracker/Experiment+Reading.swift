import ExperimentAnalysis
public import ExperimentTracking
public import TrackingEntities
import TrackingStore

extension Experiment {
  /// All that is known, as JSON values; docs/schemas/experiment.schema.json describes them.
  package func json() throws(TrackingError) -> Value {
    let snapshot = try snapshot()
    var value = SnapshotJSON.value(snapshot, parentNumber: parentNumber(snapshot))
    if let writing, case .map(var members) = value {
      members.append(.init("writing", .text(writing)))
      value = .map(members)
    }
    return value
  }

  /// The number of the experiment around this one, which never changes; read once.
  private func parentNumber(_ snapshot: ExperimentSnapshot) -> UInt64? {
    guard identity.child != 0 else { return nil }
    if let known = lockedSession({ $0.parentNumber }) { return known }
    let number = (try? Increment.around(self).parent(of: snapshot))?.number
    lockedSession { $0.parentNumber = number }
    return number
  }

  /// The experiment as an HTML fragment for a notebook, everything in it escaped.
  public func html() throws(TrackingError) -> String {
    ExperimentHTML.render(try snapshot()) { path, most in
      // A picture that is gone or was replaced by a large one is named only.
      (try? directory.read(path, limit: most)) ?? nil
    }
  }

  /// Starts an experiment inside this one: a combination of a sweep, a stage, a fold.
  ///
  /// - Parameters:
  ///   - name: The name; nil is the child's number with four digits.
  ///   - options: How it is started.
  public func startChild(
    _ name: String? = nil, options: ExperimentOptions = ExperimentOptions()
  ) throws(TrackingError) -> Experiment {
    try Increment.around(self).start(name, in: self, options: options)
  }
}

extension Increment {
  /// The increment that an experiment lies in.
  package static func around(_ experiment: Experiment) throws(TrackingError) -> Increment {
    let suffix = "/experiments/" + experiment.folder
    guard let path = experiment.path.without(ending: suffix) else {
      throw TrackingError(
        .incrementNotFound, "'\(experiment.path)' does not lie in an increment")
    }
    return try find(path, from: path)
  }
}

extension ExperimentStatus {
  /// The status of that name.
  package static func named(_ text: String) throws(TrackingError) -> ExperimentStatus {
    if let status = ExperimentStatus(rawValue: text) { return status }
    throw TrackingError(
      .invalidArgument, "there is no status '\(text)'; there are:",
      candidates: LookupSuggestions.ordered(allCases.map(\.rawValue), closestTo: text))
  }
}
