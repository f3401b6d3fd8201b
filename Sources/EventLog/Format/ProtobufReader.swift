internal import TrackingEntities

/// Walks over the fields of one message.
///
/// It never reads beyond the bytes it was given: what does not fit makes it `malformed`, and from
/// then on it has no more fields. After `next`, exactly one of the value functions or `skip` must
/// be called.
package struct ProtobufReader {
  private var position: UnsafeRawPointer
  private var left: Int
  private var key: UInt64 = 0
  package private(set) var malformed = false

  @inline(__always)
  package init(_ bytes: UnsafeRawBufferPointer) {
    left = bytes.count
    // An empty buffer may have no address; nothing is read from it, so any address will do.
    position = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
  }

  /// The current field.
  @inline(__always)
  package var field: ProtobufField { ProtobufField(key: key) }

  /// Whether bytes are left, for packed lists.
  package var hasMore: Bool { left > 0 }

  /// Steps to the next field; false at the end and when the message is malformed.
  @inline(__always)
  package mutating func next() -> Bool {
    if left == 0 { return false }
    key = varint()
    if key < 8 || key > UInt64(UInt32.max) { fail() }
    return !malformed
  }

  @inline(__always)
  package mutating func varint() -> UInt64 {
    if left > 0 {
      let byte = position.load(as: UInt8.self)
      if byte < 0x80 {
        advance(1)
        return UInt64(byte)
      }
    }
    return longVarint()
  }

  private mutating func longVarint() -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<min(left, 10) {
      let byte = position.load(fromByteOffset: index, as: UInt8.self)
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte < 0x80 {
        if index == 9 && byte > 1 { break }
        advance(index + 1)
        return value
      }
    }
    fail()
    return 0
  }

  @inline(__always)
  package mutating func signed() -> Int64 { ProtobufField.signed(varint()) }

  @inline(__always)
  package mutating func flag() -> Bool { varint() != 0 }

  @inline(__always)
  package mutating func double() -> Double { Double(bitPattern: fixed(UInt64.self)) }

  @inline(__always)
  package mutating func float() -> Float { Float(bitPattern: fixed(UInt32.self)) }

  @inline(__always)
  package mutating func fixed<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type) -> Word {
    let size = MemoryLayout<Word>.size
    guard left >= size else {
      fail()
      return 0
    }
    let word = Word(littleEndian: position.loadUnaligned(as: Word.self))
    advance(size)
    return word
  }

  /// A text, bytes or a nested message: a view of the bytes being read.
  @inline(__always)
  package mutating func bytes() -> UnsafeRawBufferPointer {
    let length = varint()
    guard !malformed, length <= UInt64(left) else {
      fail()
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    let count = Int(truncatingIfNeeded: length)
    let found = UnsafeRawBufferPointer(start: position, count: count)
    advance(count)
    return found
  }

  /// Text; bytes that are not UTF-8 show as `\xNN`.
  package mutating func text() -> String {
    let bytes = bytes()
    return String(validating: bytes, as: UTF8.self) ?? String(escapingInvalid: Array(bytes))
  }

  /// Passes over a field that is not known.
  package mutating func skip() { skip(within: 64) }

  /// Passes over a field, and returns its value as it is written.
  mutating func skipped() -> UnsafeRawBufferPointer {
    let start = position
    skip()
    return UnsafeRawBufferPointer(start: start, count: start.distance(to: position))
  }

  private mutating func skip(within depth: Int) {
    switch key & 7 {
    case 0: _ = varint()
    case 1: _ = fixed(UInt64.self)
    case 2: _ = bytes()
    case 3: skipGroup(key >> 3, within: depth)
    case 5: _ = fixed(UInt32.self)
    default: fail()
    }
  }

  private mutating func skipGroup(_ number: UInt64, within depth: Int) {
    guard depth > 0 else { return fail() }
    while next() {
      if key & 7 == 4 {
        if key >> 3 != number { fail() }
        return
      }
      skip(within: depth - 1)
    }
    fail()
  }

  @inline(__always)
  private mutating func advance(_ count: Int) {
    position += count
    left -= count
  }

  private mutating func fail() {
    malformed = true
    left = 0
  }
}
