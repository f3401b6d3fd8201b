internal import CPlatform

/// The framing of an event file, TFRecord: length (8 bytes), masked CRC-32C of the length (4),
/// payload, masked CRC-32C of the payload (4), all little-endian.
package enum TFRecordFrame {
  package static let headerSize = 12
  package static let footerSize = 4
  package static let overhead = headerSize + footerSize

  /// The CRC as TFRecord stores it: rotated and shifted, so that a CRC of bytes that hold CRCs does
  /// not degenerate.
  @inline(__always)
  package static func maskedCRC(_ start: UnsafeRawPointer?, _ count: Int) -> UInt32 {
    masked(platform_crc32c(0, start, count))
  }

  @inline(__always)
  static func masked(_ crc: UInt32) -> UInt32 { (crc >> 15 | crc << 17) &+ 0xA282_EAD8 }

  /// The payload's length, if the header is one: its CRC holds and the whole frame fits into
  /// `available` bytes. Most wrong headers fail the cheap comparison first.
  @inline(__always)
  package static func payloadLength(_ header: UnsafeRawPointer, available: UInt64) -> Int? {
    let length = announcedLength(header)
    guard available >= UInt64(overhead), length <= available - UInt64(overhead) else { return nil }
    return headerHolds(header) ? Int(exactly: length) : nil
  }

  package static func announcedLength(_ header: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: header.loadUnaligned(as: UInt64.self))
  }

  @inline(__always)
  package static func headerHolds(_ header: UnsafeRawPointer) -> Bool {
    let crc = UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    return maskedCRC(header, 8) == crc
  }

  /// Whether the payload of a frame that is there whole is what was written.
  @inline(__always)
  package static func payloadHolds(_ frame: UnsafeRawPointer, length: Int) -> Bool {
    let crc = UInt32(
      littleEndian: frame.loadUnaligned(fromByteOffset: headerSize + length, as: UInt32.self))
    return maskedCRC(frame + headerSize, length) == crc
  }
}

extension ProtobufWriter {
  /// Begins a frame; `endFrame` takes what this returns.
  @inline(__always)
  package mutating func beginFrame() -> Int {
    let start = count
    append(littleEndian: UInt64(0))
    append(littleEndian: UInt32(0))
    return start
  }

  /// Ends a frame: fills in the length and both sums.
  @inline(__always)
  package mutating func endFrame(_ start: Int) {
    let payload = start + TFRecordFrame.headerSize
    let length = count - payload
    replace(littleEndian: UInt64(length), at: start)
    let header = bytes.baseAddress.map { TFRecordFrame.maskedCRC($0 + start, 8) } ?? 0
    replace(littleEndian: header, at: start + 8)
    let footer = bytes.baseAddress.map { TFRecordFrame.maskedCRC($0 + payload, length) } ?? 0
    append(littleEndian: footer)
  }
}
