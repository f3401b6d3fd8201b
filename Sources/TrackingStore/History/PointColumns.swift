/// A series of doubles of one metric as somebody else's arrays.
package struct PointColumns {
  let values: UnsafeBufferPointer<Double>
  /// As many as there are values; nil counts from `firstStep` on.
  let steps: UnsafePointer<Int64>?
  /// As many as there are values; nil, or one that is not finite, is `now`.
  let times: UnsafePointer<Double>?
  let firstStep: Int64
  let now: Double

  package init(
    values: UnsafeBufferPointer<Double>, steps: UnsafePointer<Int64>?,
    times: UnsafePointer<Double>?, firstStep: Int64, now: Double
  ) {
    self.values = values
    self.steps = steps
    self.times = times
    self.firstStep = firstStep
    self.now = now
  }

  package var count: Int { values.count }

  @inline(__always)
  package func step(_ place: Int) -> Int64 {
    if let steps { return steps[place] }
    let (step, isBeyond) = firstStep.addingReportingOverflow(Int64(place))
    return isBeyond ? .max : step
  }

  @inline(__always)
  package func time(_ place: Int) -> Double {
    guard let times, times[place].isFinite else { return now }
    return times[place]
  }

  /// The highest of the steps; nil if there are no points.
  package var highestStep: Int64? {
    guard count > 0 else { return nil }
    guard let steps else { return step(count - 1) }
    return UnsafeBufferPointer(start: steps, count: count).max()
  }

  /// The points from one place up to another.
  package func part(_ places: Range<Int>) -> PointColumns {
    PointColumns(
      values: UnsafeBufferPointer(rebasing: values[places]),
      steps: steps.map { $0 + places.lowerBound }, times: times.map { $0 + places.lowerBound },
      firstStep: step(places.lowerBound), now: now)
  }
}
