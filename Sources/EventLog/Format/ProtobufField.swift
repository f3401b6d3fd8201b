/// A field's number and wire type, as one number in front of its value.
package struct ProtobufField: Equatable {
  package let key: UInt64

  @inline(__always)
  package init(key: UInt64) { self.key = key }

  @inline(__always)
  package static func varint(_ number: UInt64) -> Self { Self(key: number << 3) }
  @inline(__always)
  package static func fixed64(_ number: UInt64) -> Self { Self(key: number << 3 | 1) }
  @inline(__always)
  package static func bytes(_ number: UInt64) -> Self { Self(key: number << 3 | 2) }
  @inline(__always)
  package static func fixed32(_ number: UInt64) -> Self { Self(key: number << 3 | 5) }

  package var number: UInt64 { key >> 3 }
  /// The field as it stands in a message, for the fields below 16.
  package var byte: UInt8 { UInt8(truncatingIfNeeded: key) }
  package var isBytes: Bool { key & 7 == 2 }
}

/// Whole fields. As in proto3, `put` leaves out a field at its default; the others write it always.
extension ProtobufWriter {
  @inline(__always)
  package mutating func put(_ number: UInt64, _ value: UInt64) {
    if value != 0 { putNumber(number, value) }
  }

  @inline(__always)
  package mutating func putNumber(_ number: UInt64, _ value: UInt64) {
    append(varint: ProtobufField.varint(number).key)
    append(varint: value)
  }

  package mutating func put(_ number: UInt64, _ flag: Bool) { if flag { putNumber(number, 1) } }

  @inline(__always)
  package mutating func putSigned(_ number: UInt64, _ value: Int64) {
    putNumber(number, ProtobufField.zigzag(value))
  }

  @inline(__always)
  package mutating func putDouble(_ number: UInt64, _ value: Double) {
    append(varint: ProtobufField.fixed64(number).key)
    append(littleEndian: value.bitPattern)
  }

  package mutating func put(_ number: UInt64, _ value: Double) {
    if value.bitPattern != 0 { putDouble(number, value) }
  }

  @inline(__always)
  package mutating func putBytes(_ number: UInt64, _ bytes: UnsafeRawBufferPointer) {
    append(varint: ProtobufField.bytes(number).key)
    append(varint: UInt64(bytes.count))
    append(bytes)
  }

  package mutating func put(_ number: UInt64, _ bytes: [UInt8]) {
    bytes.withUnsafeBytes { if !$0.isEmpty { putBytes(number, $0) } }
  }

  package mutating func put(_ number: UInt64, _ text: String) {
    if !text.isEmpty { putText(number, text) }
  }

  package mutating func putText(_ number: UInt64, _ text: String) {
    var text = text
    text.withUTF8 { putBytes(number, UnsafeRawBufferPointer($0)) }
  }
}

extension ProtobufField {
  /// Signed numbers as `sint64` writes them: small ones stay short, whatever their sign.
  @inline(__always)
  package static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }

  @inline(__always)
  package static func signed(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
