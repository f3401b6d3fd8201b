public import TrackingEntities

/// What became of a record.
public enum Acknowledgement: Sendable {
  /// It is stored: a kill of the process loses nothing.
  case stored
  /// It waits in memory until the disk accepts it, for this reason.
  case deferred(TrackingError)
  /// It is lost and counted, because too much waits already.
  case dropped(TrackingError)
}
