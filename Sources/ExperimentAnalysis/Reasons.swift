import TrackingEntities

/// Why the best row is the best. Every sentence is a fixed predicate over the numbers of the table:
///
/// - *Highest / Lowest m (v)*: the value of the primary metric; `tied with` names the rows whose
///   value reads the same, and a direction that was not given is called an assumption.
/// - *Good precision/recall balance*: |precision − recall| ≤ 0.05 of every pair of metrics that are
///   named alike, of every class where they are given by class. The two values of the pair with the
///   shortest name follow where the table does not show them.
/// - *Reasonable training time (t)*: at most twice the median of the completed rows, of which there
///   are at least two. Above that it is not a reason: a note says *took long (t, median m)*.
/// - *Selected for deployment*: that decision was recorded.
struct Reasons {
  private let rows: [Comparison.Row]
  private let best: Comparison.Row
  private let primary: PrimaryMetric
  private let style: NumberStyle
  private let columns: [Comparison.Column]

  init(
    _ rows: [Comparison.Row], best: Int, _ primary: PrimaryMetric, _ style: NumberStyle,
    _ columns: [Comparison.Column]
  ) {
    self.rows = rows
    self.best = rows[best]
    self.primary = primary
    self.style = style
    self.columns = columns
  }

  /// The sentences that say why it is the best.
  var sentences: [String] {
    var sentences = [extreme]
    if let balance { sentences.append(balance) }
    if let time { sentences.append(time) }
    if best.selection != nil { sentences.append("Selected for deployment") }
    return sentences
  }

  private var extreme: String {
    if best.group != nil { return GroupReasons(rows, best: best, primary).sentence }
    let ranked = rows.count { $0.rank != nil }
    let name = Heading.prose(primary.key)
    let value = best.score.map((MetricUnit(of: primary.key)?.style ?? style).text) ?? "–"
    var sentence = "\(primary.direction.superlative) \(name) (\(value))"
    guard ranked > 1 else { return alone(name, value, sentence) + assumption }
    let equals = rows.filter { $0.rank == 1 && $0.name != best.name }.map(\.name)
    if !equals.isEmpty {
      let more = equals.count > 3 ? " and \(equals.count - 3) more" : ""
      sentence += ", tied with " + equals.prefix(3).joined(separator: ", ") + more
    }
    return sentence + assumption
  }

  private var assumption: String {
    primary.isAssumed ? ", assuming that higher is better" : ""
  }

  /// The reason for the only ranked row: of a sweep, that it was the best of many.
  private func alone(_ name: String, _ value: String, _ superlative: String) -> String {
    guard let sweep = best.sweep, best.members > 1 else {
      return "Only completed experiment with \(name) (\(value))"
    }
    let own = SweepObjective(of: sweep)
    let isJudgedAlike =
      own.map { $0.metric == primary.key && $0.direction == primary.direction }
      ?? (SweepObjective.best(of: sweep) == nil)
    return isJudgedAlike
      ? "\(superlative) of the \(best.members) experiments in \(Names.shown(sweep))"
      : "Only one to compare with \(name) (\(value))"
  }

  private var balance: String? {
    if best.group != nil { return nil }
    var pairs: [(precision: MetricSummary, recall: MetricSummary)] = []
    for metric in best.snapshot.metrics where !DetailMetric.matches(metric.key) {
      guard MetricWords.training.isDisjoint(with: MetricWords.split(metric.key)),
        let other = Self.recall(for: metric.key), let recall = best.snapshot.metric(other)
      else { continue }
      pairs.append((metric, recall))
    }
    // The last digit of a decimal fraction is not exact: 0.85 − 0.80 is a little more than 0.05.
    let isBalanced = pairs.allSatisfy { pair in
      let (precision, recall) = (pair.precision.last.double, pair.recall.last.double)
      return abs(precision - recall) <= 0.05 + 1e-9 && min(precision, recall) > 0
    }
    let shortest = pairs.min { $0.precision.key.bytes.count < $1.precision.key.bytes.count }
    guard isBalanced, let pair = shortest else { return nil }
    let sentence = "Good precision/recall balance"
    if shows(pair.precision.key) && shows(pair.recall.key) { return sentence }
    let style = NumberStyle(for: [pair.precision.last, pair.recall.last])
    return sentence + " (\(style.text(pair.precision.last))/\(style.text(pair.recall.last)))"
  }

  private var time: String? {
    guard let (own, median) = times, own <= 2 * median else { return nil }
    return "Reasonable training time (\(DurationText.seconds(own)))"
  }

  /// What is bad about it, for the notes: it is the best nevertheless.
  var drawbacks: [String] {
    guard let (own, median) = times, own > 2 * median else { return [] }
    return [
      "\(best.name) took long: \(DurationText.seconds(own)) of training, "
        + "the median is \(DurationText.seconds(median))."
    ]
  }

  private var times: (own: Double, median: Double)? {
    let times = rows.compactMap { $0.status == .completed ? $0.trainingTime : nil }.sorted()
    guard let own = best.trainingTime, times.count > 1 else { return nil }
    let middle = times.count / 2
    let median = times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
    return (own, median)
  }

  private func shows(_ key: Key) -> Bool { columns.contains { $0.content == .metric(key) } }

  /// `test_recall` for `test_precision`; nil for other keys.
  private static func recall(for key: Key) -> Key? {
    let word = Array("precision".utf8)
    let bytes = key.bytes
    guard bytes.count >= word.count, bytes.count <= 200 else { return nil }
    for start in 0...(bytes.count - word.count)
    where bytes[start..<(start + word.count)].elementsEqual(word) {
      return Key(
        bytes: Array(bytes[..<start]) + Array("recall".utf8) + Array(bytes[(start + word.count)...])
      )
    }
    return nil
  }
}
