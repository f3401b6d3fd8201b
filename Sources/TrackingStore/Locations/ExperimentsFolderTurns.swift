import Glibc
package import TrackingEntities

extension ExperimentsFolder {
  /// How long a process waits for its turn before it goes on without.
  private static let patience = 10.0

  /// Runs the body while no other process of this computer runs one for the same folder.
  ///
  /// The kernel keeps the turn and gives it back when its process dies: no file tells of it. Where a
  /// file system has no such locks, everybody goes on at once.
  package func takingTurns<Result>(
    _ body: () throws(TrackingError) -> Result
  ) throws(TrackingError) -> Result {
    let turn = try directory.folder(".")
    let begun = Clock.steady()
    while SystemCalls.lockFolder(turn.descriptor) == false,
      Clock.steady() - begun < Self.patience
    { usleep(5_000) }
    // Two folders held open are two holders of the lock; this one lives until the body is done.
    return try withExtendedLifetime(turn, body)
  }
}
