/// Paths and file names as the kernel sees them: bytes.
///
/// Not `Character`s: a slash with a combining mark after it is another one and still the separator,
/// a name has fewer of them than bytes, and `==` calls NFC and NFD spellings equal.
extension String {
  /// Whether both are the same bytes.
  package func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether the bytes start with those of the other.
  package func isContinuation(of other: String) -> Bool { utf8.starts(with: other.utf8) }

  /// Whether the bytes end with those of the other.
  package func isEnding(in other: String) -> Bool {
    utf8.suffix(other.utf8.count).elementsEqual(other.utf8)
  }

  /// What comes before this ending; nil if it ends otherwise.
  package func without(ending: String) -> String? {
    isEnding(in: ending) ? String(Substring(utf8.dropLast(ending.utf8.count))) : nil
  }

  /// What comes after this beginning; nil if it begins otherwise.
  package func without(beginning: String) -> String? {
    isContinuation(of: beginning) ? String(Substring(utf8.dropFirst(beginning.utf8.count))) : nil
  }

  /// Whether the path begins at the top of the file system.
  package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

  /// Whether the name is one that listings hide.
  package var isHiddenName: Bool { utf8.first == UInt8(ascii: ".") }

  /// The parts between slashes, the empty ones left out.
  package var pathParts: [String] {
    utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  /// The last part of the path; the text itself if it has none.
  package var lastPathPart: String {
    utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? self
  }

  /// The relative path of the folder that a relative path lies in; empty for a path of one part.
  package var pathParent: String { pathParts.dropLast().joined(separator: "/") }

  /// As much of the beginning as has at most so many bytes, no character of UTF-8 cut.
  package func beginning(bytes limit: Int) -> String {
    var end = utf8.index(startIndex, offsetBy: limit, limitedBy: endIndex) ?? endIndex
    while end > startIndex, end.samePosition(in: unicodeScalars) == nil {
      end = utf8.index(before: end)
    }
    return String(self[..<end])
  }
}
