import ExperimentTracker

/// A value that is not a number, whose memory C may look at until the handle is released.
final class ValueHandle: Handle {
  let value: LoggedValue
  let histogram: Histogram?
  private(set) var key: UnsafePointer<CChar>?
  private(set) var kind: UnsafePointer<CChar>?
  private(set) var text: UnsafePointer<CChar>?
  let edges: UnsafeMutableBufferPointer<Double>?
  let counts: UnsafeMutableBufferPointer<Double>?
  let image: UnsafeMutableBufferPointer<UInt8>?
  let summary: UnsafeMutableBufferPointer<UInt8>

  init(_ value: LoggedValue) {
    self.value = value
    histogram = value.histogram
    edges = histogram.map { ValueHandle.memory($0.edges) }
    counts = histogram.map { ValueHandle.memory($0.counts) }
    image = value.image.map { ValueHandle.memory($0) }
    summary = ValueHandle.memory(value.summary)
    super.init()
    key = lend(bytes: value.keyBytes)
    kind = lend(value.kind)
    text = value.text.flatMap { lend($0) }
  }

  deinit {
    edges?.deallocate()
    counts?.deallocate()
    image?.deallocate()
    summary.deallocate()
  }

  private static func memory<Element>(
    _ elements: [Element]
  ) -> UnsafeMutableBufferPointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = memory.initialize(from: elements)
    return memory
  }
}

final class ValueReaderHandle: Handle {
  let reader: LoggedValueReader

  init(_ reader: LoggedValueReader) { self.reader = reader }
}
