import FileSystem
package import TrackingEntities

/// Keys as names that MLflow's file store takes.
///
/// It allows letters, digits, `_ - . : /` and blanks, makes the name the path of a file, and
/// refuses one that stands for another path. Any other character is written as `_xHHHH_` with its
/// number in Unicode, as spreadsheets do it; so is the `_` of a key that looks like that already.
/// Where that is not enough, because a name is too long or is both a file and a folder, a number
/// is added.
package struct MLflowNames {
  /// MLflow takes 250 characters, file systems 255 bytes.
  private static let longest = 200

  private var files: Set<Key> = []
  private var folders: Set<Key> = []
  /// Names that only their owner may use begin with these.
  private let reserved: [String]
  /// The name of each key that is not its own, with the key.
  package private(set) var renamed: [Value.Entry] = []

  package init(reserved: [String] = []) { self.reserved = reserved }

  /// The name for a key, which no other key gets.
  package mutating func name(for key: Key) -> String {
    let text = key.text
    let plain = Self.encoded(text, first: isReserved(text), slashes: !Self.isPath(text))
    var name = plain
    if !isFree(name) { name = Self.encoded(text, first: isReserved(text), slashes: true) }
    var number = 1
    while !isFree(name) {
      number += 1
      name = plain.beginning(bytes: Self.longest - 20) + "-\(number)"
    }
    files.insert(Key(name))
    var parts = name.pathParts
    while parts.popLast() != nil, !parts.isEmpty {
      folders.insert(Key(parts.joined(separator: "/")))
    }
    if !Key(name).bytes.elementsEqual(key.bytes) { renamed.append(.init(Key(name), .text(text))) }
    return name
  }

  private func isReserved(_ text: String) -> Bool {
    reserved.contains { text.isContinuation(of: $0) }
  }

  private func isFree(_ name: String) -> Bool {
    guard name.utf8.count <= Self.longest, !files.contains(Key(name)), !folders.contains(Key(name))
    else { return false }
    var parts = name.pathParts
    while parts.popLast() != nil, !parts.isEmpty {
      if files.contains(Key(parts.joined(separator: "/"))) { return false }
    }
    return true
  }

  /// Whether the parts between slashes are names of folders and of a file.
  private static func isPath(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) }
      && !parts.contains { $0.starts(with: "..".utf8) }
  }

  private static func encoded(_ text: String, first: Bool, slashes: Bool) -> String {
    if text.isEmpty { return "_x_" }
    let isDots = text.isContinuation(of: ".")
    var scalars = String.UnicodeScalarView()
    for (place, scalar) in text.unicodeScalars.enumerated() {
      let isRefused =
        scalar == "/"
        ? slashes : scalar == "." ? slashes && isDots && place == 0 : !isAllowed(scalar)
      let looksEncoded =
        scalar == "_" && isEncoding(text.unicodeScalars.dropFirst(place).prefix(9))
      if isRefused || looksEncoded || place == 0 && first {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
        scalars.append(contentsOf: "_x\(zeros)\(digits)_".unicodeScalars)
      } else {
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      return "_-.: ".utf8.contains(byte) || (0x30...0x39).contains(byte)
        || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber:
      return true
    default: return false
    }
  }

  /// Whether it begins as a character does that was written by its number.
  private static func isEncoding(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
    let text = Array(scalars)
    guard text.count > 6, text[0] == "_", text[1] == "x" else { return false }
    let digits = text.dropFirst(2).prefix {
      ("0"..."9").contains($0) || ("A"..."F").contains($0)
    }
    return (4...6).contains(digits.count) && text.dropFirst(2 + digits.count).first == "_"
  }
}
