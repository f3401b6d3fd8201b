import TrackingEntities

/// The order of the rows: completed experiments first; the best first if asked to sort.
enum RowOrder {
  static func sort(
    _ rows: [Comparison.Row], _ primary: PrimaryMetric?, _ options: ComparisonOptions
  ) -> [Comparison.Row] {
    let sorts = options.sortBy == nil ? nil : primary
    return rows.enumerated().sorted { left, right in
      let isDone = (left.element.status == .completed, right.element.status == .completed)
      if isDone.0 != isDone.1 { return isDone.0 }
      if let sorts {
        let values = (left.element.score?.double ?? .nan, right.element.score?.double ?? .nan)
        if isBefore(values.0, values.1, sorts.direction) { return true }
        if isBefore(values.1, values.0, sorts.direction) { return false }
      }
      return left.offset < right.offset
    }.map(\.element)
  }

  /// Finite values by direction, then infinities, then those without a value.
  private static func isBefore(
    _ value: Double, _ other: Double, _ direction: MetricDirection
  ) -> Bool {
    if value.isNaN || other.isNaN { return !value.isNaN && other.isNaN }
    return direction.isBetter(value, than: other)
  }
}
