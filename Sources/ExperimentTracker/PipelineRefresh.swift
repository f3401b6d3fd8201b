import ExperimentAnalysis
import ExperimentRuntime
import TrackingEntities
import TrackingStore

/// Writes `pipeline.md` when a pipeline ends: each time its last open stage is closed.
enum PipelineRefresh {
  private static let file = "pipeline.md"

  /// Writes it unless somebody edited it or saved a file of that name. What goes wrong here is no
  /// failure of the pipeline.
  static func afterFinish(of experiment: Experiment) {
    guard experiment.identity.kind == "pipeline", experiment.decidesStatus else { return }
    try? refresh(experiment)
  }

  private static func refresh(_ experiment: Experiment) throws(TrackingError) {
    guard let experiments = try Increment.around(experiment).experimentsFolder() else { return }
    let directory = try experiments.directory.folder(experiment.folder)
    let present = try directory.read(file)
    if let present {
      guard let text = String(validating: present, as: UTF8.self),
        ComparisonFile.isUnedited(text, kind: .pipeline)
      else { return }
    }
    let snapshots = ExperimentCatalog(experiments).snapshots(below: experiment.folder)
    let document = ComparisonFile.wrap(
      PipelineReport.document(try experiment.snapshot(), snapshots), kind: .pipeline)
    if present.map({ $0.elementsEqual(document.utf8) }) == true { return }
    try directory.replace(file, Array(document.utf8))
  }
}
