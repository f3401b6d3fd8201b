public import ExperimentAnalysis
public import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

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
  func parentNumber(_ snapshot: ExperimentSnapshot) -> UInt64? {
    guard identity.child != 0 else { return nil }
    if let known = lockedSession({ $0.parentNumber }) { return known }
    let number = (try? Increment.around(self).parent(of: snapshot))?.number
    lockedSession { $0.parentNumber = number }
    return number
  }

  /// The experiment as an HTML fragment for a notebook, everything in it escaped.
  public func html() throws(TrackingError) -> String {
    let directory = try directory
    return ExperimentHTML.render(try snapshot()) { path, most in
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
        .incrementNotFound, "'\(experiment.path)' is not in an increment")
    }
    return try find(path, from: path)
  }
}

extension ExperimentStatus {
  /// The status of that name.
  package static func named(_ text: String) throws(TrackingError) -> ExperimentStatus {
    if let status = ExperimentStatus(rawValue: text) { return status }
    throw TrackingError(
      .invalidArgument, "there is no status '\(text)'; it can be:",
      candidates: LookupSuggestions.ordered(allCases.map(\.rawValue), closestTo: text))
  }
}

extension Experiment {
  /// The report's name where none is given.
  public static let usualReport = "report.md"

  /// The experiment as a Markdown document: how it went, what it was given, what came of it, and
  /// how to run it again.
  public func report() throws(TrackingError) -> String {
    ExperimentReport.document(try snapshot(), increment: increment)
  }

  /// Writes the report; the older one is kept as a version, and nothing is done if nothing changed.
  ///
  /// - Parameter path: The path within the experiment's folder.
  /// - Returns: The same path.
  @discardableResult
  public func saveReport(_ path: String = usualReport) throws(TrackingError) -> String {
    let snapshot = try snapshot()
    let directory = try directory
    let text = ExperimentReport.document(snapshot, increment: increment, at: path)
    let known = snapshot.artifacts.contains {
      $0.keptAs.isEmpty && $0.path.utf8.elementsEqual(path.utf8)
    }
    if known, let present = try directory.read(path), present.elementsEqual(text.utf8) {
      return path
    }
    var problem: TrackingError?
    Array(text.utf8).withUnsafeBytes { bytes in
      do throws(TrackingError) {
        try saveArtifact(path, bytes: bytes, kind: "report")
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    return path
  }
}

extension Experiment {
  /// What differs between this experiment and another one: parameters, metrics, tags, environment,
  /// data and files. What differs in the code is told by ``codeDifference(from:paths:withPatch:)``.
  ///
  /// ```swift
  /// let difference = try increment.load("xgb-v2").difference(from: increment.load("xgb-v1"))
  /// for param in difference.params { print(param.key, param.change) }
  /// ```
  public func difference(from other: Experiment) throws(TrackingError) -> ExperimentDifference {
    ExperimentDifference(of: try snapshot(), from: try other.snapshot())
  }

  /// The difference as the C API and Python ask for it: as JSON, as a table for a terminal, or as
  /// HTML.
  package func difference(
    from other: Experiment, json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> [UInt8] {
    var options = try OptionReader(json, for: caller)
    let form = try options.text("as") ?? "json"
    let width = try options.integer("width") ?? 0
    let wantsCode = try options.flag("code") ?? false
    let paths = try options.texts("paths") ?? []
    let wantsPatch = try !(options.flag("stat") ?? false)
    guard ["json", "text", "html"].contains(form) else {
      throw options.wrong("as", "\"json\", \"text\" or \"html\"")
    }
    try options.end()
    let difference = try difference(from: other)
    let code =
      wantsCode && form != "html"
      ? try codeDifference(from: other, paths: paths, withPatch: wantsPatch) : nil
    switch form {
    case "text":
      let columns = width > 0 ? Int(clamping: width) : nil
      return Array(DifferenceText.render(difference, code: code, width: columns).utf8)
    case "html": return Array(DifferenceHTML.render(difference).utf8)
    default: return try DifferenceJSON.value(difference, code: code).json(layout: .compact)
    }
  }
}
