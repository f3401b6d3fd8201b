import EventLog
import ExperimentStore
package import TrackingEntities

/// The fast path of points in a hot loop. False if a point has to take the general path, which also
/// says what is wrong with it.
extension Experiment {
  /// Logs one point.
  func logHot(_ key: UnsafeRawBufferPointer, _ value: MetricValue, step: Int64?) -> Bool {
    onFastPath { $0.log(key, value, step: step ?? FastPath.nextStep) }
  }

  /// Logs one point of a key that a zero ends; a step of `Int64.min` is the next one.
  package func logHot(_ key: UnsafePointer<CChar>, _ value: MetricValue, step: Int64) -> Bool {
    onFastPath { $0.log(key, value, step: step) }
  }

  /// As `logHot`, but where that needs waiting, false.
  package func tryLogHot(_ key: UnsafePointer<CChar>, _ value: MetricValue, step: Int64) -> Bool {
    tryOnFastPath { $0.log(key, value, step: step) }
  }

  /// Logs doubles of several metrics as one event; never waits.
  package func tryLogHot(
    count: Int, _ key: (Int) -> UnsafeRawBufferPointer, _ value: (Int) -> Double, step: Int64
  ) -> Bool {
    tryOnFastPath { $0.log(count: count, key, value, step: step) }
  }

  /// Logs doubles of several metrics as one event.
  func logHot(_ metrics: KeyValuePairs<String, Double>, step: Int64?) -> Bool {
    let length = metrics.reduce(0) { $0 &+ $1.key.utf8.count }
    guard metrics.count <= Self.mostTogether, length <= Self.longestTogether else { return false }
    return withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: metrics.count) {
      keys in
      withUnsafeTemporaryAllocation(byteCount: max(length, 1), alignment: 1) { bytes in
        var place = 0
        for (number, metric) in metrics.enumerated() {
          let key = UnsafeMutableRawBufferPointer(rebasing: bytes[place...])
          let count = key.copyUTF8(of: metric.key)
          keys.initializeElement(at: number, to: UnsafeRawBufferPointer(rebasing: key[..<count]))
          place &+= count
        }
        return onFastPath {
          $0.log(
            count: metrics.count, { keys[$0] }, { metrics[$0].value },
            step: step ?? FastPath.nextStep)
        }
      }
    }
  }

  /// More, or longer ones, would need too much stack.
  private static var mostTogether: Int { 256 }
  private static var longestTogether: Int { 4096 }
}

extension UnsafeMutableRawBufferPointer {
  /// Copies as much of a text as there is room for, and returns how much that is.
  fileprivate func copyUTF8(of text: String) -> Int {
    var text = text
    return text.withUTF8 { utf8 in
      let count = Swift.min(utf8.count, self.count)
      UnsafeMutableRawBufferPointer(rebasing: self[..<count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[..<count]))
      return count
    }
  }
}
