import ExperimentAnalysis
import ExperimentTracking
import TrackingEntities
import TrackingStore

/// Keeps `comparison.md` up to date when a top-level experiment ends.
enum ComparisonRefresh {
  /// From this many experiments on, reading all of them would cost more than the end of one may.
  private static let limit = 500

  /// Refreshes the comparison if at least two experiments have finished and nobody edited it. What goes
  /// wrong here is no failure of the experiment that ended.
  static func afterFinish(of experiment: Experiment) {
    guard experiment.identity.parent.isEmpty, experiment.decidesStatus else { return }
    try? refresh(around: experiment)
  }

  /// Refreshes the comparison after an experiment was moved away or back, or deleted.
  static func afterRemoval(of experiment: Experiment) {
    guard experiment.identity.parent.isEmpty else { return }
    try? refresh(around: experiment)
  }

  private static func refresh(around experiment: Experiment) throws(TrackingError) {
    guard experiment.path.hasSuffix("/" + experiment.folder) else { return }
    let directory = try Directory.open(
      String(experiment.path.dropLast(experiment.folder.utf8.count + 1)))
    let experiments = ExperimentsFolder(increment: experiment.increment, directory: directory)
    // Two that end together may both have read before the other's end was stored: the last one finds
    // after its write that nothing has changed since it read.
    for _ in 0..<attempts {
      let finished = FinishedExperiments.shared
      guard
        let read = try finished.read(experiments, limit: limit, for: Increment.comparisonFile),
        try write(read.snapshots, to: directory)
      else { return }
      directory.removeLeftovers(among: read.temporary)
      if try finished.isCurrent(read, experiments, limit: limit) { return }
    }
  }

  private static let attempts = 5

  /// Writes the comparison if it is due; false if it is not, or is right already.
  private static func write(
    _ snapshots: [ExperimentSnapshot], to directory: Directory
  ) throws(TrackingError) -> Bool {
    let present = try directory.read(Increment.comparisonFile)
    if let present {
      guard let text = String(validating: present, as: UTF8.self),
        ComparisonFile.isUnedited(text)
      else { return false }
    }
    let finished = snapshots.count { $0.status == .completed && $0.identity.parent.isEmpty }
    guard finished > 1 || present != nil else { return false }
    let document = ComparisonFile.wrap(
      MarkdownReport.document(try Comparison(of: snapshots)))
    if present.map({ $0.elementsEqual(document.utf8) }) == true { return false }
    try directory.replace(Increment.comparisonFile, Array(document.utf8))
    return true
  }
}

extension Experiment {
  /// Whether this handle started or resumed the experiment.
  package var decidesStatus: Bool { lockedSession { $0.decidesStatus } }
}
