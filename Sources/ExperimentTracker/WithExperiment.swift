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
/// While it runs, `Experiment.current` is the experiment.
///
/// - Parameters:
///   - name: The name, kept exactly; nil is `exp-NNN`.
///   - increment: Which increment; nil finds it, and makes the first one of a project.
///   - options: How it is started.
///   - body: What is tracked.
/// - Returns: What the closure returns.
@discardableResult
public func withExperiment<Result>(
  _ name: String? = nil, increment: String? = nil, options: ExperimentOptions = ExperimentOptions(),
  _ body: (Experiment) throws -> Result
) throws -> Result {
  try Increment.findOrCreate(increment).start(name, options: options).run(body)
}

/// As the synchronous form; a cancelled task ends the experiment as interrupted.
@discardableResult
public func withExperiment<Result>(
  _ name: String? = nil, increment: String? = nil, options: ExperimentOptions = ExperimentOptions(),
  isolation: isolated (any Actor)? = #isolation, _ body: (Experiment) async throws -> Result
) async throws -> Result {
  try await Increment.findOrCreate(increment).start(name, options: options).run(body)
}

extension Experiment {
  private static let task = TaskLocal<Experiment?>(wrappedValue: nil)

  /// The experiment that the innermost `withExperiment` or `withChild` around this code runs, also
  /// in the tasks that it makes; nil outside of one.
  ///
  /// ```swift
  /// func evaluate(_ model: Model) throws {
  ///   try Experiment.current?.logMetric("auc", model.auc)
  /// }
  /// ```
  public static var current: Experiment? { task.get() }

  /// Runs a closure as an experiment inside this one: a fold, a stage, a combination.
  ///
  /// - Parameters:
  ///   - name: The name; nil is the child's number with four digits.
  ///   - options: How it is started.
  ///   - body: What is tracked.
  /// - Returns: What the closure returns.
  @discardableResult
  public func withChild<Result>(
    _ name: String? = nil, options: ExperimentOptions = ExperimentOptions(),
    _ body: (Experiment) throws -> Result
  ) throws -> Result {
    try startChild(name, options: options).run(body)
  }

  /// As the synchronous form; a cancelled task ends the experiment as interrupted.
  @discardableResult
  public func withChild<Result>(
    _ name: String? = nil, options: ExperimentOptions = ExperimentOptions(),
    isolation: isolated (any Actor)? = #isolation, _ body: (Experiment) async throws -> Result
  ) async throws -> Result {
    try await startChild(name, options: options).run(body)
  }

  fileprivate func run<Result>(_ body: (Experiment) throws -> Result) throws -> Result {
    let result: Result
    do {
      result = try Self.task.withValue(self) { try body(self) }
    } catch {
      // The closure's error is the one to be seen, whatever the disk says.
      try? finish(.failed, failure: Failure(describing: error))
      throw error
    }
    try finish()
    return result
  }

  fileprivate func run<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Experiment) async throws -> Result
  ) async throws -> Result {
    let result: Result
    do {
      result = try await Self.task.withValue(self) { try await body(self) }
    } catch let error as CancellationError {
      try? finish(.interrupted)
      throw error
    } catch {
      try? finish(.failed, failure: Failure(describing: error))
      throw error
    }
    try finish()
    return result
  }
}

extension Failure {
  /// The failure that a Swift error is.
  public init(describing error: any Error) {
    self.init(type: String(describing: Swift.type(of: error)), message: String(describing: error))
  }
}
