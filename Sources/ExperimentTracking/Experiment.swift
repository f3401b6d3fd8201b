public import TrackingEntities
package import TrackingStore

/// An experiment, being written or loaded.
///
/// Every method may be called from any thread, and after the end too: the experiment is then reopened,
/// its end and status stay. Logging never throws because of the disk unless the experiment is strict:
/// a record that cannot be stored waits in memory, and the acknowledgement says so.
public final class Experiment: Sendable {
  /// The increment's folder, as `0042-recommendation-model`.
  public let increment: String
  /// The folder, relative to the increment's `experiments/`.
  public let folder: String
  /// The folder's absolute path when the experiment was opened.
  public let path: String
  /// Who the experiment is.
  public let identity: ExperimentIdentity
  package let directory: Directory
  /// Everything that changes, guarded by `lock`.
  package nonisolated(unsafe) var session: WriterSession
  private let lock = ForkSafeLock()

  package init(
    increment: String, folder: String, path: String, directory: Directory, session: WriterSession
  ) {
    self.increment = increment
    self.folder = folder
    self.path = path
    self.directory = directory
    self.identity = session.identity
    self.session = session
  }

  deinit {
    OpenExperiments.forget(self)
    lockedSession { $0.release() }
  }

  /// The name exactly as it was given.
  public var name: String { identity.name }

  /// Works on the session alone; a forked child becomes a writer of its own here.
  @inline(__always)
  package func withSession<Result>(
    _ body: (inout WriterSession) throws(TrackingError) -> Result
  ) throws(TrackingError) -> Result {
    try lock.withLock { (forked) throws(TrackingError) in
      if forked { WriterSession.becomeForkedChild(&session) }
      return try body(&session)
    }
  }

  /// As `withSession`, for what cannot fail.
  package func lockedSession<Result>(_ body: (inout WriterSession) -> Result) -> Result {
    lock.withLock { forked in
      if forked { WriterSession.becomeForkedChild(&session) }
      return body(&session)
    }
  }

  /// Logs under the lock and turns what became of it into the promise of `strict`.
  @inline(__always)
  @discardableResult
  package func logging(
    _ body: (inout WriterSession) throws(TrackingError) -> Acknowledgement
  ) throws(TrackingError) -> Acknowledgement {
    try withSession { (session) throws(TrackingError) in
      let acknowledgement = try body(&session)
      guard session.strict else { return acknowledgement }
      switch acknowledgement {
      case .stored: return acknowledgement
      case .deferred(let error), .dropped(let error): throw error
      }
    }
  }
}
