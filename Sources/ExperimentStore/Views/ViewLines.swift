import Glibc

/// Reads a view line by line, where each line must be the one expected.
struct ViewLines {
  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var place: Int

  init(bytes: UnsafeBufferPointer<UInt8>, place: Int) {
    (self.bytes, self.place) = (bytes, place)
  }

  /// Where the first line begins that is this one; nil if there is none. Not the first line of all.
  static func start(of line: StaticString, in file: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = file.baseAddress else { return nil }
    var place = 0
    while let newline = memchr(base + place, 0x0A, file.count - place) {
      place = UnsafeRawPointer(newline) - UnsafeRawPointer(base) + 1
      var lines = ViewLines(bytes: file, place: place)
      if lines.skip(line) { return place }
    }
    return nil
  }

  mutating func skip(_ text: StaticString) -> Bool {
    guard let base = bytes.baseAddress, bytes.count - place >= text.utf8CodeUnitCount,
      memcmp(base + place, text.utf8Start, text.utf8CodeUnitCount) == 0
    else { return false }
    place += text.utf8CodeUnitCount
    return true
  }

  /// A line with a number.
  mutating func integer(_ name: StaticString) -> Int64? {
    guard skip(name), let text = rest(), let first = text.first else { return nil }
    let isNegative = first == UInt8(ascii: "-")
    guard text.count > (isNegative ? 1 : 0) else { return nil }
    var number: Int64 = 0
    for byte in text[(isNegative ? 1 : 0)...] {
      let digit = Int64(byte) - 0x30
      let (tens, isTooMuch) = number.multipliedReportingOverflow(by: 10)
      let (next, isBeyond) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      guard 0...9 ~= digit, !isTooMuch, !isBeyond else { return nil }
      number = next
    }
    return number
  }

  /// What is left of the line.
  mutating func rest() -> UnsafeBufferPointer<UInt8>? {
    guard let base = bytes.baseAddress,
      let newline = memchr(base + place, 0x0A, bytes.count - place)
    else { return nil }
    let end = UnsafeRawPointer(newline) - UnsafeRawPointer(base)
    defer { place = end + 1 }
    return UnsafeBufferPointer(rebasing: bytes[place..<end])
  }
}
