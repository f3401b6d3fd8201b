import TrackingEntities

/// Where the best value of a numeric parameter is the smallest or the largest that was tried.
enum EdgeFindings {
  /// Words of parameters whose values have no order in which one is better: nobody searches them.
  private static let notSearched: Set<String> = ["seed", "seeds", "state", "rank", "fold", "id"]

  static func all(_ scope: ReviewScope) -> [Finding] {
    guard let best = scope.scored.first, let primary = scope.primary else { return [] }
    return FlattenedParams.ofParams(best.snapshot).compactMap { entry in
      finding(entry.key, best, scope, primary)
    }
  }

  private static func finding(
    _ key: Key, _ best: ReviewScope.Scored, _ scope: ReviewScope, _ primary: PrimaryMetric
  ) -> Finding? {
    guard notSearched.isDisjoint(with: MetricWords.split(key)),
      let own = number(key, of: best.snapshot)
    else { return nil }
    let runs = scope.scored.compactMap { run in
      number(key, of: run.snapshot).map { (run: run, value: $0) }
    }
    let values = Set(runs.map(\.value))
    guard values.count >= ReviewThresholds.fewestValues, let smallest = values.min(),
      let largest = values.max(), own == smallest || own == largest
    else { return nil }
    // A share cannot leave 0 to 1, and hardly any parameter goes below 0.
    let isEnd =
      (own == smallest && own == 0) || (own == largest && own == 1 && smallest >= 0)
    guard !isEnd, let other = runs.first(where: { $0.value != own }),
      other.run.score != best.score
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

  private static func number(_ key: Key, of snapshot: ExperimentSnapshot) -> Double? {
    let value = FlattenedParams.ofParams(snapshot).first { $0.key == key }?.value
    guard let number = value?.double, number.isFinite else { return nil }
    return number
  }

  private static func text(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? NumberText.shortest(value)
  }
}
