import FileSystem
import TrackingEntities

extension Experiment {
  /// Adds what the program wrote to its terminal to `output.log`.
  ///
  /// A progress bar leaves its last state, colours are left out, credentials too. The file is
  /// bounded: of very long output the beginning and the end are kept, with a line between them that
  /// says how much is missing. Another writer of the experiment has a file of its own,
  /// `output-rank-1.log`; the output of a forked child is not recorded.
  ///
  /// Never throws because of the disk: what cannot be written is kept and written with the next
  /// output.
  @discardableResult
  public func logOutput(_ text: String) -> Acknowledgement {
    var text = text
    return text.withUTF8 { logOutput(UnsafeRawBufferPointer($0)) }
  }

  package func logOutput(_ bytes: UnsafeRawBufferPointer) -> Acknowledgement {
    output.add(bytes, in: place) { lockedSession { $0.role }.outputFile }
  }
}

/// The output of one process for one experiment. Its lock is its own: who prints never waits for
/// who logs.
final class OutputRecorder: @unchecked Sendable {
  private let lock = ForkSafeLock()
  /// Guarded by `lock`.
  private var log: OutputLog?
  private var isForeign = false

  deinit { log?.close() }

  func add(
    _ bytes: UnsafeRawBufferPointer, in place: RestingDirectory, _ name: () -> String
  ) -> Acknowledgement {
    lock.withLock { forked in
      if forked { isForeign = true }
      if isForeign { return .stored }
      do throws(TrackingError) {
        if log == nil { log = try OutputLog(in: try place.open(), name()) }
        try log?.add(bytes)
        return .stored
      } catch {
        return .deferred(error)
      }
    }
  }

  /// Closes the file, if all is in it, until there is more.
  func rest() {
    lock.withLock { forked in
      if forked { isForeign = true }
      if isForeign || log?.isWritten != true { return }
      log?.close()
      log = nil
    }
  }
}

extension WriterSession.Role {
  /// The owner's file, or one for each other writer.
  fileprivate var outputFile: String {
    switch self {
    case .owner: "output.log"
    case .attached(label: let label, rank: .some): "output-\(label).log"
    case .attached, .loaded: "output-\(ProcessFacts.current().pid).log"
    }
  }
}
