/// The offset of the first byte that is not part of valid UTF-8; nil if all are.
///
/// The ranges are those of table 3-7 of the Unicode standard: no overlong forms, no surrogates,
/// nothing above U+10FFFF.
func firstInvalidUTF8(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  var offset = 0
  while offset < bytes.count {
    let lead = bytes[offset]
    if lead < 0x80 {
      offset &+= 1
      continue
    }
    let (length, second): (Int, ClosedRange<UInt8>)
    switch lead {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return offset
    }
    guard bytes.count &- offset >= length, second ~= bytes[offset &+ 1] else { return offset }
    for place in 2..<max(length, 2) where bytes[offset &+ place] & 0xC0 != 0x80 { return offset }
    offset &+= length
  }
  return nil
}
