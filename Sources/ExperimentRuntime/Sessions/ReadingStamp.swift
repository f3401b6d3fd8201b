import CPlatform
import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

/// What an experiment that this process does not run was made from when it was read, beside the
/// sizes of its event files: the process that runs it, and views that no event file vouches for.
struct ReadingStamp: Sendable {
  private var owner: WriterWatch?
  private var tellsViews = false

  /// Nothing but event files.
  init() {}

  init(_ snapshot: ExperimentSnapshot) {
    tellsViews = snapshot.history != .complete
    let isOver = [.completed, .failed, .interrupted].contains(snapshot.status)
    let owners = snapshot.writers.filter { $0.header.role == .owner && !$0.header.amends }
    guard !isOver, let last = owners.last else { return }
    owner = WriterWatch(last.header, file: last.file, seenFrom: ProcessFacts.current())
  }

  /// Adds what would be found now.
  ///
  /// - Returns: False where only reading can tell.
  func add(to hasher: inout Hasher, in directory: Directory) throws(TrackingError) -> Bool {
    if tellsViews {
      for view in Views.files {
        let status = try SystemCalls.statusIfPresent(directory.descriptor, view)
        let stamp = status.map { FileStamp($0) }
        // Who edits it within a moment may leave size and time as they were.
        if let stamp, !stamp.isSettled { return false }
        hasher.combine(stamp)
      }
    }
    owner?.add(to: &hasher, in: directory)
    return true
  }
}
