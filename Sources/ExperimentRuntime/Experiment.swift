import EventLog
package import FileSystem
public import TrackingEntities

/// An experiment, being written or loaded.
///
/// Every method may be called from any thread, and after the end too: the experiment is then
/// reopened, its end and status stay. Logging never throws because of the disk unless the
/// experiment is strict: a record that cannot be stored waits in memory, and the acknowledgement
/// says so.
public final class Experiment: Sendable {
  /// The increment's folder, as `0042-recommendation-model`.
  public let increment: String
  /// The folder, relative to the increment's `experiments/`.
  public let folder: String
  /// The folder's absolute path when the experiment was opened.
  public let path: String
  /// Who the experiment is.
  public let identity: ExperimentIdentity
  /// Its folder, which is open while it is written or read.
  package let place: RestingDirectory
  /// Everything that changes, guarded by `lock`.
  package nonisolated(unsafe) var session: WriterSession
  private let lock = ForkSafeLock()
  /// The fast path of points in a hot loop; guarded by `lock` too.
  private let fastPath = FastPath()
  /// What the program said, apart from all else.
  let output = OutputRecorder()

  package init(
    increment: String, folder: String, path: String, session: WriterSession
  ) {
    self.increment = increment
    self.folder = folder
    self.path = path
    place = session.place
    self.identity = session.identity
    self.session = session
  }

  deinit {
    OpenExperiments.forget(self)
    if let rested = lockedSession({ $0.release() }) { OpenExperiments.keep(rested) }
  }

  /// The name exactly as it was given.
  public var name: String { identity.name }

  /// The experiment's folder, open as long as the result is held.
  package var directory: Directory {
    get throws(TrackingError) { try place.open() }
  }

  /// Works on the session alone; a forked child becomes a writer of its own here.
  @inline(__always)
  package func withSession<Result>(
    _ body: (inout WriterSession) throws(TrackingError) -> Result
  ) throws(TrackingError) -> Result {
    try lock.withLock { (forked) throws(TrackingError) in
      settle(forked: forked)
      fastPath.forgetSeries()
      return try body(&session)
    }
  }

  /// As `withSession`, for what cannot fail.
  package func lockedSession<Result>(_ body: (inout WriterSession) -> Result) -> Result {
    lock.withLock { forked in
      settle(forked: forked)
      fastPath.forgetSeries()
      return body(&session)
    }
  }

  /// Brings the session up to what happened in the fast path, or makes a forked child a writer of
  /// its own.
  private func settle(forked: Bool) {
    if forked {
      fastPath.abandon()
      WriterSession.becomeForkedChild(&session)
    } else if fastPath.isOpen {
      session.close(fastPath)
    }
  }

  /// Works in the fast path alone; a forked child becomes a writer of its own here.
  @inline(__always)
  func onFastPath(_ body: (FastPath) -> Bool) -> Bool {
    if lock.lock() { settle(forked: true) }
    defer { lock.unlock() }
    return body(fastPath)
  }

  /// As `onFastPath`, but where that needs waiting, false.
  @inline(__always)
  func tryOnFastPath(_ body: (FastPath) -> Bool) -> Bool {
    guard lock.tryLock() else { return false }
    defer { lock.unlock() }
    return body(fastPath)
  }

  /// Logs points on the general path, after which the next ones of these metrics may take the fast
  /// one.
  package func logging(
    _ keys: [Key], _ body: (inout WriterSession) -> Acknowledgement
  ) throws(TrackingError) -> Acknowledgement {
    try Self.judge(
      lock.withLock { forked in
        settle(forked: forked)
        let acknowledgement = body(&session)
        session.open(fastPath, for: keys)
        return (acknowledgement, session.strict)
      })
  }

  /// Logs under the lock and turns what became of it into the promise of `strict`.
  @inline(__always)
  @discardableResult
  package func logging(
    _ body: (inout WriterSession) throws(TrackingError) -> Acknowledgement
  ) throws(TrackingError) -> Acknowledgement {
    try Self.judge(
      withSession { (session) throws(TrackingError) in
        (try body(&session), session.strict)
      })
  }

