package import TrackingEntities

/// The points of one metric in the order written, as columns in memory of their own: they are lent
/// to C and Python as they are, so nothing is copied and nothing is made for a single point.
///
/// Whoever fills it is alone with it; from then on it is only read.
package final class PointTable: @unchecked Sendable {
  private var rows = PointRows()
  /// What could not be read.
  package var damages: [TFRecordDamage] = []

  package init() {}

  deinit { rows.release() }

  package var count: Int { rows.count }
  package var steps: Column<Int64> { rows.steps }
  /// The values as doubles: exact for doubles, rounded for integers beyond 2^53.
  package var values: Column<Double> { rows.values }
  /// Seconds since 1970.
  package var times: Column<Double> { rows.times }
  /// For each point the number of its writer.
  package var writers: Column<UInt32> { rows.writers }
  /// The values as integers, if all of them are integers.
  package var integers: Column<Int64>? { rows.integers }

  /// Adds many points at once.
  @inline(__always)
  func fill(
    _ body: (inout PointRows) throws(TrackingError) -> Void
  ) throws(TrackingError) {
    try body(&rows)
  }

  /// The points one by one, with their types.
  package func points(of key: Key) -> [Point] {
    (0..<count).map { place in
      Point(key: key, value: rows.value(place), step: steps[place], time: times[place])
    }
  }
}
