import TrackingEntities

/// Whether the best ones are better than the next by more than the noise of seeds or folds.
struct TieFindings {
  private let snapshots: [ExperimentSnapshot]
  private let comparison: Comparison
  private let options: ComparisonOptions

  init(
    _ snapshots: [ExperimentSnapshot], _ comparison: Comparison, _ options: ComparisonOptions
  ) {
    self.snapshots = snapshots
    self.comparison = comparison
    self.options = options
  }

  /// What is found at the top; the noise is that of seeds where there are several, else of folds.
  func top() throws(TrackingError) -> [Finding] {
    guard let primary = comparison.primary else { return [] }
    let seeds = seedParams()
    if !seeds.isEmpty {
      var grouped = options
      grouped.groupBy = .allBut(seeds)
      let groups = try Comparison(of: snapshots, grouped)
      if let best = groups.best, best.group?.counted(groups.primary) ?? 0 > 1 {
        return Self.seeds(groups, best).map { [$0] } ?? []
      }
    }
    let ranked = comparison.rows.filter { $0.rank != nil }.map(ReviewText.snapshot)
    let order = ranked.indices.sorted { one, other in
      let (left, right) = (value(ranked[one], primary), value(ranked[other], primary))
      return left == right ? one < other : primary.direction.isBetter(left, than: right)
    }
    let sorted = order.map { ranked[$0] }
    guard let best = sorted.first, sorted.count > 1 else { return [] }
    if FoldScores.statistics(primary.key, of: best, sweep: nil) != nil {
      return Self.folds(sorted, primary, nil).map { [$0] } ?? []
    }
    return [noiseUnknown(best, sorted[1], primary)]
  }

  /// What is found among the combinations of a sweep, by their folds.
  static func inside(_ scope: ReviewScope) -> [Finding] {
    guard let primary = scope.primary, scope.parent != nil else { return [] }
    return folds(scope.scored.map(\.snapshot), primary, scope.parent).map { [$0] } ?? []
  }

  private func value(_ snapshot: ExperimentSnapshot, _ primary: PrimaryMetric) -> Double {
    primary.value(of: snapshot)?.double ?? .nan
  }

  /// The parameters of the top-level experiments that are the seed of a random generator.
  private func seedParams() -> [String] {
    var seen: Set<Key> = []
    return snapshots.filter(\.identity.parent.isEmpty)
      .flatMap { FlattenedParams.ofParams($0).map(\.key) }
      .filter { seen.insert($0).inserted && SeedParameter.matches($0) }.map(\.text)
  }

  private static func seeds(_ groups: Comparison, _ best: Comparison.Row) -> Finding? {
    guard let primary = groups.primary, let own = best.group?.statistics(primary) else {
      return nil
    }
    let tied = groups.rows.filter { $0.group?.isTied == true && $0.name != best.name }
    guard !tied.isEmpty else { return nil }
    let all = [best] + tied
    let decimals = GroupText.decimals(all.compactMap { $0.group?.statistics(primary) })
    let texts = all.compactMap { row -> String? in
      guard let statistics = row.group?.statistics(primary) else { return nil }
      return "\(row.name) (\(GroupText.mean(statistics, decimals: decimals)), "
        + "\(CountText.of(statistics.count, "run")))"
    }
    let cases = all.map { row in
      let statistics = row.group?.statistics(primary)
      return Finding.Case(
        row.name, row.snapshot.folder,
        Self.numbers(statistics) + [.init("p_value", row.group?.pValue.map(Value.number) ?? .null)])
    }
    return Finding(
      .tie, ReviewText.key(primary.key),
      "The best by mean \(Heading.prose(primary.key)) are tied within the noise of their seeds: "
        + ReviewText.list(texts, by: "; ") + ".",
      advice: "Run each with more seeds than \(own.count), or take the cheapest.", cases,
      [.init("significance", .number(WelchTest.significance))])
  }

