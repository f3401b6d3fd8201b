import ExperimentTracker

/// A metric's points as arrays that C may look at until the handle is released.
final class HistoryHandle: Handle {
  let count: Int
  let steps: UnsafePointer<Int64>
  let values: UnsafePointer<Double>
  let integers: UnsafePointer<Int64>?
  let times: UnsafePointer<Double>
  let writers: UnsafePointer<UInt32>
  let problems: [String]

  init(_ history: MetricHistory) {
    count = history.steps.count
    steps = Self.copy(history.steps)
    values = Self.copy(history.values)
    integers = history.integers.map(Self.copy)
    times = Self.copy(history.times)
    writers = Self.copy(history.writers)
    problems = history.problems
  }

  deinit {
    steps.deallocate()
    values.deallocate()
    integers?.deallocate()
    times.deallocate()
    writers.deallocate()
  }

  private static func copy<Element: BitwiseCopyable>(
    _ elements: [Element]
  ) -> UnsafePointer<Element> {
    let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        copy.initialize(from: start, count: source.count)
      }
    }
    return UnsafePointer(copy)
  }
}
