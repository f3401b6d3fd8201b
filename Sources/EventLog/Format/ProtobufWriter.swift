/// A growing buffer that protocol-buffer fields are appended to.
///
/// The memory is kept when the content is cleared, so that a writer in a loop allocates nothing.
package struct ProtobufWriter: ~Copyable {
  package private(set) var count = 0
  private var capacity: Int
  private var base: UnsafeMutableRawPointer
  private var ownsMemory = true

  package init(capacity: Int = 1024) {
    self.capacity = max(capacity, 64)
    base = .allocate(byteCount: self.capacity, alignment: 16)
  }

  /// Writes into the caller's memory, as long as that is enough.
  @inline(__always)
  init(borrowing memory: UnsafeMutableRawPointer, capacity: Int) {
    self.capacity = capacity
    base = memory
    ownsMemory = false
  }

  deinit { if ownsMemory { base.deallocate() } }

  /// The content, valid until the next change.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// A copy of the content.
  package var array: [UInt8] { Array(bytes) }

  /// Shortens the content.
  package mutating func truncate(to length: Int) { count = min(count, max(length, 0)) }

  /// Takes bytes away at the front.
  package mutating func removeFirst(_ length: Int) {
    let removed = min(max(length, 0), count)
    base.copyMemory(from: base + removed, byteCount: count - removed)
    count -= removed
  }

  @inline(__always)
  private mutating func reserve(_ extra: Int) {
    if capacity - count < extra { grow(extra) }
  }

  private mutating func grow(_ extra: Int) {
    capacity = max(capacity * 2, count + extra)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: base, byteCount: count)
    if ownsMemory { base.deallocate() }
    base = larger
    ownsMemory = true
  }

  @inline(__always)
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    if let start = bytes.baseAddress {
      (base + count).copyMemory(from: start, byteCount: bytes.count)
      count += bytes.count
    }
  }

  @inline(__always)
  package mutating func append<Word: FixedWidthInteger>(littleEndian word: Word) {
    reserve(MemoryLayout<Word>.size)
    (base + count).storeBytes(of: word.littleEndian, as: Word.self)
    count += MemoryLayout<Word>.size
  }

  /// Appends what is put at the end by hand: at most so many bytes, as many as the body answers.
  @inline(__always)
  mutating func append(atMost room: Int, _ body: (UnsafeMutableRawPointer) -> Int) {
    reserve(room)
    count += body(base + count)
  }

  /// Replaces bytes that are there already.
  @inline(__always)
  package mutating func replace<Word: FixedWidthInteger>(littleEndian word: Word, at offset: Int) {
    guard offset >= 0, offset <= count - MemoryLayout<Word>.size else { return }
    (base + offset).storeBytes(of: word.littleEndian, as: Word.self)
  }

  /// Appends a base-128 varint.
  @inline(__always)
  package mutating func append(varint value: UInt64) {
    reserve(10)
    count += ProtobufWriter.store(value, at: base + count)
  }

  /// Begins a nested message or a text of unknown length; `end` takes what this returns.
  @inline(__always)
  package mutating func begin(_ field: ProtobufField) -> Int {
    append(varint: field.key)
    append(littleEndian: UInt8(0))
    return count
  }

  /// Ends a nested message by writing its length in front of it.
  @inline(__always)
  package mutating func end(_ start: Int) {
    let length = count - start
    if length < 0x80 {
      replace(littleEndian: UInt8(truncatingIfNeeded: length), at: start - 1)
    } else {
      endLong(start, length)
    }
  }

  private mutating func endLong(_ start: Int, _ length: Int) {
    let extra = ProtobufWriter.size(UInt64(length)) - 1
    reserve(extra)
    (base + start + extra).copyMemory(from: base + start, byteCount: length)
    _ = ProtobufWriter.store(UInt64(length), at: base + start - 1)
    count += extra
  }

  @inline(__always)
  static func store(_ value: UInt64, at target: UnsafeMutableRawPointer) -> Int {
    var rest = value
    var length = 0
    while rest >= 0x80 {
      target.storeBytes(
        of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: length, as: UInt8.self)
      rest >>= 7
      length += 1
    }
    target.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: length, as: UInt8.self)
    return length + 1
  }

  /// How many bytes a varint takes.
  static func size(_ value: UInt64) -> Int {
    max(1, (64 - value.leadingZeroBitCount + 6) / 7)
  }
}
