import ExperimentTracker

/// Memory that C borrows from a handle, all of it released at once.
struct Arena {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var next: UnsafeMutableRawPointer?
  private var left = 0

  private static let blockSize = 1 << 14
  private static let alignment = 16

  private mutating func room(_ size: Int) -> UnsafeMutableRawPointer {
    let size = (size + Self.alignment - 1) & ~(Self.alignment - 1)
    if let start = next, size <= left {
      next = start + size
      left -= size
      return start
    }
    let whole = max(size, Self.blockSize)
    let block = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: Self.alignment)
    blocks.append(block)
    if whole - size > left {
      next = block + size
      left = whole - size
    }
    return block
  }

  /// A structure.
  mutating func one<Element: BitwiseCopyable>(_ element: Element) -> UnsafePointer<Element> {
    let memory = room(MemoryLayout<Element>.stride).bindMemory(to: Element.self, capacity: 1)
    memory.initialize(to: element)
    return UnsafePointer(memory)
  }

  /// An array.
  mutating func many<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = room(MemoryLayout<Element>.stride * elements.count)
      .bindMemory(to: Element.self, capacity: elements.count)
    for (place, element) in elements.enumerated() { (memory + place).initialize(to: element) }
    return UnsafePointer(memory)
  }

  /// A C string; a NUL in the bytes is written as C0 80.
  mutating func text(_ bytes: some Sequence<UInt8>) -> UnsafePointer<CChar> {
    var encoded: [CChar] = []
    for byte in bytes {
      if byte == 0 {
        encoded.append(CChar(bitPattern: 0xC0))
        encoded.append(CChar(bitPattern: 0x80))
      } else {
        encoded.append(CChar(bitPattern: byte))
      }
    }
    encoded.append(0)
    return many(encoded)
  }

  /// A C string.
  mutating func text(_ text: String) -> UnsafePointer<CChar> { self.text(text.utf8) }

  /// Releases all of it.
  func release() { for block in blocks { block.deallocate() } }
}
