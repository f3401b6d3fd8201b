package import TrackingEntities

/// What one event file says, without the single points.
package struct SessionLog: Sendable {
  /// The file, relative to the folder it was read from.
  package var file: String
  /// The header; nil in a file of another program, or where the header is damaged.
  package var header: SessionHeader?
  /// The Lamport counter of the header, which places the session's start among the records of others.
  package var headerLamport: UInt64 = 0
  /// The time of the first event. A file that had to be copied keeps it: of two files with the same
  /// writer, session and start, one is a copy of the other's beginning.
  package var started = 0.0
  /// The records in the order written, the header left out.
  package var records: [StampedRecord] = []
  /// The metrics in the order first logged.
  package var metrics: [MetricSummary] = []
  /// What could not be read.
  package var damages: [TFRecordDamage] = []
  /// Where the last whole frame ends.
  package var validLength: UInt64 = 0
  /// The file's size when it was read.
  package var size: UInt64 = 0
  /// The highest Lamport counter.
  package var highestLamport: UInt64 = 0
  /// The time of the last event.
  package var lastWrite = 0.0
  /// The latest time of an event: until then a session without an end was at work. Points may be
  /// logged with times of the past.
  package var latest = 0.0

  package init(file: String) { self.file = file }

  /// Whether both are one stream of events, so that only the longer one counts.
  package func isSameStream(as other: SessionLog) -> Bool {
    guard let header, let theirs = other.header else { return false }
    return header.experiment.id == theirs.experiment.id && header.writer == theirs.writer
      && header.session == theirs.session && started == other.started
  }
}
