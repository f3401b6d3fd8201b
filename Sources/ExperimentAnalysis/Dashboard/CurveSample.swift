/// Which points of a curve are drawn: of each column of pixels the smallest and the largest value,
/// so that no minimum and no maximum is lost, and where the line is interrupted.
///
/// It is interrupted where a value is not finite, and where the horizontal axis goes back, as in a
/// run that was resumed from a checkpoint and repeated steps. A curve that goes back again and
/// again has no direction: its points are drawn in the order of the axis.
package struct CurveSample: Sendable {
  /// The places of the points that are drawn, in order.
  package private(set) var places: [Int] = []
  /// Indices into `places` before which the line is interrupted.
  package private(set) var breaks: [Int] = []
  /// The places of values that are not finite, of each kind the first of its column.
  package private(set) var marks: [Int] = []
  /// The place of the first point that is looked at: greater than 0 where those before are known.
  package private(set) var first: Int

  /// What is asked for.
  package struct Request: Sendable {
    /// How many columns of pixels the range has.
    package var columns: Int
    /// The range of the horizontal axis that is shown; nil for where the points end.
    package var from: Double?
    package var to: Double?

    /// The numbers of columns that make sense.
    package static let columnLimits = 10...20_000

    package init(columns: Int, from: Double? = nil, to: Double? = nil) {
      self.columns = min(max(columns, Self.columnLimits.lowerBound), Self.columnLimits.upperBound)
      self.from = from
      self.to = to
    }
  }

  /// - Parameters:
  ///   - axis: Where each point is on the horizontal axis; one that is not finite is nowhere.
  ///   - values: Its value.
  ///   - first: How many points are known already.
  package init(_ axis: CurveAxis, _ values: [Double], _ request: Request, from first: Int = 0) {
    self.first = first
    let count = min(axis.count, values.count)
    guard first < count, first >= 0 else { return }
    let extent = axis.extent
    let low = max(request.from ?? -.infinity, extent.low)
    let high = min(request.to ?? .infinity, extent.high)
    var painter = Painter(
      low: low, high: high, columns: request.columns,
      keepsAll: count - first <= 2 * request.columns)
    if extent.turns > max(4, request.columns / 4) {
      self.first = 0
      let order = (0..<count).filter { axis[$0].isFinite }.sorted {
        (axis[$0], $0) < (axis[$1], $1)
      }
      for place in order { painter.add(place, axis[place], values[place], to: &self) }
    } else {
      if first > 0 { painter.follow(axis[first - 1], values[first - 1]) }
      switch axis.form {
      case .even(let start, let stride):
        for place in first..<count {
          painter.add(place, Double(start &+ stride &* Int64(place)), values[place], to: &self)
        }
      case .each(let positions):
        for place in first..<count where positions[place].isFinite {
          painter.add(place, positions[place], values[place], to: &self)
        }
      }
    }
    painter.finish(&self)
  }

  /// Goes along the curve and keeps what a column of pixels shows.
  private struct Painter {
    private let low: Double
    private let high: Double
    private let scale: Double
    private let keepsAll: Bool
    private var column = -1
    private var last = -Double.infinity
    /// How often the line was interrupted before the last point, and before the one drawn last.
    private var gaps = 0
    private var drawnGaps = 0
    private var lowest: Extreme?
    private var highest: Extreme?
    private var kinds: UInt8 = 0
    private var turn = 0
    /// The point before the range, until the line enters it; whether it has left it again.
    private var before: (place: Int, gaps: Int)?
    private var isBeyond = false

    private struct Extreme {
      let place: Int
      let value: Double
      let gaps: Int
      /// When its turn was, which need not be the order of the places.
      let turn: Int
    }

    /// - Parameter keepsAll: Whether there are so few points that all of them are drawn.
    init(low: Double, high: Double, columns: Int, keepsAll: Bool) {
      (self.low, self.high) = (low, high)
      let width = high - low
      let scale = Double(columns) / width
      self.scale = width > 0 && scale.isFinite ? scale : 0
      self.keepsAll = keepsAll
    }

    /// Goes on behind a point that was drawn before.
    mutating func follow(_ position: Double, _ value: Double) {
      if position.isFinite { last = position }
      if !value.isFinite { gaps = 1 }
    }

    @inline(__always)
    mutating func add(
      _ place: Int, _ position: Double, _ value: Double, to sample: inout CurveSample
    ) {
      if position < last {
        flush(&sample)
        gaps &+= 1
        (before, isBeyond) = (nil, false)
      }
      last = position
      if position < low || position > high {
        addOutside(place, position, value, &sample)
        return
      }
      // Of a range that no double can hold all is one column.
      let offset = (position - low) * scale
      let next = offset.isFinite ? Int(offset) : 0
      if next != column {
        flush(&sample)
        column = next
      }
      guard value.isFinite else {
        gaps &+= 1
        let kind: UInt8 = value.isNaN ? 1 : value > 0 ? 2 : 4
        if kinds & kind == 0 { sample.marks.append(place) }
        kinds |= kind
        return
      }
      if let point = before {
        draw(point.place, point.gaps, &sample)
        before = nil
      }
      if keepsAll {
        draw(place, gaps, &sample)
        return
      }
      turn &+= 1
      if let known = lowest, known.value <= value {
      } else {
        lowest = Extreme(place: place, value: value, gaps: gaps, turn: turn)
      }
      if let known = highest, known.value >= value {
      } else {
        highest = Extreme(place: place, value: value, gaps: gaps, turn: turn)
      }
    }

    /// A point beside the range is drawn where the line enters or leaves it.
    private mutating func addOutside(
      _ place: Int, _ position: Double, _ value: Double, _ sample: inout CurveSample
    ) {
      flush(&sample)
      guard value.isFinite else {
        gaps &+= 1
        before = nil
        return
      }
      if position < low {
        before = (place, gaps)
      } else if !isBeyond {
        if let point = before { draw(point.place, point.gaps, &sample) }
        draw(place, gaps, &sample)
        (before, isBeyond) = (nil, true)
      }
    }

    private mutating func flush(_ sample: inout CurveSample) {
      column = -1
      kinds = 0
      guard let low = lowest, let high = highest else { return }
      (lowest, highest) = (nil, nil)
      let isUp = low.turn <= high.turn
      let (one, other) = isUp ? (low, high) : (high, low)
      draw(one.place, one.gaps, &sample)
      if other.place != one.place { draw(other.place, other.gaps, &sample) }
    }

    private mutating func draw(_ place: Int, _ gaps: Int, _ sample: inout CurveSample) {
      if gaps != drawnGaps { sample.breaks.append(sample.places.count) }
      drawnGaps = gaps
      sample.places.append(place)
    }

    mutating func finish(_ sample: inout CurveSample) { flush(&sample) }
  }
}
