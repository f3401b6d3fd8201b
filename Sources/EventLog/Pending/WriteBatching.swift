import TrackingEntities

/// Whether the next point goes straight to the file or into the pending buffer.
///
/// Who logs now and then finds every point in the file at once. In a hot loop only the first calls
/// of each window do: then it pays to collect.
struct WriteBatching: Sendable {
  static let window = 0.2
  static let freeCalls = 200
  /// The part of a window that writing may take before it is collected.
  static let share = 0.01

  let mode: WriteMode
  private var windowEnd = -Double.infinity
  private var calls = 0
  private var spent = 0.0

  init(_ mode: WriteMode) { self.mode = mode }

  /// Counts a call at this moment of the coarse clock; true if it may be collected.
  mutating func collects(at now: Double) -> Bool {
    if now >= windowEnd {
      windowEnd = now + WriteBatching.window
      calls = 0
      spent = 0
    }
    calls &+= 1
    return isCollecting
  }

  /// Whether the latest call was one to collect.
  var isCollecting: Bool {
    switch mode {
    case .automatic:
      calls > WriteBatching.freeCalls || spent > WriteBatching.window * WriteBatching.share
    case .direct: false
    case .buffered: calls > 1
    }
  }

  /// Notes how long a write took, in seconds.
  mutating func add(_ seconds: Double) { spent += seconds }

  /// Until when calls are collected without being counted; a call later begins a new window.
  var collectsUntil: Double { windowEnd }
}
