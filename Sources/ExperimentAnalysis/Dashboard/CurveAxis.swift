package import TrackingEntities

/// Where the points of a curve are on the horizontal axis.
package struct CurveAxis: Sendable {
  /// How the positions are known.
  package enum Form: Sendable {
    /// Evenly spaced integers.
    case even(start: Int64, stride: Int64)
    /// Each by itself.
    case each([Double])
  }

  package let form: Form
  package let count: Int

  package init(_ form: Form, count: Int) { (self.form, self.count) = (form, count) }

  package subscript(_ place: Int) -> Double {
    switch form {
    case .even(let start, let stride): Double(start &+ stride &* Int64(place))
    case .each(let positions): positions[place]
    }
  }

  /// From where to where the positions go, and how often they go back.
  var extent: (low: Double, high: Double, turns: Int) {
    guard count > 0 else { return (0, 0, 0) }
    switch form {
    case .even(let start, let stride):
      let (span, isTooMuch) = stride.multipliedReportingOverflow(by: Int64(count - 1))
      if !isTooMuch, !start.addingReportingOverflow(span).overflow {
        let (one, other) = (self[0], self[count - 1])
        return (min(one, other), max(one, other), one > other ? count - 1 : 0)
      }
      return CurveAxis(.each((0..<count).map { self[$0] }), count: count).extent
    case .each(let positions):
      var (low, high, turns) = (Double.infinity, -Double.infinity, 0)
      var last = -Double.infinity
      for position in positions where position.isFinite {
        if position < last { turns += 1 }
        last = position
        low = min(low, position)
        high = max(high, position)
      }
      return (low, high, turns)
    }
  }
}

/// The curve of a metric as one writer logged it: its sessions, one after the other.
package struct Curve: Sendable {
  private let sessions: [PointSeries]

  package init(_ sessions: [PointSeries]) { self.sessions = sessions }

  package var count: Int { sessions.reduce(0) { $0 + $1.count } }

  /// The values.
  package var values: [Double] {
    sessions.count == 1 ? sessions[0].values : sessions.flatMap(\.values)
  }

  /// The step of a point.
  package func step(_ place: Int) -> Int64 {
    find(place).map { $0.series.step($0.place) } ?? 0
  }

  /// The time of a point in seconds since 1970.
  package func time(_ place: Int) -> Double {
    find(place).map { $0.series.time($0.place) } ?? .nan
  }

  private func find(_ place: Int) -> (series: PointSeries, place: Int)? {
    var rest = place
    for series in sessions {
      if rest < series.count { return (series, rest) }
      rest -= series.count
    }
    return nil
  }

  /// The steps as the axis.
  package var steps: CurveAxis {
    if sessions.count == 1, sessions[0].steps.isEmpty {
      let only = sessions[0]
      return CurveAxis(.even(start: only.firstStep, stride: only.stride), count: only.count)
    }
    return CurveAxis(
      .each(sessions.flatMap { series in (0..<series.count).map { Double(series.step($0)) } }),
      count: count)
  }

  /// The times as the axis, less an offset.
  package func times(since start: Double) -> CurveAxis {
    CurveAxis(
      .each(sessions.flatMap { series in (0..<series.count).map { series.time($0) - start } }),
      count: count)
  }

  /// Another metric as the axis: the value that it had last at each step; nowhere before its first.
  package func values(of other: Curve) -> CurveAxis {
    let known = (0..<other.count).map { (step: other.step($0), place: $0) }
      .sorted { ($0.step, $0.place) < ($1.step, $1.place) }
    let values = other.values
    let positions = (0..<count).map { place -> Double in
      let step = step(place)
      var (low, high) = (0, known.count)
      while low < high {
        let middle = (low + high) / 2
        if known[middle].step <= step { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? .nan : values[known[low - 1].place]
    }
    return CurveAxis(.each(positions), count: count)
  }
}
