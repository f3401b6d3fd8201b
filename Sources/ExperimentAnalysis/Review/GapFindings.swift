import TrackingEntities

/// Where a metric is better on the data that a model has learned from than on other data.
enum GapFindings {
  /// Words for data that a model has not learned from, the most telling first.
  private static let unseen = ["val", "valid", "validation", "eval", "dev", "holdout", "test"]
  /// Beside a metric of these, one without a word for its data is that of the training data, as
  /// Keras names them.
  private static let besideTraining: Set<String> = ["val", "valid", "validation"]

  static func all(_ scopes: [ReviewScope]) -> [Finding] {
    var order: [Pair] = []
    var found: [Pair: [Finding.Case]] = [:]
    var counted: [Pair: Int] = [:]
    for run in scopes.flatMap(\.scored).map(\.snapshot) {
      for pair in pairs(run) {
        if counted[pair] == nil { order.append(pair) }
        counted[pair, default: 0] += 1
        if let gap = gap(pair, run) { found[pair, default: []].append(gap) }
      }
    }
    return order.compactMap { pair in
      guard let cases = found[pair], let runs = counted[pair] else { return nil }
      let (training, other) = (ReviewText.key(pair.training), ReviewText.key(pair.other))
      let limit = NumberText.percent(threshold(pair))
      let texts = cases.map { "\($0.name) (\(value($0, "training")) and \(value($0, "other")))" }
      return Finding(
        .gap, other,
        "\(training) is better than \(other) by \(limit) or more in \(cases.count) of "
          + "\(CountText.of(runs, "experiment")): \(ReviewText.list(texts)).",
        advice: "Regularise more, stop earlier, or train on more data.", cases,
        [.init("runs", .integer(Int64(runs)))])
    }
  }

  private struct Pair: Hashable {
    let training: Key
    let other: Key
    let direction: MetricDirection
  }

  private static func threshold(_ pair: Pair) -> Double {
    pair.direction == .higher ? ReviewThresholds.gapOfScore : ReviewThresholds.gapOfLoss
  }

  /// The metrics that were measured on both kinds of data.
  private static func pairs(_ run: ExperimentSnapshot) -> [Pair] {
    var trained: [[String]: Key] = [:]
    var others: [(base: [String], key: Key, place: Int)] = []
    var plain: [[String]: Key] = [:]
    for metric in run.metrics
    where !DetailMetric.matches(metric.key) && metric.last.double.isFinite {
      let words = MetricWords.split(metric.key)
      if let place = unseen.firstIndex(where: words.contains) {
        others.append((words.filter { $0 != unseen[place] }, metric.key, place))
      } else if !MetricWords.training.isDisjoint(with: words) {
        trained[words.filter { !MetricWords.training.contains($0) }] = metric.key
      } else {
        plain[words] = metric.key
      }
    }
    var pairs: [Pair] = []
    var used: Set<[String]> = []
    for other in others.sorted(by: { $0.place < $1.place }) where !used.contains(other.base) {
      let isNamed = besideTraining.contains(unseen[other.place])
      guard let training = trained[other.base] ?? (isNamed ? plain[other.base] : nil),
        let direction = direction(other.key)
      else { continue }
      used.insert(other.base)
      pairs.append(Pair(training: training, other: other.key, direction: direction))
    }
    for (base, training) in trained.sorted(by: { $0.value < $1.value }) where !used.contains(base) {
      guard let other = plain[base], let direction = direction(other) else { continue }
      pairs.append(Pair(training: training, other: other, direction: direction))
    }
    return pairs
  }

  private static func direction(_ key: Key) -> MetricDirection? {
    MetricUnit(of: key) == nil && !TrainingTime.isAsked(for: key)
      ? MetricDirection(knownFor: key) : nil
  }

  private static func gap(_ pair: Pair, _ run: ExperimentSnapshot) -> Finding.Case? {
    guard let training = run.metric(pair.training)?.last.double,
      let other = run.metric(pair.other)?.last.double,
      pair.direction.isBetter(training, than: other)
    else { return nil }
    let size = max(abs(training), abs(other))
    let gap = abs(training - other) / size
    // The last digit of a decimal fraction is not exact.
    guard gap.isFinite, gap >= threshold(pair) - 1e-9 else { return nil }
    return Finding.Case(
      ReviewText.name(run), run.folder,
      [
        .init("training", .number(training)), .init("other", .number(other)),
        .init("gap", .number(gap)),
      ])
  }

  private static func value(_ found: Finding.Case, _ name: Key) -> String {
    let values = found.numbers.prefix(2).compactMap(\.value.double).map(MetricValue.double)
    let value = found.numbers.first { $0.key == name }?.value.double ?? .nan
    return NumberStyle(for: values).text(.double(value))
  }
}
