import TrackingEntities

/// The order of experiments that nothing else orders: by number, as they were made.
enum ExperimentOrder {
  /// The experiments in that order.
  static func sorted(_ snapshots: [ExperimentSnapshot]) -> [ExperimentSnapshot] {
    let places = snapshots.map { Place($0) }
    let order = places.indices.sorted { precedes(places[$0], places[$1]) }
    return order.map { snapshots[$0] }
  }

  /// What decides, taken out of the snapshot once.
  private struct Place {
    let increment: String
    let number: UInt64
    let child: UInt64
    let created: Double
    let folder: String

    init(_ snapshot: ExperimentSnapshot) {
      let identity = snapshot.identity
      increment = snapshot.increment
      number = identity.number == 0 ? .max : identity.number
      child = identity.child
      created = identity.created
      folder = snapshot.folder
    }
  }

  /// Whether one experiment comes before another. Experiments without a number come last.
  private static func precedes(_ a: Place, _ b: Place) -> Bool {
    if !a.increment.utf8.elementsEqual(b.increment.utf8) {
      return a.increment.utf8.lexicographicallyPrecedes(b.increment.utf8)
    }
    if a.number != b.number { return a.number < b.number }
    if a.child != b.child { return a.child < b.child }
    if isOlder(a.created, b.created) || isOlder(b.created, a.created) {
      return isOlder(a.created, b.created)
    }
    return a.folder.utf8.lexicographicallyPrecedes(b.folder.utf8)
  }

  /// Whether an experiment is a later run of the same name.
  static func isNewer(_ left: ExperimentSnapshot, _ right: ExperimentSnapshot) -> Bool {
    let (a, b) = (left.identity, right.identity)
    if a.rerun != b.rerun { return a.rerun > b.rerun }
    if isOlder(a.created, b.created) || isOlder(b.created, a.created) {
      return isOlder(b.created, a.created)
    }
    return precedes(Place(right), Place(left))
  }

  private static func isOlder(_ first: Double, _ second: Double) -> Bool {
    first.isNaN ? false : second.isNaN ? true : first < second
  }
}
