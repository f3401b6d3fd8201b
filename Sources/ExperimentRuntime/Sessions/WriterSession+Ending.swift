import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

extension WriterSession {
  /// Stores what waits, and refreshes the views.
  mutating func flush() throws(TrackingError) {
    if let writer {
      if writer.deferred > 0, !writer.isOpen { try writer.reopen() }
      if !writer.drain(), writer.isOpen { throw reason(writer) }
      rename(to: writer.file)
    }
    if lossAtEnd > 0 { countLossAtEnd() }
    if isDirty { try refresh() }
    if role == .loaded, let writer, writer.deferred == 0 {
      writer.close()
      place.rest()
    }
  }

  /// What has to be forced to the disk for all that is stored to be safe from a power cut. The
  /// views are not among it: they are made from the rest.
  mutating func takeSyncWork() throws(TrackingError) -> SyncWork {
    let directory = try directory
    let unsure = unsure.isEmpty ? [] : (try? snapshot().artifacts.filter(isUnsure)) ?? []
    defer { (unsynced, self.unsure) = ([], []) }
    return SyncWork(
      directory: directory, file: writer == nil ? nil : file, artifacts: unsynced, writer: writer,
      unsure: unsure, items: log.items,
      children: role == .owner)
  }

  private func isUnsure(_ artifact: Artifact) -> Bool {
    artifact.keptAs.isEmpty && unsure.contains { $0.utf8.elementsEqual(artifact.path.utf8) }
  }

  /// Notes what a sync forced to the disk.
  mutating func synced(_ work: SyncWork) {
    guard let writer, writer === work.writer else { return }
    itemsSynced = max(itemsSynced, work.items)
    if lossAtEnd > 0 { countLossAtEnd() }
  }

  /// Notes what a sync did not force to the disk: the next one has to write it once more, because
  /// the kernel takes pages that it could not write for written ones.
  mutating func syncFailed(_ work: SyncWork, _ error: TrackingError) {
    unsynced += work.artifacts
    // A file system that knows no sync has not failed to write.
    if !error.meansUnknownToFileSystem { unsure += work.artifacts }
  }

  /// Whether the end of the experiment around this one will force the bytes of both to the disk. In
  /// a sweep of quick fits, a sync of each would cost more than the fits.
  private var isSyncedBySurrounding: Bool {
    guard let surrounding, sync == .atClose, unsynced.isEmpty else { return false }
    return Clock.steady() - started < Self.quick && surrounding.willSyncChildren
  }

  private static var quick: Double { 1 }

  /// Refuses an end from a handle that only loaded an experiment which is running, even
  /// in this process. One that is over is flushed.
  func refuseEndOfAnother() throws(TrackingError) {
    let isRunning: Bool
    if role == .loaded {
      isRunning = try ExperimentReader(try directory, folder: folder).read()?.status == .running
    } else {
      isRunning = isUnderWay
    }
    guard isRunning else { return }
    throw TrackingError(
      .invalidArgument,
      "'\(identity.name)' is running, and was only loaded here: only the process that started or "
        + "resumed it ends it; close it to release it")
  }

  /// Writes from now on beside whoever runs the experiment, with a say in its status: as an editor,
  /// because one that joined has none.
  mutating func becomeEditor() {
    guard header?.role == .attached, let writer else { return }
    if isDirty { try? refresh() }
    writer.close()
    lost &+= writer.dropped &+ writer.deferred
    self.writer = nil
    header = nil
    role = .loaded
    others = [:]
  }

  /// Refuses to set a status that another process decides, or another handle of this one.
  func checkSay(in status: ExperimentStatus, byAnother: Bool) throws(TrackingError) {
    if byAnother, isUnderWay || status == .running {
      throw TrackingError(
        .invalidArgument,
        "'\(identity.name)' was only loaded here: '\(status.rawValue)' is set by the process "
          + "that runs it; resume it to continue it")
    }
    if role == .owner { return }
    if case .attached = role {
      throw TrackingError(
        .invalidArgument,
        "this process joined '\(identity.name)'; only the one that started it sets its status")
    }
    let present = try ExperimentReader(try directory, folder: folder).read()?.status
    if status == .running || present == .running || present == .unknown {
      throw TrackingError(
        .invalidArgument,
        "'\(identity.name)' is \(present?.rawValue ?? "gone"); only the process that runs it sets "
          + "'\(status.rawValue)': resume it to continue it")
    }
  }

