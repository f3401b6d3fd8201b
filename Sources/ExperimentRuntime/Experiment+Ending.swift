import FileSystem
public import TrackingEntities

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
  ///   - more: Whether something is still to be recorded that happened before the end. The end is
  ///     in the event file when this returns; the rest is left to a second call after it.
  package func end(
    _ status: ExperimentStatus?, failure: Failure?, closed: String, more: Bool = false
  ) throws(TrackingError) {
    if let status, !ExperimentStatus.settable.contains(status) || status == .running {
      throw TrackingError(
        .invalidArgument, "an experiment does not end as '\(status.rawValue)'; it can be one of:",
        candidates: ["completed", "failed", "interrupted"])
    }
    var (work, problem) = lockedSession { $0.end(status, failure, closed: closed, more: more) }
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
}
