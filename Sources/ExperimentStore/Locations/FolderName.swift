import FileSystem

/// The folder of a name: legal on Linux, macOS and Windows, and different for different names also
/// where the file system ignores case or normalises Unicode.
///
/// A name of plain lower-case words is its own folder. Every other becomes `<slug>~<hash>`: what
/// can be read of it, and a hash of its exact bytes. No plain name has a `~`, so the two never
/// meet.
package enum FolderName {
  /// The longest plain name, and the longest slug, in bytes.
  static let limit = 80

  /// The folder for a name; the same at all times on every machine.
  package static func safe(for name: String) -> String {
    isPlain(name) ? name : slug(of: name) + "~" + hash(of: name)
  }

  /// Whether a name is its own folder.
  static func isPlain(_ name: String) -> Bool {
    guard let first = name.utf8.first, let last = name.utf8.last, name.utf8.count <= limit else {
      return false
    }
    return isLowerCaseOrDigit(first) && last != UInt8(ascii: ".")
      && name.utf8.allSatisfy { isLowerCaseOrDigit($0) || isMark($0) }
      && !ReservedName.isReserved(name) && !ReservedName.isDevice(name)
      && !ReservedName.isIgnoredByGit(name)
  }

  private static func slug(of name: String) -> String {
    var slug = ""
    for scalar in name.unicodeScalars {
      if isReadable(scalar) {
        slug.unicodeScalars.append(scalar)
      } else if slug.utf8.last != UInt8(ascii: "-") {
        slug += "-"
      }
      if slug.utf8.count > 2 * limit { break }
    }
    slug = ReservedName.disarmed(trimmed(slug))
    while slug.utf8.count > limit { slug.unicodeScalars.removeLast() }
    slug = trimmed(slug)
    return slug.isEmpty ? "experiment" : slug
  }

  /// ASCII, and the letters without case of every script that neither case folding nor NFC changes.
  fileprivate static func isReadable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      return isLowerCaseOrDigit(byte) || (65...90).contains(byte) || isMark(byte)
    }
    let composes = (0x1100...0x11FF).contains(scalar.value)
    return !composes && scalar.properties.generalCategory == .otherLetter
      && !scalar.properties.changesWhenNFKCCaseFolded
  }

  private static func isLowerCaseOrDigit(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (48...57).contains(byte)
  }

  fileprivate static func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  /// Without marks at the ends: a leading one hides the folder or looks like an option.
  private static func trimmed(_ slug: String) -> String {
    let bytes = slug.utf8
    guard let first = bytes.firstIndex(where: { !isMark($0) }),
      let last = bytes.lastIndex(where: { !isMark($0) })
    else { return "" }
    return String(Substring(bytes[first...last]))
  }

  /// 40 bits of 64-bit FNV-1a, folded as its authors advise, in base 32 (RFC 4648, lower case).
  private static func hash(of name: String) -> String {
    let whole = ViewDigest.hash(Array(name.utf8))
    let hash = (whole >> 40) ^ (whole & 0xFF_FFFF_FFFF)
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".unicodeScalars)
    var text = ""
    for position in stride(from: 35, through: 0, by: -5) {
      text.unicodeScalars.append(alphabet[Int((hash >> UInt64(position)) & 31)])
    }
    return text
  }
}

/// Tells by the names of folders which of them an experiment that is looked for may lie in. That is
/// nearly always right, and a folder is left out only if nobody renamed it.
package struct FolderNamePattern: Sendable {
  private let name: String
  /// The folder of the name, in lower case: some file systems tell another case than they were
  /// given.
  private let base: [UInt8]
  private let start: [UInt8]
  private let letters: [UInt8]

  /// - Parameter name: The name, or how it begins.
  package init(_ name: String) {
    self.name = name
    base = FolderName.safe(for: name).utf8.map(Self.lowerCase)
    start = name.utf8.map(Self.lowerCase)
    letters = Self.letters(of: name[...])
  }

  /// Whether an experiment of the name, or one of its re-runs, may be in a folder.
  package func fits(_ folder: String) -> Bool {
    if folder.isSame(as: name) { return true }
    guard Self.begins(folder, with: base) else { return false }
    var rest = folder.utf8.dropFirst(base.count)
    while rest.first == UInt8(ascii: "-") {
      let digits = rest.dropFirst().prefix { (48...57).contains($0) }
      if digits.isEmpty { return false }
      rest = rest[digits.endIndex...]
    }
    return rest.isEmpty
  }

  /// Whether an experiment whose name begins with this one may be in a folder.
  package func fitsBeginning(_ folder: String) -> Bool {
    if Self.begins(folder, with: start) { return true }
    guard let end = folder.utf8.firstIndex(of: UInt8(ascii: "~")) else { return false }
    // A slug keeps the letters and digits of a name, perhaps not all of them.
    let slug = Self.letters(of: folder[..<end])
    return slug.starts(with: letters) || letters.starts(with: slug)
  }

  private static func begins(_ folder: String, with start: [UInt8]) -> Bool {
    folder.utf8.lazy.map(lowerCase).starts(with: start)
  }

  /// What a slug has of a text, without the marks: those it may have changed.
  private static func letters(of text: Substring) -> [UInt8] {
    let kept = text.unicodeScalars.filter { scalar in
      FolderName.isReadable(scalar)
        && !(scalar.isASCII && FolderName.isMark(UInt8(truncatingIfNeeded: scalar.value)))
    }
    return String(String.UnicodeScalarView(kept)).utf8.map(lowerCase)
  }

  private static func lowerCase(_ byte: UInt8) -> UInt8 {
    (65...90).contains(byte) ? byte | 0x20 : byte
  }
}
