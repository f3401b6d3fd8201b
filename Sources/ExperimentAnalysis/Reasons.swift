import TrackingEntities

/// Why the best row is the best. Every sentence is a fixed predicate over the numbers of the table:
///
/// - *Highest / Lowest m (v)*: the value of the primary metric; `tied with` names the rows whose value
///   reads the same, and a direction that nobody told is called an assumption.
/// - *Good precision/recall balance*: |precision − recall| ≤ 0.05, of one pair of metrics that are
///   named alike. The two values follow where the table does not show them.
/// - *Reasonable training time (t)*: at most twice the median of the completed rows, of which there
///   are at least two. Above that: *Long training time (t, median m)*.
/// - *Selected for deployment*: somebody recorded that decision.
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

  /// The sentences that hold.
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
    let value = best.score.map(style.text) ?? "–"
    guard ranked > 1 else { return "Only completed experiment with \(name) (\(value))" }
    var sentence = "\(primary.direction.superlative) \(name) (\(value))"
    let equals = rows.filter { $0.rank == 1 && $0.name != best.name }.map(\.name)
    if !equals.isEmpty {
      let more = equals.count > 3 ? " and \(equals.count - 3) more" : ""
      sentence += ", tied with " + equals.prefix(3).joined(separator: ", ") + more
    }
    if primary.isAssumed { sentence += ", assuming that higher is better" }
    return sentence
  }

  private var balance: String? {
    if best.group != nil { return nil }
    for metric in best.snapshot.metrics {
      guard let other = Self.recall(for: metric.key),
        let recall = best.snapshot.metric(other)?.last.double
      else { continue }
      let precision = metric.last.double
      // The last digit of a decimal fraction is not exact: 0.85 − 0.80 is a little more than 0.05.
      guard abs(precision - recall) <= 0.05 + 1e-9, min(precision, recall) > 0 else { return nil }
      let sentence = "Good precision/recall balance"
      if shows(metric.key) && shows(other) { return sentence }
      let style = NumberStyle(for: [.double(precision), .double(recall)])
      return sentence + " (\(style.text(.double(precision)))/\(style.text(.double(recall))))"
    }
    return nil
  }

  private var time: String? {
    let times = rows.compactMap { $0.status == .completed ? $0.trainingTime : nil }.sorted()
    guard let own = best.trainingTime, times.count > 1 else { return nil }
    let middle = times.count / 2
    let median = times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
    let text = DurationText.seconds(own)
    return own <= 2 * median
      ? "Reasonable training time (\(text))"
      : "Long training time (\(text), median \(DurationText.seconds(median)))"
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
