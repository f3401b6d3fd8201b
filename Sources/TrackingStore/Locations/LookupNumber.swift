/// An experiment said by number: `exp-003`, `3`, and `exp-003.12` for the twelfth child.
struct LookupNumber: Equatable {
  /// The number of the top-level experiment.
  let number: UInt64
  /// The places within it, from the outside in.
  let children: [UInt64]

  /// Reads a number; nil if the text is something else.
  init?(_ text: String) {
    let digits = text.isContinuation(of: "exp-") ? text.utf8.dropFirst(4) : text.utf8[...]
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    var numbers: [UInt64] = []
    for part in parts {
      guard part.allSatisfy({ (48...57).contains($0) }), let number = UInt64(Substring(part)) else {
        return nil
      }
      numbers.append(number)
    }
    guard let first = numbers.first else { return nil }
    number = first
    children = Array(numbers.dropFirst())
  }

  /// The experiments of that number: mostly one, several after a merge.
  func find(in entries: [LookupEntry]) -> [LookupEntry] {
    if number == 0 { return [] }
    var found = entries.filter { $0.number == number && $0.child == 0 }
    for child in children {
      let parents = found.map(\.folder)
      found = entries.filter { entry in
        entry.child == child && parents.contains { $0.isSame(as: entry.parent) }
      }
    }
    return found
  }
}
