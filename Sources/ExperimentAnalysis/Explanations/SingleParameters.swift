import TrackingEntities

/// What other experiments say of one of the changed parameters: those that differ from one of the
/// two in nothing but it.
struct SingleParameters {
  private static let most = 5

  private let difference: ExperimentDifference
  private let titles: (before: String, after: String)
  private let primary: PrimaryMetric

  init(
    _ difference: ExperimentDifference, _ titles: (before: String, after: String),
    _ primary: PrimaryMetric
  ) {
    self.difference = difference
    self.titles = titles
    self.primary = primary
  }

  /// One sentence for each, those with the largest change of the score first.
  func sentences(among others: [ExperimentSnapshot]) -> [String] {
    // Of a single changed parameter the two themselves say all.
    guard difference.params.count > 1 else { return [] }
    let changed = Set(difference.params.map(\.key))
    let bases = [
      Base(difference.before, titles.before, target: difference.after),
      Base(difference.after, titles.after, target: difference.before),
    ]
    var found: [(change: Double, sentence: String)] = []
    for other in others
    where other.status == .completed && other.folder != difference.before.folder
      && other.folder != difference.after.folder
    {
      let params = ParamValue.members(FlattenedParams.ofParams(other))
      for base in bases {
        guard let key = base.onlyDifference(of: params), changed.contains(key),
          let value = params[key], value == base.target[key],
          let score = primary.value(of: other)?.double,
          let reference = primary.value(of: base.snapshot)?.double, score.isFinite,
          reference.isFinite
        else { continue }
        let shown = FlattenedParams.ofParams(other).first { $0.key == key }?.value ?? .null
        let style = NumberStyle(for: [.double(score), .double(reference)], of: primary.key)
        found.append(
          (
            abs(score - reference),
            "\(ReviewText.name(other)) differs from \(base.title) in the parameter "
              + "\(ReviewText.key(key)) alone (\(ValueText.line(shown, limit: 60))) and has "
              + "\(Heading.prose(primary.key)) \(style.text(.double(score))) instead of "
              + "\(style.text(.double(reference)))."
          ))
      }
    }
    let order = found.indices.sorted { one, other in
      found[one].change == found[other].change
        ? one < other : found[one].change > found[other].change
    }
    return order.prefix(Self.most).map { found[$0].sentence }
  }

  /// One of the two, from which another experiment may differ.
  private struct Base {
    let snapshot: ExperimentSnapshot
    let title: String
    /// The parameters of the other one of the two.
    let target: [Key: ParamValue]
    private let params: [Key: ParamValue]

    init(_ snapshot: ExperimentSnapshot, _ title: String, target: ExperimentSnapshot) {
      self.snapshot = snapshot
      self.title = title
      self.target = ParamValue.members(FlattenedParams.ofParams(target))
      params = ParamValue.members(FlattenedParams.ofParams(snapshot))
    }

    /// The one parameter whose value is another; nil if there is none, or more than one.
    func onlyDifference(of other: [Key: ParamValue]) -> Key? {
      guard other.count == params.count else { return nil }
      var found: Key?
      for (key, value) in other where params[key] != value {
        if found != nil { return nil }
        found = key
      }
      return found
    }
  }
}
