public import ExperimentRuntime
public import TrackingEntities

/// Runs a closure as an experiment: it ends as completed, or as failed with the error thrown.
///
/// ```swift
/// try withExperiment("xgboost-v1") { experiment in
///   try experiment.logParam("n_estimators", 100)
///   try experiment.logMetric("auc", 0.87)
/// }
/// ```
///
/// - Parameters:
///   - name: The name, kept exactly.
///   - increment: Which increment; nil finds it, and makes the first one of a project.
///   - options: How it is started.
///   - body: What is tracked.
/// - Returns: What the closure returns.
public func withExperiment<Result>(
  _ name: String, increment: String? = nil, options: ExperimentOptions = ExperimentOptions(),
  _ body: (Experiment) throws -> Result
) throws -> Result {
  let experiment = try Increment.findOrCreate(increment).start(name, options: options)
  let result: Result
  do {
    result = try body(experiment)
  } catch {
    // The closure's error is the one to be seen, whatever the disk says.
    try? experiment.finish(.failed, failure: Failure(describing: error))
    throw error
  }
  try experiment.finish()
  return result
}

/// As the synchronous form; a cancelled task ends the experiment as interrupted.
public func withExperiment<Result>(
  _ name: String, increment: String? = nil, options: ExperimentOptions = ExperimentOptions(),
  isolation: isolated (any Actor)? = #isolation, _ body: (Experiment) async throws -> Result
) async throws -> Result {
  let experiment = try Increment.findOrCreate(increment).start(name, options: options)
  let result: Result
  do {
    result = try await body(experiment)
  } catch let error as CancellationError {
    try? experiment.finish(.interrupted)
    throw error
  } catch {
    try? experiment.finish(.failed, failure: Failure(describing: error))
    throw error
  }
  try experiment.finish()
  return result
}

extension Failure {
  /// The failure that a Swift error is.
  public init(describing error: any Error) {
    self.init(type: String(describing: Swift.type(of: error)), message: String(describing: error))
  }
}
