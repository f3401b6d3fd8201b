/// Remembers where runs of the characters of tokens end, so that no run is walked again and again.
struct SecretRuns {
  private var known: [Range<Int>] = []
  private var next = 0

  /// The end of the run of letters, digits, `-` and `_` that contains a position.
  mutating func end(from position: Int, in bytes: [UInt8]) -> Int {
    for run in known where run.contains(position) { return run.upperBound }
    var end = position
    while end < bytes.count, SecretCharacter.isWord(bytes[end]) || bytes[end] == .dash { end += 1 }
    if known.count < 4 {
      known.append(position..<end)
    } else {
      known[next & 3] = position..<end
    }
    next &+= 1
    return end
  }
}
