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
    var found: [(change: Double, sentence: String)] = []
    for other in others
    where other.status == .completed && other.folder != difference.before.folder
      && other.folder != difference.after.folder
    {
      for (base, title, target) in [
        (difference.before, titles.before, difference.after),
        (difference.after, titles.after, difference.before),
      ] {
        let own = ExperimentDifference(of: other, from: base)
        guard own.params.count == 1, let entry = own.params.first, changed.contains(entry.key),
          let value = entry.after, let wanted = param(entry.key, of: target),
          ParamValue.areSame(value, wanted), let score = primary.value(of: other)?.double,
          let reference = primary.value(of: base)?.double, score.isFinite, reference.isFinite
        else { continue }
        let style = NumberStyle(for: [.double(score), .double(reference)], of: primary.key)
        found.append(
          (
            abs(score - reference),
            "\(ReviewText.name(other)) differs from \(title) in the parameter "
              + "\(ReviewText.key(entry.key)) alone (\(ValueText.line(value, limit: 60))) and has "
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

  private func param(_ key: Key, of snapshot: ExperimentSnapshot) -> Value? {
    FlattenedParams.ofParams(snapshot).first { $0.key == key }?.value
  }
}
