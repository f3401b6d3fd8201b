import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// Keeps `comparison.md` up to date when a top-level experiment ends, with the options that it was
/// last written with.
enum ComparisonRefresh {
  /// With more experiments than this, reading all of them would cost more than the end of one may;
  /// the file then says that it is out of date.
  private static let limit = 500

  /// Refreshes the comparison if at least two experiments have finished and no user has edited it.
  /// What goes wrong here is not a failure of the experiment that ended.
  static func afterFinish(of experiment: Experiment) {
    guard experiment.identity.parent.isEmpty, experiment.decidesStatus else { return }
    try? refresh(around: experiment, isThere: true)
  }

  /// Refreshes the comparison after an experiment was moved away or back, or deleted.
  static func afterRemoval(of experiment: Experiment) {
    guard experiment.identity.parent.isEmpty else { return }
    try? refresh(around: experiment, isThere: false)
  }

  private static func refresh(
    around experiment: Experiment, isThere: Bool
  ) throws(TrackingError) {
    guard let path = experiment.path.without(ending: "/" + experiment.folder) else { return }
    let directory = try Directory.open(path)
    if isThere {
      // Another folder may be there by now, or a link: nothing is written into that.
      let own = try experiment.directory
      guard let present = try directory.folderIfPresent(experiment.folder), present.isSame(as: own)
      else { return }
    }
    let experiments = ExperimentsFolder(increment: experiment.increment, directory: directory)
    // Two that end together may both have read before the other's end was stored: the last one
    // finds after its write that nothing has changed since it read.
    for _ in 0..<attempts {
      let finished = FinishedExperiments.shared
      guard
        let read = try finished.read(experiments, limit: limit, for: Increment.comparisonFile)
      else { return try markOutdated(directory) }
      guard try write(read.snapshots, to: experiments) else { return }
      directory.removeLeftovers(among: read.temporary)
      if try finished.isCurrent(read, experiments, limit: limit) { return }
    }
  }

  private static let attempts = 5

  /// Writes the comparison if it is due; false if it is not, or is right already.
  private static func write(
    _ snapshots: [ExperimentSnapshot], to experiments: ExperimentsFolder
  ) throws(TrackingError) -> Bool {
    let directory = experiments.directory
    let present = try directory.read(Increment.comparisonFile)
    var options: [UInt8]?
    if let present {
      guard let text = String(validating: present, as: UTF8.self),
        GuardedReport.isUnedited(text)
      else { return false }
      options = GuardedReport.options(in: text)
    }
    let finished = snapshots.count { $0.status == .completed && $0.identity.parent.isEmpty }
    guard finished > 1 || present != nil else { return false }
    let document = try document(snapshots, options, experiments)
    if present.map({ $0.elementsEqual(document.utf8) }) == true { return false }
    try directory.replace(Increment.comparisonFile, Array(document.utf8))
    return true
  }

  /// The comparison as it was last asked for; the usual one, which says so, where that is not
  /// possible any more.
  private static func document(
    _ snapshots: [ExperimentSnapshot], _ options: [UInt8]?, _ experiments: ExperimentsFolder
  ) throws(TrackingError) -> String {
    guard let options else {
      return GuardedReport.wrap(MarkdownReport.document(try Comparison(of: snapshots)))
    }
    let told = try Value(json: options, options: .lenient)
    var comparison: Comparison
    do throws(TrackingError) {
      var reader = try OptionReader(options, for: Increment.comparisonFile)
      let compared = try ComparedExperiments(
        snapshots, ComparisonOptions(&reader), in: experiments.increment,
        at: experiments.directory.path, experiments)
      comparison = try compared.comparison()
    } catch {
      comparison = try Comparison(of: snapshots)
      comparison.notes.append("Not compared as it was last asked for: \(error.message)")
    }
    return GuardedReport.wrap(MarkdownReport.document(comparison), options: told)
  }

  /// Says in the file that it is out of date, once.
  private static func markOutdated(_ directory: Directory) throws(TrackingError) {
    let name = Increment.comparisonFile
    guard let beginning = try directory.beginning(of: name, GuardedReport.markLength),
      !GuardedReport.isOutdated(beginning), let present = try directory.read(name),
      let text = String(validating: present, as: UTF8.self),
      let marked = GuardedReport.markOutdated(text)
    else { return }
    try directory.replace(name, Array(marked.utf8))
  }
}

extension Experiment {
  /// Whether this handle started or resumed the experiment.
  package var decidesStatus: Bool { lockedSession { $0.decidesStatus } }
}
