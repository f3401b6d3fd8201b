import ExperimentTracker
import TrackingEntities

/// What a command that changes an experiment makes sure of.
enum StoredChange {
  /// A change that could not be stored is a failure: the program is about to end.
  static func check(_ acknowledgement: Acknowledgement) throws(TrackingError) {
    switch acknowledgement {
    case .stored: return
    case .deferred(let reason), .dropped(let reason): throw reason
    }
  }

  /// Refuses words without a letter: on a command line they are a variable that is not set.
  static func checkIsSaid(_ texts: [String], _ what: String) throws(TrackingError) {
    guard texts.contains(where: { $0.allSatisfy(\.isWhitespace) }) else { return }
    throw TrackingError(.invalidArgument, "\(what) needs text; it is empty")
  }

  /// Brings the files of the experiment up to date with what was changed.
  static func finish(_ experiment: Experiment, changed: Bool) throws(TrackingError) {
    if changed { try experiment.flush() }
  }
}
