import TrackingEntities
import TrackingStore

extension WriterSession {
  /// Stores what waits, and refreshes the views.
  mutating func flush(durable: Bool) throws(TrackingError) {
    if let writer, writer.deferred > 0 || durable && writer.isOpen {
      if !writer.isOpen {
        try writer.reopen()
        rename(to: writer.file)
      }
      try writer.sync()
      try syncArtifacts()
    }
    writer?.drain()
    if isDirty || durable { try refresh(durable: durable) }
  }

  mutating func syncArtifacts() throws(TrackingError) {
    for path in unsynced { try ArtifactSync.sync(path, in: directory) }
    unsynced = []
  }

  /// Refuses to set a status that another process decides.
  func checkSay(in status: ExperimentStatus) throws(TrackingError) {
    if standing == .owner { return }
    if case .attached = standing {
      throw TrackingError(
        .invalidArgument,
        "this process joined '\(identity.name)'; only the one that started it sets its status")
    }
    let present = try ExperimentReader(directory, folder: folder).read()?.status
    if status == .running || present == .running || present == .unknown {
      throw TrackingError(
        .invalidArgument,
        "'\(identity.name)' is \(present?.rawValue ?? "gone"); only the process that runs it sets "
          + "'\(status.rawValue)': resume it to go on with it")
    }
  }

  /// Goes on after the end: there will be another one.
  mutating func goOn() {
    ended = false
    started = Clock.steady()
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
        closed: closed, dropped: dropped)
      toldLost = dropped
      _ = record([.end(end)])
    }
    ended = true
    // What the disk did not take yet stays with the open writer, for the next call.
    defer { if let writer, writer.deferred == 0 { writer.close() } }
    try flush(durable: true)
  }
}
