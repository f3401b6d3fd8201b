/// A name compared byte by byte: of a metric, a parameter, a fact.
///
/// Swift's `String` calls NFC and NFD spellings equal; two keys that a user typed differently must
/// stay two keys, so a key is its bytes.
public struct Key: Hashable, Sendable {
  /// The bytes as the user gave them; nearly always UTF-8.
  public let bytes: [UInt8]

  /// Makes a key from text.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// Makes a key from raw bytes, kept exactly.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// The bytes as text; what is not UTF-8 shows as `\xNN`.
  public var text: String { String(escapingInvalid: bytes) }

  /// Whether the bytes are valid UTF-8.
  public var isText: Bool { String(validating: bytes, as: UTF8.self) != nil }
}

extension Key: Comparable {
  /// Orders keys by their bytes.
  public static func < (left: Key, right: Key) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension Key: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Makes a key from a literal.
  public init(stringLiteral text: String) { self.init(text) }

  /// The key as text.
  public var description: String { text }
}

extension String {
  /// Decodes UTF-8 and writes every byte that is not part of it as `\xNN`, so that different bytes
  /// never become the same text.
  public init(escapingInvalid bytes: [UInt8]) {
    if let valid = String(validating: bytes, as: UTF8.self) {
      self = valid
      return
    }
    var text = String()
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var position = 0
    var more = true
    while more {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded):
        text.unicodeScalars.append(UTF8.decode(encoded))
        position += encoded.count
      case .error(let length):
        for byte in bytes[position..<Swift.min(position + length, bytes.count)] {
          text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        position += length
      case .emptyInput:
        more = false
      }
    }
    self = text
  }
}
