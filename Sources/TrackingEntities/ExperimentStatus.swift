/// How an experiment stands.
public enum ExperimentStatus: String, Sendable, CaseIterable {
  /// Its process is running.
  case running
  /// It ended as its author wanted.
  case completed
  /// It ended with an error.
  case failed
  /// Its author stopped it.
  case interrupted
  /// Its process ended without recording an end. Derived by readers, recorded only by a repair or a
  /// resume.
  case crashed
  /// Another host's, or not decidable here. Derived by readers, never recorded.
  case unknown

  /// The statuses that a user may set.
  public static let settable: [ExperimentStatus] = [.running, .completed, .failed, .interrupted]

  /// Whether the experiment has come to an end.
  public var isFinal: Bool { self != .running && self != .unknown }
}

/// The error that ended an experiment.
public struct Failure: Sendable, Equatable {
  /// The exception's type, as `ValueError`.
  public var type: String
  /// The exception's message.
  public var message: String
  /// The traceback, secrets removed; empty if there is none.
  public var traceback: String

  /// Makes a failure.
  public init(type: String, message: String, traceback: String = "") {
    self.type = type
    self.message = message
    self.traceback = traceback
  }
}
