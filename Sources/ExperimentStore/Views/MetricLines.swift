package import TrackingEntities

/// The statistics of the metrics in metadata.yaml, as `MetadataView` writes them: a line for each
/// number, in one order. They are most of the file and are read here without the detour over values;
/// a file in which they stand in any other way is left to the general reader.
package struct MetricLines {
  /// The file without these lines.
  package let rest: [UInt8]
  /// The statistics in order; the last values are not among them, but in metrics.json.
  package private(set) var summaries: [MetricSummary] = []

  package init?(_ file: UnsafeBufferPointer<UInt8>) {
    guard let start = ViewLines.start(of: "metrics:\n", in: file) else { return nil }
    var lines = ViewLines(bytes: file, place: start)
    _ = lines.skip("metrics:\n")
    while lines.skip("  - key: ") {
      guard let summary = lines.summary() else { return nil }
      summaries.append(summary)
    }
    // What follows is a top-level name; an indented line would be one that is not known here.
    guard !summaries.isEmpty, lines.place < file.count, file[lines.place] > 0x20 else { return nil }
    rest = Array(file[..<start]) + file[lines.place...]
  }

  /// The statistics with the last values of metrics.json; nil if it holds other metrics.
  package func completed(by metrics: Value) -> [MetricSummary]? {
    guard case .map(let entries) = metrics, entries.count == summaries.count else { return nil }
    var completed = summaries
    for place in entries.indices {
      guard entries[place].key == completed[place].key, let last = MetricValue(entries[place].value)
      else { return nil }
      completed[place].last = last
    }
    return completed
  }
}

extension ViewLines {
  /// The lines after `- key: `.
  fileprivate mutating func summary() -> MetricSummary? {
    guard let key = key(), skip("    last: "), rest() != nil,
      let lastStep = integer("    last_step: "), let lastTime = number("    last_time: "),
      let count = integer("    count: "), let numbers = integer("    numbers: "),
      let minimum = number("    min: "), let minimumStep = integer("    min_step: "),
      let maximum = number("    max: "), let maximumStep = integer("    max_step: "),
      let mean = number("    mean: "), let highestStep = integer("    highest_step: ")
    else { return nil }
    var summary = MetricSummary(Point(key: key, value: .double(0), step: lastStep, time: lastTime))
    (summary.count, summary.numbers) = (Int(count), Int(numbers))
    (summary.minimum, summary.minimumStep) = (minimum, minimumStep)
    (summary.maximum, summary.maximumStep) = (maximum, maximumStep)
    (summary.mean, summary.highestStep) = (mean, highestStep)
    return summary
  }

  /// A key without quotes, or in quotes without escapes.
  private mutating func key() -> Key? {
    guard let text = rest(), let first = text.first else { return nil }
    if first == UInt8(ascii: "\"") {
      guard text.count >= 2, !text.contains(UInt8(ascii: "\\")) else { return nil }
      return Key(bytes: Array(text[1..<(text.count - 1)]))
    }
    return first == UInt8(ascii: "|") ? nil : Key(bytes: Array(text))
  }

  private mutating func number(_ name: StaticString) -> Double? {
    guard skip(name) else { return nil }
    if skip(".nan\n") { return .nan }
    if skip(".inf\n") { return .infinity }
    if skip("-.inf\n") { return -.infinity }
    return rest().flatMap(DecimalDouble.value)
  }
}
