internal import CPlatform

/// Numbers one after the other, in memory that somebody else counts and releases.
package struct Column<Element: BitwiseCopyable> {
  private var start: UnsafeMutablePointer<Element>?

  init() {}

  /// Whether it has no memory yet.
  @inline(__always)
  package var isEmpty: Bool { start == nil }

  /// Where the numbers are; any address if there are none.
  package var address: UnsafePointer<Element> {
    UnsafePointer(start ?? UnsafeMutablePointer(bitPattern: 16).unsafelyUnwrapped)
  }

  /// The number at a place for which there is memory.
  @inline(__always)
  package subscript(place: Int) -> Element {
    get { start.unsafelyUnwrapped[place] }
    nonmutating set { start.unsafelyUnwrapped[place] = newValue }
  }

  /// The first `count` numbers.
  package func array(_ count: Int) -> [Element] {
    Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }

  /// Moves the first `count` numbers to larger memory; false if there is none.
  mutating func grow(to capacity: Int, keeping count: Int) -> Bool {
    let (size, isTooMuch) = capacity.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !isTooMuch, let memory = platform_allocate_columns(size) else { return false }
    let grown = memory.assumingMemoryBound(to: Element.self)
    if let start { grown.update(from: start, count: count) }
    release()
    start = grown
    return true
  }

  mutating func release() {
    if let start { platform_release_columns(start) }
    start = nil
  }
}
