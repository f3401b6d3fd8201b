import TrackingEntities

/// Places groups by the mean of the primary metric.
enum GroupRanking {
  /// Gives every group with a mean its rank and returns the best row. All that Welch's test
  /// does not tell from the best share its place.
  static func rank(_ rows: inout [Comparison.Row], _ primary: PrimaryMetric?) -> Int? {
    guard let primary else { return nil }
    var entries: [(index: Int, statistics: RunStatistics)] = []
    for (index, row) in rows.enumerated() {
      if row.score != nil, let statistics = row.group?.statistics(primary),
        statistics.mean.isFinite
      {
        entries.append((index, statistics))
      }
    }
    entries.sort { left, right in
      if left.statistics.mean == right.statistics.mean { return left.index < right.index }
      return primary.direction.isBetter(left.statistics.mean, than: right.statistics.mean)
    }
    guard let best = entries.first else { return nil }
    for (position, entry) in entries.enumerated() {
      rows[entry.index].rank = position + 1
      guard position > 0 else { continue }
      let pValue = WelchTest.pValue(best.statistics, entry.statistics)
      let isTied =
        pValue.map { $0 >= WelchTest.significance }
        ?? (entry.statistics.mean == best.statistics.mean)
      rows[entry.index].group?.pValue = pValue
      rows[entry.index].group?.isTied = isTied
      if isTied { rows[entry.index].rank = 1 }
    }
    return best.index
  }
}
