import CPlatform
import ExperimentTracker
import Glibc

/// Text between C and Swift.
enum CText {
  /// Bytes as a C string that `free` releases; a NUL in them is written as C0 80.
  static func make(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    let nuls = bytes.count { $0 == 0 }
    guard let raw = malloc(bytes.count + nuls + 1) else { return nil }
    let text = raw.assumingMemoryBound(to: CChar.self)
    var next = 0
    for byte in bytes {
      if byte == 0 {
        text[next] = CChar(bitPattern: 0xC0)
        text[next + 1] = CChar(bitPattern: 0x80)
        next += 2
      } else {
        text[next] = CChar(bitPattern: byte)
        next += 1
      }
    }
    text[next] = 0
    return text
  }

  /// Text that lives as long as the library.
  static func literal(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  /// The bytes of an argument, C0 80 turned back into NUL; nil for NULL.
  static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
    guard let text else { return nil }
    let count = strlen(text)
    let raw = UnsafeRawBufferPointer(start: text, count: count)
    guard raw.contains(0xC0) else { return Array(raw) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var next = 0
    while next < count {
      if raw[next] == 0xC0, next + 1 < count, raw[next + 1] == 0x80 {
        bytes.append(0)
        next += 2
      } else {
        bytes.append(raw[next])
        next += 1
      }
    }
    return bytes
  }

  /// An argument that must be there.
  static func required(
    _ text: UnsafePointer<CChar>?, _ parameter: String
  ) throws(TrackingError) -> [UInt8] {
    try refuseWithoutMemory(text.map(strlen) ?? 0, parameter)
    guard let bytes = bytes(text) else { throw missing(parameter) }
    return bytes
  }

  /// A value is copied, searched for credentials and encoded, all in memory at one time; where
  /// Swift finds none, it ends the process.
  static func refuseWithoutMemory(_ count: Int, _ parameter: String) throws(TrackingError) {
    guard count >= 1 << 20 else { return }
    let (needed, isTooMuch) = count.multipliedReportingOverflow(by: copies)
    if !isTooMuch, platform_has_memory(needed) != 0 { return }
    throw TrackingError(
      .internalError,
      "not enough memory for the \(count) bytes of the argument '\(parameter)': to record them takes "
        + "\(copies) times as much; save a file instead")
  }

  private static let copies = 16

  static func key(
    _ text: UnsafePointer<CChar>?, _ parameter: String = "key"
  ) throws(TrackingError) -> Key {
    Key(bytes: try required(text, parameter))
  }

  /// Text that is kept; what is not UTF-8 in it shows as `\xNN`.
  static func text(
    _ text: UnsafePointer<CChar>?, _ parameter: String
  ) throws(TrackingError) -> String {
    String(escapingInvalid: try required(text, parameter))
  }

  /// A name or a path, which must be UTF-8; nil for NULL.
  static func name(
    _ text: UnsafePointer<CChar>?, _ parameter: String
  ) throws(TrackingError) -> String? {
    guard let bytes = bytes(text) else { return nil }
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw TrackingError(
        .invalidName, "the \(parameter) '\(String(escapingInvalid: bytes))' is not valid UTF-8")
    }
    return name
  }

  static func requiredName(
    _ text: UnsafePointer<CChar>?, _ parameter: String
  ) throws(TrackingError) -> String {
    guard let name = try name(text, parameter) else { throw missing(parameter) }
    return name
  }

  static func missing(_ parameter: String) -> TrackingError {
    TrackingError(.invalidArgument, "the argument '\(parameter)' is NULL")
  }
}

/// Hands out text through a `char **`; it is NULL before anything can fail.
func returnText(
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ make: () throws(TrackingError) -> [UInt8]
) throws(TrackingError) {
  guard let out else { throw CText.missing("out") }
  out.pointee = nil
  guard let text = CText.make(try make()) else {
    throw TrackingError(.internalError, "not enough memory for the result")
  }
  out.pointee = text
}

func returnJSON(
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ make: () throws(TrackingError) -> Value
) throws(TrackingError) {
  try returnText(out) { () throws(TrackingError) in
    try make().json(layout: .compact)
  }
}
