import TrackingEntities

/// The order of experiments that nothing else orders: by number, as they were made.
enum ExperimentOrder {
  /// Whether one experiment comes before another. Experiments without a number come last.
  static func precedes(_ left: ExperimentSnapshot, _ right: ExperimentSnapshot) -> Bool {
    let (a, b) = (left.identity, right.identity)
    let (first, second) = (place(a.number), place(b.number))
    if first != second { return first < second }
    if a.child != b.child { return a.child < b.child }
    if isOlder(a, b) || isOlder(b, a) { return isOlder(a, b) }
    return Key(left.folder) < Key(right.folder)
  }

  /// Whether an experiment is a later run of the same name.
  static func isNewer(_ left: ExperimentSnapshot, _ right: ExperimentSnapshot) -> Bool {
    let (a, b) = (left.identity, right.identity)
    if a.rerun != b.rerun { return a.rerun > b.rerun }
    if isOlder(a, b) || isOlder(b, a) { return isOlder(b, a) }
    return precedes(right, left)
  }

  private static func place(_ number: UInt64) -> UInt64 { number == 0 ? .max : number }

  private static func isOlder(_ a: ExperimentIdentity, _ b: ExperimentIdentity) -> Bool {
    let (first, second) = (a.created, b.created)
    return first.isNaN ? false : second.isNaN ? true : first < second
  }
}
