import TrackingEntities

/// The order of the rows: completed experiments first; the best first if asked to sort.
enum RowOrder {
  static func sort(
    _ rows: [Comparison.Row], _ primary: PrimaryMetric?, _ options: ComparisonOptions
  ) -> [Comparison.Row] {
    let sorts = options.sortBy == nil ? nil : primary
    let places = rows.indices.map { offset in
      let score = rows[offset].score?.double ?? .nan
      return (isDone: rows[offset].status == .completed, score: score, offset: offset)
    }
    let order = places.sorted { left, right in
      if left.isDone != right.isDone { return left.isDone }
      if let sorts {
        if isBefore(left.score, right.score, sorts.direction) { return true }
        if isBefore(right.score, left.score, sorts.direction) { return false }
      }
      return left.offset < right.offset
    }
    return order.map { rows[$0.offset] }
  }

  /// Finite values by direction, then infinities, then those without a value.
  private static func isBefore(
    _ value: Double, _ other: Double, _ direction: MetricDirection
  ) -> Bool {
    if value.isNaN || other.isNaN { return !value.isNaN && other.isNaN }
    return direction.isBetter(value, than: other)
  }
}
