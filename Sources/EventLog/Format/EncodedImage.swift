/// The size of an encoded image, read from its first bytes.
struct EncodedImage {
  let width: UInt64
  let height: UInt64

  /// Reads the header of a PNG, GIF or JPEG; nil if the bytes are none of them or end too early.
  init?(_ bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      guard let width = Self.big(bytes, 16, 4), let height = Self.big(bytes, 20, 4) else {
        return nil
      }
      self.init(width, height)
    } else if bytes.starts(with: Array("GIF87a".utf8)) || bytes.starts(with: Array("GIF89a".utf8)) {
      guard let width = Self.little(bytes, 6), let height = Self.little(bytes, 8) else {
        return nil
      }
      self.init(width, height)
    } else if bytes.starts(with: [0xFF, 0xD8]) {
      self.init(jpeg: bytes)
    } else {
      return nil
    }
  }

  private init?(_ width: UInt64, _ height: UInt64) {
    guard width > 0, height > 0 else { return nil }
    (self.width, self.height) = (width, height)
  }

  /// Walks over the segments of a JPEG to the one that begins a frame.
  private init?(jpeg bytes: UnsafeRawBufferPointer) {
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      let marker = bytes[place + 1]
      if marker == 0xFF {  // a fill byte
        place += 1
        continue
      }
      guard let length = Self.big(bytes, place + 2, 2), length >= 2 else { return nil }
      // SOF0 to SOF15; C4, C8 and CC mean something else.
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        guard let height = Self.big(bytes, place + 5, 2), let width = Self.big(bytes, place + 7, 2)
        else { return nil }
        self.init(width, height)
        return
      }
      place += 2 + Int(length)
    }
    return nil
  }

  private static func big(
    _ bytes: UnsafeRawBufferPointer, _ place: Int, _ count: Int
  ) -> UInt64? {
    guard place + count <= bytes.count else { return nil }
    return bytes[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func little(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64? {
    guard place + 2 <= bytes.count else { return nil }
    return UInt64(bytes[place]) | UInt64(bytes[place + 1]) << 8
  }
}
