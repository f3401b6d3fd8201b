/// How often values fall into each of the buckets between the edges.
public struct Histogram: Sendable, Equatable {
  /// How many buckets are made of values where nothing else is asked for, as in TensorBoard.
  public static let usualBuckets = 30
  /// How many buckets there may be at most.
  public static let mostBuckets = 1 << 16

  /// Where the buckets begin and end: one more than there are counts, never going down.
  public let edges: [Double]
  /// How many values, or how much weight, each bucket has.
  public let counts: [Double]
  /// How many values were not finite. They are in no bucket.
  public let notFinite: UInt64

  /// A histogram that was counted already.
  ///
  /// - Throws: `invalidArgument` for edges that are not one more than the counts, not finite or
  ///   going down, and for counts that are negative or not finite.
  public init(
    edges: [Double], counts: [Double], notFinite: UInt64 = 0
  ) throws(TrackingError) {
    if counts.count > Self.mostBuckets {
      throw Self.refused(
        "\(CountText.of(counts.count, "bucket")), more than \(Self.mostBuckets)")
    }
    if edges.count != counts.count + 1 {
      throw Self.refused(
        "\(CountText.of(counts.count, "count")) need \(CountText.of(counts.count + 1, "edge")), not "
          + "\(edges.count)")
    }
    for (place, edge) in edges.enumerated() {
      if !edge.isFinite { throw Self.refused("edge \(place) is \(edge)") }
      if place > 0, edge < edges[place - 1] {
        throw Self.refused("edge \(place) is \(edge), less than the one before it")
      }
    }
    for (place, count) in counts.enumerated() where !(count >= 0 && count.isFinite) {
      throw Self.refused("count \(place) is \(count)")
    }
    self.init(unchecked: edges, counts, notFinite)
  }

  private init(unchecked edges: [Double], _ counts: [Double], _ notFinite: UInt64) {
    self.edges = edges
    self.counts = counts
    self.notFinite = notFinite
  }

  /// The histogram of values, in buckets of the same width from the smallest to the largest, as
  /// TensorBoard makes it: where all values are equal, the last bucket has them; where there are
  /// none, every number is zero.
  ///
  /// Values that are not finite are in no bucket; `notFinite` counts them.
  ///
  /// - Throws: `invalidArgument` for less than one bucket or too many.
  public init(
    of values: UnsafeBufferPointer<Double>, buckets: Int = Histogram.usualBuckets
  ) throws(TrackingError) {
    guard (1...Self.mostBuckets).contains(buckets) else {
      throw Self.refused("\(buckets) buckets; there can be 1 to \(Self.mostBuckets)")
    }
    var (low, high) = (Double.infinity, -Double.infinity)
    var finite = 0
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
      finite += 1
    }
    let notFinite = UInt64(clamping: values.count - finite)
    var counts = [Double](repeating: 0, count: buckets)
    guard finite > 0, low < high else {
      let only = finite > 0 ? low : 0
      counts[buckets - 1] = Double(finite)
      self.init(
        unchecked: [Double](repeating: only, count: buckets + 1), counts, notFinite)
      return
    }
    // Half of all, where the whole range is more than a double holds.
    let scale = (high - low).isFinite ? 1.0 : 0.5
    let width = (high * scale - low * scale) / Double(buckets)
    for value in values where value.isFinite {
      // The width of a range of the smallest doubles is 0.
      let place = width > 0 ? ((value * scale - low * scale) / width).rounded(.down) : 0
      counts[min(Int(min(place, Double(buckets))), buckets - 1)] += 1
    }
    var edges = (0...buckets).map { (Double($0) * width + low * scale) / scale }
    edges[buckets] = high
    self.init(unchecked: edges, counts, notFinite)
  }

  /// The histogram of values, as of a buffer of them.
  public init(
    of values: [Double], buckets: Int = Histogram.usualBuckets
  ) throws(TrackingError) {
    self = try values.withUnsafeBufferPointer { (values) throws(TrackingError) in
      try Histogram(of: values, buckets: buckets)
    }
  }

  private static func refused(_ reason: String) -> TrackingError {
    TrackingError(.invalidArgument, "that is no histogram: \(reason)")
  }
}
