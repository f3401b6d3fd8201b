import TrackingEntities
import TrackingStore

extension WriterSession {
  /// Stores what waits, and refreshes the views.
  mutating func flush(durable: Bool) throws(TrackingError) {
    if let writer, writer.isOpen, durable || writer.deferred > 0 {
      try writer.sync()
      try syncArtifacts()
    }
    if isDirty || durable { try refresh(durable: durable) }
  }

  private mutating func syncArtifacts() throws(TrackingError) {
    for path in unsynced { try StagedArtifact.sync(path, in: directory) }
    unsynced = []
  }

  /// Ends the session; again is a no-op. A writer without a say in the status only lets go.
  mutating func end(
    _ status: ExperimentStatus?, _ failure: Failure?, closed: String
  ) throws(TrackingError) {
    guard !ended else { return try flush(durable: false) }
    guard writer != nil else { return }
    if decidesStatus {
      let resolved = status ?? chosenStatus.flatMap { $0 == .running ? nil : $0 } ?? .completed
      let end = SessionEnd(
        status: resolved, failure: failure?.redacted, duration: Clock.steady() - started,
        closed: closed, dropped: (writer?.dropped ?? 0) &+ lost)
      _ = record([.end(end)])
    }
    ended = true
    defer { writer?.close() }
    try flush(durable: sync != .always)
  }
}
