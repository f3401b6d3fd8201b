import TrackingEntities

/// Metrics that most completed experiments have and some have not.
enum MissingMetricFindings {
  static func all(_ candidates: [Candidate]) -> [Finding] {
    let completed = candidates.filter { !$0.completed.isEmpty }
    let order = MetricInventory(completed).order
    let known = completed.map { Set($0.completed.flatMap { $0.metrics.map(\.key) }) }
    var groups: [(missing: [Int], keys: [Key])] = []
    for key in order where isResult(key) {
      let missing = completed.indices.filter { !known[$0].contains(key) }
      let share = Double(completed.count - missing.count) / Double(max(1, completed.count))
      guard !missing.isEmpty, share >= ReviewThresholds.usualMetric else { continue }
      if let place = groups.firstIndex(where: { $0.missing == missing }) {
        groups[place].keys.append(key)
      } else {
        groups.append((missing, [key]))
      }
    }
    return groups.map { group in
      let cases = group.missing.map {
        Finding.Case(ReviewText.name(completed[$0].root), completed[$0].root.folder)
      }
      let names = group.keys.map(ReviewText.key)
      let others = completed.count - group.missing.count
      return Finding(
        .missingMetric, names[0],
        "\(ReviewText.list(names)) \(names.count == 1 ? "was" : "were") not logged by "
          + "\(cases.count) of \(CountText.of(completed.count, "completed experiment")): "
          + "\(ReviewText.list(cases.map(\.name))).",
        advice: "Log \(names.count == 1 ? "it" : "them") there too, so that all can be compared.",
        cases,
        [
          .init("metrics", .list(group.keys.map { .text($0.text) })),
          .init("have", .integer(Int64(others))),
        ])
    }
  }

  /// Times and spreads are recorded by the tool that makes them and by no other.
  private static func isResult(_ key: Key) -> Bool {
    !DetailMetric.matches(key) && !TrainingTime.isAsked(for: key) && MetricUnit(of: key) == nil
      && MetricWords.split(key).last.map(MetricWords.spread.contains) != true
  }
}
