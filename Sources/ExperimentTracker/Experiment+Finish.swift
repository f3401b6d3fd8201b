public import ExperimentRuntime
public import TrackingEntities

extension Experiment {
  /// Ends the experiment, refreshes its files, and the increment's comparison where there is one to
  /// keep. Idempotent.
  ///
  /// - Parameters:
  ///   - status: How it ended; nil keeps what `setStatus` said, or else is `completed`.
  ///   - failure: The error that ended it.
  /// - Throws: `storage` if something cannot be stored.
  public func finish(
    _ status: ExperimentStatus? = nil, failure: Failure? = nil
  ) throws(TrackingError) {
    try finish(status, failure: failure, closed: "finish")
  }

  package func finish(
    _ status: ExperimentStatus?, failure: Failure?, closed: String, at time: Double? = nil,
    more: Bool = false
  ) throws(TrackingError) {
    let isOpen = closed == ProcessExit.closed && status == nil
    try end(status, failure: isOpen ? nil : failure, closed: closed, at: time, more: more)
    if isOpen { ProcessExit.watch(self, failure) }
    if more { return }
    ReportRefresh.afterFinish(of: self)
    ComparisonRefresh.afterFinish(of: self)
  }
}
