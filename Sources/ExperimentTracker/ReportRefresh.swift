import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// Writes the report of an experiment that is made of others when it ends: `pipeline.md` each time
/// the last open stage of a pipeline is closed, `sweep.md` when a sweep or a study ends.
enum ReportRefresh {
  /// Writes it unless a user has edited it or saved a file of that name. What goes wrong here is no
  /// failure of the experiment.
  static func afterFinish(of experiment: Experiment) {
    guard experiment.decidesStatus else { return }
    switch experiment.identity.kind {
    case "pipeline": try? refresh(experiment, .pipeline, PipelineReport.document)
    case "sweep": try? refresh(experiment, .sweep, SweepReport.document)
    default: break
    }
  }

  private static func refresh(
    _ experiment: Experiment, _ kind: GuardedReport.Kind,
    _ document: (ExperimentSnapshot, [ExperimentSnapshot]) -> String?
  ) throws(TrackingError) {
    guard let experiments = try Increment.around(experiment).experimentsFolder() else { return }
    let directory = try experiments.directory.folder(experiment.folder)
    let file = "\(kind.rawValue).md"
    let present = try directory.read(file)
    if let present {
      guard let text = String(validating: present, as: UTF8.self),
        GuardedReport.isUnedited(text, kind: kind)
      else { return }
    }
    let snapshots = ExperimentCatalog(experiments).snapshots(below: experiment.folder)
    guard let markdown = document(try experiment.snapshot(), snapshots) else { return }
    let text = GuardedReport.wrap(markdown, kind: kind)
    if present.map({ $0.elementsEqual(text.utf8) }) == true { return }
    try directory.replace(file, Array(text.utf8))
  }
}
