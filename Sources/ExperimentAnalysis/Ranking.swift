import TrackingEntities

/// Places the completed rows by the primary metric.
enum Ranking {
  /// Gives every completed row with a finite value its rank and returns the best row.
  /// Values that read the same share a place; of those the truly better one is the best, of true
  /// equals the first.
  static func rank(
    _ rows: inout [Comparison.Row], _ primary: PrimaryMetric?, _ style: NumberStyle
  ) -> Int? {
    guard let primary else { return nil }
    var entries: [(index: Int, value: Double, text: String)] = []
    for index in rows.indices {
      guard let score = rows[index].score, score.double.isFinite,
        rows[index].status == .completed
      else { continue }
      entries.append((index, score.double, style.text(score)))
    }
    entries.sort { left, right in
      if left.value == right.value { return left.index < right.index }
      return primary.direction.isBetter(left.value, than: right.value)
    }
    var place = 0
    var text = ""
    for (position, entry) in entries.enumerated() {
      if position == 0 || entry.text != text {
        place = position + 1
        text = entry.text
      }
      rows[entry.index].rank = place
    }
    return entries.first?.index
  }
}
