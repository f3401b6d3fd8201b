import EventLog
import FileSystem
import TrackingEntities

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
