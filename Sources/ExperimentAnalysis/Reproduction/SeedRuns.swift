package import TrackingEntities

/// The runs that differ from one in nothing but the seed.
package enum SeedRuns {
  package static func of(
    _ snapshot: ExperimentSnapshot, among others: [ExperimentSnapshot]
  ) -> [ExperimentSnapshot] {
    let own = params(snapshot)
    guard own.count < snapshot.params.count else { return [] }
    return others.filter {
      $0.identity.id != snapshot.identity.id && $0.status == .completed && params($0) == own
    }
  }

  private static func params(_ snapshot: ExperimentSnapshot) -> [Key: ParamValue] {
    ParamValue.members(
      snapshot.params.filter { !SeedParameter.matches($0.key) }.map { .init($0.key, $0.value) })
  }
}
