/// What went wrong, where, and what to do about it.
///
/// The code is for programs and stable for ever; the message is for people and may improve.
public struct TrackingError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public struct Code: Hashable, Sendable {
    /// The number, which is also the status code of the C API.
    public let rawValue: Int32
    /// The name without prefix, as `ExperimentBusy`.
    public let name: String
  }

  /// The kind of failure.
  public let code: Code
  /// One line: what was wrong with which value, and the remedy.
  public let message: String
  /// Where in a text of the caller's the mistake is: its line, and a mark below it.
  public let excerpt: [String]
  /// What the caller may have meant, where there is a choice: the names themselves, for programs
  /// too.
  public let candidates: [String]
  /// The operating system's error number behind a storage error, or 0.
  public let systemCode: Int32
  /// Whether several fit what was asked for, each of them a candidate.
  package let isAmbiguous: Bool

  /// Makes an error. Its message and excerpt are for readers: what a terminal would obey is escaped
  /// in them, as it is in the description.
  public init(
    _ code: Code, _ message: String, excerpt: [String] = [], candidates: [String] = [],
    systemCode: Int32 = 0
  ) {
    self.init(
      code, message, excerpt: excerpt, candidates: candidates, systemCode: systemCode,
      isAmbiguous: false)
  }

  /// Makes an error that also says whether several fit.
  package init(
    _ code: Code, _ message: String, excerpt: [String] = [], candidates: [String] = [],
    systemCode: Int32 = 0, isAmbiguous: Bool
  ) {
    self.code = code
    self.message = VisibleText.block(message, limit: .max)
    self.excerpt = excerpt.map { VisibleText.line($0, limit: .max) }
    self.candidates = candidates
    self.systemCode = systemCode
    self.isAmbiguous = isAmbiguous
  }

  /// The message, with the excerpt and the candidates one a line.
  public var description: String {
    message + (excerpt + candidates).map { "\n  " + VisibleText.line($0, limit: .max) }.joined()
  }
}

extension TrackingError.Code {
  /// An argument is missing, of the wrong kind or out of range.
  public static let invalidArgument = Self(rawValue: -1, name: "InvalidArgument")
  /// A name that cannot or must not be stored.
  public static let invalidName = Self(rawValue: -2, name: "InvalidName")
  /// No increment fits what was asked for.
  public static let incrementNotFound = Self(rawValue: -3, name: "IncrementNotFound")
  /// Several increments fit equally well.
  public static let ambiguousIncrement = Self(rawValue: -4, name: "AmbiguousIncrement")
  /// No experiment, or several, fit what was asked for.
  public static let experimentNotFound = Self(rawValue: -5, name: "ExperimentNotFound")
  /// Another process is writing this experiment.
  public static let experimentBusy = Self(rawValue: -6, name: "ExperimentBusy")
  /// The file system refused: full, read-only, not permitted, gone.
  public static let storage = Self(rawValue: -7, name: "Storage")
  /// A file of the store is damaged, foreign or newer than this library.
  public static let format = Self(rawValue: -8, name: "Format")
  /// The handle was closed before.
  public static let closed = Self(rawValue: -9, name: "Closed")
  /// A value that cannot be stored in this form.
  public static let serialisation = Self(rawValue: -10, name: "Serialisation")
  /// A metric, an artifact or a record of that name is not there.
  public static let notFound = Self(rawValue: -11, name: "NotFound")
  /// The call came from within another call of the same thread, as from a signal handler.
  public static let reentered = Self(rawValue: -12, name: "Reentered")
  /// A mistake of this library.
  public static let internalError = Self(rawValue: -99, name: "Internal")

  /// Every code, in the order of the C header.
  public static let all: [Self] = [
    .invalidArgument, .invalidName, .incrementNotFound, .ambiguousIncrement, .experimentNotFound,
    .experimentBusy, .storage, .format, .closed, .serialisation, .notFound, .reentered,
    .internalError,
  ]
}
