import TrackingEntities

/// Where the best value of a numeric parameter is the smallest or the largest that was tried.
enum EdgeFindings {
  /// Words of parameters whose values have no order in which one is better: nobody searches them.
  private static let notSearched: Set<String> = ["seed", "seeds", "state", "rank", "fold", "id"]

  static func all(_ scope: ReviewScope) -> [Finding] {
    guard let best = scope.scored.first, let primary = scope.primary else { return [] }
    let runs = scope.scored.map { run in
      Run(
        scored: run,
        params: Dictionary(
          FlattenedParams.ofParams(run.snapshot).map { ($0.key, $0.value) },
          uniquingKeysWith: { $1 }))
    }
    return FlattenedParams.ofParams(best.snapshot).compactMap { entry in
      finding(entry.key, best, runs, scope, primary)
    }
  }

  /// A run with its parameters by their paths.
  private struct Run {
    let scored: ReviewScope.Scored
    let params: [Key: Value]

    func number(_ key: Key) -> Double? {
      guard let number = params[key]?.double, number.isFinite else { return nil }
      return number
    }
  }

  private static func finding(
    _ key: Key, _ best: ReviewScope.Scored, _ all: [Run], _ scope: ReviewScope,
    _ primary: PrimaryMetric
  ) -> Finding? {
    guard notSearched.isDisjoint(with: MetricWords.split(key)),
      let own = all.first?.number(key)
    else { return nil }
    let runs = all.compactMap { run in run.number(key).map { (run: run.scored, value: $0) } }
    let values = Set(runs.map(\.value))
    guard values.count >= ReviewThresholds.fewestValues, let smallest = values.min(),
      let largest = values.max(), own == smallest || own == largest
    else { return nil }
    // A share cannot leave 0 to 1, and hardly any parameter goes below 0.
    let isEnd =
      (own == smallest && own == 0) || (own == largest && own == 1 && smallest >= 0)
    guard !isEnd, let other = runs.first(where: { $0.value != own }),
      other.run.score != best.score,
      hasEffect(
        runs.filter { $0.value == own }.map(\.run.score),
        runs.filter { $0.value != own }.map(\.run.score))
    else { return nil }

    let name = ReviewText.key(key)
    let isLargest = own == largest
    let style = scope.style
    let sentence =
      "The best \(Heading.prose(primary.key))\(scope.place) "
      + "(\(style.text(.double(best.score))), \(ReviewText.name(best.snapshot))) has "
      + "\(name) = \(text(own)), the \(isLargest ? "largest" : "smallest") of the "
      + "\(values.count) values tried (\(text(smallest)) to \(text(largest))); the best with "
      + "another value has \(style.text(.double(other.run.score))) at \(text(other.value))."
    return Finding(
      .edge, scope.subject(name), sentence,
      advice: "Try \(name) \(isLargest ? "above" : "below") \(text(own)).",
      [
        Finding.Case(
          ReviewText.name(best.snapshot), best.snapshot.folder,
          [.init("value", .number(own)), .init("score", .number(best.score))])
      ],
      [
        .init("smallest", .number(smallest)), .init("largest", .number(largest)),
        .init("values", .integer(Int64(values.count))),
        .init("runs", .integer(Int64(runs.count))),
        .init("other_value", .number(other.value)),
        .init("other_score", .number(other.run.score)),
      ])
  }

  /// Whether the value may matter: false where many runs with it and without it do not differ by
  /// more than chance, so that the best one had it by chance.
  private static func hasEffect(_ with: [Double], _ without: [Double]) -> Bool {
    guard min(with.count, without.count) >= ReviewThresholds.enoughRuns,
      let left = RunStatistics(with), let right = RunStatistics(without),
      let pValue = WelchTest.pValue(left, right)
    else { return true }
    return pValue < WelchTest.significance
  }

  private static func text(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? NumberText.shortest(value)
  }
}
