/// Takes credentials out of a patch and leaves it a patch.
enum GitPatch {
  /// Encoded binary files are left as they are: they hold nothing that can be read, and a change of
  /// one character would spoil them.
  static func redact(_ patch: [UInt8]) -> (bytes: [UInt8], redactions: Int) {
    var clean: [UInt8] = []
    clean.reserveCapacity(patch.count)
    var redactions = 0
    var rest = patch[...]
    while !rest.isEmpty {
      let (text, binary) = split(rest)
      let scanned = SecretScan.redact(Array(rest[text]))
      clean += scanned.bytes
      clean += rest[binary]
      redactions += scanned.redactions
      rest = rest[binary.upperBound...]
    }
    return (clean, redactions)
  }

  /// The text up to the next binary file and that file.
  private static func split(_ patch: ArraySlice<UInt8>) -> (text: Range<Int>, binary: Range<Int>) {
    let none = patch.endIndex..<patch.endIndex
    guard let start = patch.firstRange(of: Array("\nGIT binary patch\n".utf8)) else {
      return (patch.startIndex..<patch.endIndex, none)
    }
    let body = patch[start.upperBound...]
    let next = body.firstRange(of: Array("\ndiff --git ".utf8))
    let end = next.map { $0.lowerBound + 1 } ?? patch.endIndex
    return (patch.startIndex..<start.upperBound, start.upperBound..<end)
  }
}
