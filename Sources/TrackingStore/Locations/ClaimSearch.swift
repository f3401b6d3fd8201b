/// Finds the end of what is taken without listing it.
enum ClaimSearch {
  /// A free place after a taken one, or the first: found by doubling and bisecting, so that ten
  /// thousand places cost some thirty questions. A hole before the end may be found as well.
  static func free(from first: UInt64, _ isTaken: (UInt64) -> Bool) -> UInt64 {
    guard isTaken(first) else { return first }
    var taken = first
    var free = max(first, 1) &* 2
    while free < 1 << 62 && isTaken(free) {
      taken = free
      free = free &* 2
    }
    while free - taken > 1 {
      let middle = taken + (free - taken) / 2
      if isTaken(middle) { taken = middle } else { free = middle }
    }
    return free
  }
}