  private static func folds(
    _ sorted: [ExperimentSnapshot], _ primary: PrimaryMetric, _ sweep: ExperimentSnapshot?
  ) -> Finding? {
    guard let best = sorted.first,
      let own = FoldScores.statistics(primary.key, of: best, sweep: sweep)
    else { return nil }
    var tied: [(snapshot: ExperimentSnapshot, statistics: RunStatistics, pValue: Double?)] = [
      (best, own, nil)
    ]
    for other in sorted.dropFirst() {
      guard let statistics = FoldScores.statistics(primary.key, of: other, sweep: sweep),
        let pValue = WelchTest.pValue(own, statistics), pValue >= WelchTest.significance
      else { continue }
      tied.append((other, statistics, pValue))
    }
    guard tied.count > 1 else { return nil }
    let decimals = GroupText.decimals(tied.map(\.statistics))
    let texts = tied.map { entry in
      "\(ReviewText.name(entry.snapshot)) (\(GroupText.mean(entry.statistics, decimals: decimals)))"
    }
    let cases = tied.map { entry in
      Finding.Case(
        ReviewText.name(entry.snapshot), entry.snapshot.folder,
        numbers(entry.statistics) + [.init("p_value", entry.pValue.map(Value.number) ?? .null)])
    }
    let key = ReviewText.key(primary.key)
    let place = sweep.map { " of " + Names.shown($0) } ?? ""
    return Finding(
      .tie, sweep.map { "\($0.folder)/\(key)" } ?? key,
      "The best\(place) by \(Heading.prose(primary.key)) are tied within the noise of "
        + "\(CountText.of(own.count, "fold")): " + ReviewText.list(texts, by: "; ") + ".",
      advice: "Repeat the folds with more seeds, or take the cheapest.", cases,
      [.init("significance", .number(WelchTest.significance))])
  }

  private static func numbers(_ statistics: RunStatistics?) -> [Value.Entry] {
    guard let statistics else { return [] }
    return [
      .init("mean", .number(statistics.mean)),
      .init("std", statistics.deviation.map(Value.number) ?? .null),
      .init("count", .integer(Int64(statistics.count))),
    ]
  }

  private func noiseUnknown(
    _ best: ExperimentSnapshot, _ next: ExperimentSnapshot, _ primary: PrimaryMetric
  ) -> Finding {
    let values = [best, next].compactMap { primary.value(of: $0) }
    let style = NumberStyle(for: values, of: primary.key)
    let scores = [value(best, primary), value(next, primary)]
    let texts = zip([best, next], scores).map { snapshot, score in
      "\(ReviewText.name(snapshot)) (\(style.text(.double(score))))"
    }
    if scores[0] == scores[1] {
      return Finding(
        .tie, ReviewText.key(primary.key),
        "\(texts[0]) and \(texts[1]) are equal by \(Heading.prose(primary.key)).",
        advice: "Take the cheapest, or judge by a second metric.",
        [best, next].map {
          Finding.Case(
            ReviewText.name($0), $0.folder, [.init("score", .number(scores[0]))])
        })
    }
    return Finding(
      .noiseUnknown, ReviewText.key(primary.key),
      "\(texts[0]) is ahead of \(texts[1]) by \(Heading.prose(primary.key)), each run once and "
        + "without folds: whether that is more than noise is not known.",
      advice: "Run both with several seeds, logged as the parameter seed.",
      zip([best, next], scores).map { snapshot, score in
        Finding.Case(
          ReviewText.name(snapshot), snapshot.folder, [.init("score", .number(score))])
      }, [.init("difference", .number(abs(scores[0] - scores[1])))])
  }
}

/// What the folds of one experiment say about the noise of its score.
enum FoldScores {
  /// Mean and spread over the folds; nil where the number of the folds or their deviation is not
  /// recorded.
  ///
  /// - Parameter sweep: The search that it is a combination of.
  static func statistics(
    _ key: Key, of snapshot: ExperimentSnapshot, sweep: ExperimentSnapshot?
  ) -> RunStatistics? {
    let scores = snapshot.metric(Key(bytes: Array("fold/".utf8) + key.bytes))
    let planned = sweep?.fact("sweep")?["folds"]?.integer.map(Int.init(clamping:))
    guard let mean = snapshot.metric(key)?.last.double,
      let deviation = SweepCombinations.deviation(key, of: snapshot),
      let count = scores?.count ?? planned, count > 1, mean.isFinite, deviation.isFinite
    else { return nil }
    // What is recorded is the deviation of these folds; the test needs that of all possible ones.
    let estimate = deviation * (Double(count) / Double(count - 1)).squareRoot()
    return RunStatistics(count: count, mean: mean, deviation: estimate)
  }
}

extension RunStatistics {
  /// Those of values that are not at hand.
  init(count: Int, mean: Double, deviation: Double) {
    self.count = count
    self.mean = mean
    self.deviation = deviation
    minimum = mean
    maximum = mean
  }
}
