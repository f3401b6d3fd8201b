package import TrackingEntities

/// The exit codes, which scripts rely on.
package struct CommandExit: RawRepresentable, Equatable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// It was done.
  package static let success = CommandExit(rawValue: 0)
  /// It could not be done.
  package static let failure = CommandExit(rawValue: 1)
  /// The command line is wrong.
  package static let usage = CommandExit(rawValue: 2)
  /// What was asked for is not there.
  package static let notFound = CommandExit(rawValue: 3)
  /// Several are there that fit.
  package static let ambiguous = CommandExit(rawValue: 4)

  /// The code for an error.
  package init(_ error: TrackingError) {
    switch error.code {
    case .invalidArgument, .invalidName: self = .usage
    case .ambiguousIncrement: self = .ambiguous
    case .experimentNotFound: self = error.isAmbiguous ? .ambiguous : .notFound
    case .incrementNotFound, .notFound: self = .notFound
    default: self = .failure
    }
  }
}
