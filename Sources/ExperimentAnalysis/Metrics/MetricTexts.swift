import TrackingEntities

/// The numbers of one metric, written alike.
struct MetricTexts {
  let last: String
  let minimum: String
  let maximum: String
  let mean: String

  init(_ metric: MetricSummary) {
    let values: [MetricValue] =
      metric.numbers == 0
      ? [metric.last]
      : [metric.last, .double(metric.minimum), .double(metric.maximum)]
    if let style = MetricUnit(of: metric.key)?.style {
      func text(_ value: Double) -> String { value.isNaN ? "–" : style.text(.double(value)) }
      last = style.text(metric.last)
      minimum = text(metric.minimum)
      maximum = text(metric.maximum)
      mean = text(metric.mean)
      return
    }
    let isWhole = values.allSatisfy { Int64(exactly: $0.double) != nil }
    var style = NumberStyle(for: values)
    if case .integer = metric.last, isWhole { style = .integers }
    func text(_ value: Double) -> String {
      if value.isNaN { return "–" }
      if style == .integers, let whole = Int64(exactly: value) { return String(whole) }
      return style.text(.double(value))
    }
    last = style.text(metric.last)
    minimum = text(metric.minimum)
    maximum = text(metric.maximum)
    mean =
      metric.mean.isNaN
      ? "–"
      : NumberStyle(for: values + [.double(metric.mean)])
        .text(.double(metric.mean))
  }
}