  /// Continues after the end: there will be another one.
  mutating func resume() {
    ended = false
    (lossAtEnd, toldAtEnd) = (0, 0)
    closing = nil
    started = Clock.steady()
  }

  /// How an experiment is closed that was still open when the process ended.
  static let atExit = "at exit"

  /// Ends the session. Idempotent. A writer that does not own the status only closes its files.
  ///
  /// - Parameters:
  ///   - ended: When it ended, in seconds since 1970, where that was earlier; nil is now.
  ///   - more: Whether something is still to be recorded, and the end called once more
  ///     after it: the views are written, and the bytes forced to the disk, once and then.
  /// - Returns: What has to be forced to the disk now, and what went wrong so far.
  mutating func end(
    _ status: ExperimentStatus?, _ failure: Failure?, closed: String, at time: Double? = nil,
    more: Bool
  ) -> (work: SyncWork?, problem: TrackingError?) {
    if ended {
      // What the first end could not store or force to the disk is tried again.
      guard let closing else { return lossAtEnd > 0 ? close(closed) : (nil, flushing()) }
      return more ? (nil, nil) : close(closing)
    }
    guard writer != nil else { return (nil, nil) }
    if decidesStatus {
      takeSample(atEnd: true)
      let resolved = status ?? chosenStatus.flatMap { $0 == .running ? nil : $0 } ?? .completed
      let end = SessionEnd(
        status: resolved, failure: failure?.redacted,
        duration: time.map { max(0, $0 - identity.created) } ?? Clock.steady() - started,
        closed: closed, dropped: dropped)
      toldLost = dropped
      _ = record([.end(end)], at: time)
      showEnd()
      // A forked child that ended without recording it may not have drained its hot loop.
      if let directory = try? directory {
        notices += (try? PendingReplay.run(in: directory)) ?? []
      }
    }
    ended = true
    if more {
      closing = closed
      return (nil, nil)
    }
    return close(closed)
  }

  private mutating func close(
    _ closed: String
  ) -> (work: SyncWork?, problem: TrackingError?) {
    closing = nil
    let problem = flushing()
    // What the disk did not take yet stays with the open writer, for the next call.
    defer {
      isUnmounted = (try? directory)?.isUnmounted ?? false
      if let writer, writer.deferred == 0, !writer.isPending {
        writer.close()
        place.rest()
      }
    }
    if isSyncedBySurrounding { return (nil, problem) }
    do throws(TrackingError) {
      return (try takeSyncWork(), problem)
    } catch {
      return (nil, problem ?? error)
    }
  }

  private mutating func flushing() -> TrackingError? {
    do throws(TrackingError) {
      try flush()
      return nil
    } catch {
      return error
    }
  }
}

/// What the end leaves behind that cannot be read any more.
extension WriterSession {
  /// Counts what waits in the memory of this process, which may end now, and what the disk may have
  /// lost. Called again when the disk took something after all.
  mutating func countLossAtEnd() {
    guard ended, closing == nil, let writer else {
      lossAtEnd = 0
      return
    }
    if isUnmounted {
      lossAtEnd = log.items
      return
    }
    switch writer.remains {
    case .allBut(let waiting): lossAtEnd = waiting
    case .synced: lossAtEnd = log.items - min(log.items, itemsSynced)
    }
  }

  /// The warning at the end: how much is lost, once; else what went wrong.
  mutating func judgeEnd(_ problem: TrackingError?) -> TrackingError? {
    countLossAtEnd()
    if lossAtEnd == 0 { return problem }
    if lossAtEnd == toldAtEnd { return nil }
    toldAtEnd = lossAtEnd
    return TrackingError(
      .storage,
      CountText.of(lossAtEnd, "record") + " of '\(identity.name)' could not be stored and "
        + (lossAtEnd == 1 ? "counts" : "count") + " as dropped: "
        + (isUnmounted
          ? "the file system of '\(place.path)' was unmounted, and what is written to it cannot be read"
          : problem?.message ?? reasonOfLoss),
      systemCode: problem?.systemCode ?? 0)
  }

  private var reasonOfLoss: String {
    writer?.lastError?.message ?? "'\(place.path)/\(file)' can no longer be read back"
  }
}