  /// Turns what became of a record into the promise of `strict`.
  private static func judge(
    _ outcome: (acknowledgement: Acknowledgement, strict: Bool)
  ) throws(TrackingError) -> Acknowledgement {
    guard outcome.strict else { return outcome.acknowledgement }
    switch outcome.acknowledgement {
    case .stored: return outcome.acknowledgement
    case .deferred(let error), .dropped(let error): throw error
    }
  }
}

extension Experiment {
  /// Stores what waits in memory and refreshes params.json, metrics.json and metadata.yaml.
  ///
  /// - Parameter durable: Everything is safe from a power cut when this returns.
  /// - Throws: `storage` if something still cannot be stored.
  public func flush(durable: Bool = false) throws(TrackingError) {
    let work = try withSession { (session) throws(TrackingError) in
      try session.flush()
      return durable ? try session.takeSyncWork() : nil
    }
    try perform(work)
  }

  /// Outside the lock: a sync can take long, and other threads continue logging.
  private func perform(_ work: SyncWork?) throws(TrackingError) {
    guard let work else { return }
    do throws(TrackingError) {
      try work.run()
    } catch {
      lockedSession { $0.syncFailed(work, error) }
      throw error
    }
    lockedSession { $0.synced(work) }
  }

  /// When this experiment's bytes are forced to the disk.
  var sync: ExperimentOptions.Sync { lockedSession { $0.sync } }

  /// Whether the end of this experiment, which is still to come in this process, forces the bytes
  /// of those inside it to the disk too.
  var willSyncChildren: Bool { lockedSession { $0.isUnderWay } }

  /// Ends the experiment. Idempotent. Logging stays possible.
  ///
  /// - Throws: `storage` if something could not be stored, once; `dropped` says how much.
  /// - Parameters:
  ///   - status: How it ended; nil keeps what `setStatus` said, or else is `completed`.
  ///   - failure: The error that ended it.
  ///   - closed: How it was closed, as `finish` or `at exit`.
  ///   - time: When it ended, in seconds since 1970; nil is now.
  ///   - more: Whether something is still to be recorded that happened before the end. The end is
  ///     in the event file when this returns; the rest is left to a second call after it.
  package func end(
    _ status: ExperimentStatus?, failure: Failure?, closed: String, at time: Double? = nil,
    more: Bool = false
  ) throws(TrackingError) {
    if let status, !ExperimentStatus.settable.contains(status) || status == .running {
      throw TrackingError(
        .invalidArgument, "an experiment does not end as '\(status.rawValue)'; it can be one of:",
        candidates: ["completed", "failed", "interrupted"])
    }
    var (work, problem) = lockedSession {
      $0.end(status, failure, closed: closed, at: time, more: more)
    }
    if !more { output.rest() }
    do throws(TrackingError) {
      try perform(work)
    } catch {
      problem = error
    }
    if !more { problem = lockedSession { $0.judgeEnd(problem) } }
    if let problem { throw problem }
  }

  /// Refuses an end from a handle that only loaded the experiment, while it is running.
  package func refuseEndOfAnother() throws(TrackingError) {
    try withSession { (session) throws(TrackingError) in try session.refuseEndOfAnother() }
  }

  /// All that is known of the experiment now, its own latest calls included.
  public func snapshot() throws(TrackingError) -> ExperimentSnapshot {
    try withSession { (session) throws(TrackingError) in try session.snapshot() }
  }

  /// A number that stays the same as long as nothing new is known of the experiment, which costs
  /// less to ask than to read it again; nil where only reading can tell.
  package var state: UInt64? { lockedSession { $0.state() } }

  /// How many points and records were lost because they could not be stored. After the end also
  /// those that wait in the memory of this process, as on a full disk, and those that a disk which
  /// was shut down or unmounted may have taken along; what the disk takes after all counts no
  /// longer.
  public var dropped: UInt64 {
    lockedSession { $0.dropped }
  }

  /// How this process writes at the moment: `direct`, `buffered` once a hot loop is on; nil if it
  /// does not.
  package var writing: String? { lockedSession { $0.writing } }
}
