import FileSystem
import Glibc
import TrackingEntities

/// A process of a run that torchrun spread over several: rank 0 starts the experiment, the others
/// join it as writers of their own instead of making one each.
///
/// Source of the variables: PyTorch's documentation of torchrun, "Environment Variables".
struct DistributedRun: Sendable, Equatable {
  /// The section of facts by which the ranks find each other.
  static let section: Key = "distributed"
  /// How long a rank waits for rank 0.
  static let patience = 60.0

  /// The run, with its restart, which starts a new experiment.
  let id: String
  let rank: Int64

  /// nil outside of such a run.
  init?(_ environment: [String: String]) {
    guard let rank = environment["RANK"].flatMap(Int64.init), rank >= 0,
      let run = environment["TORCHELASTIC_RUN_ID"], !run.isEmpty
    else { return nil }
    self.rank = rank
    id = run + "/" + (environment["TORCHELASTIC_RESTART_COUNT"] ?? "0")
  }

  /// What rank 0 records for the others.
  var fact: Record {
    .fact(section: Self.section, value: ["run": .text(id), "rank": .integer(rank)])
  }

  /// Waits for the experiment that rank 0 of this run starts.
  ///
  /// - Parameter candidates: The experiments that may be it, read again at each call.
  func await(
    _ candidates: () throws(TrackingError) -> [ExperimentSnapshot]
  ) throws(TrackingError) -> ExperimentSnapshot {
    let begun = Clock.steady()
    repeat {
      let found = try candidates().last { $0.fact(Self.section)?["run"]?.text == id }
      if let found { return found }
      usleep(20_000)
    } while Clock.steady() - begun < Self.patience
    throw TrackingError(
      .experimentNotFound,
      "rank \(rank) waited \(Int(Self.patience)) seconds for rank 0 of the run '\(id)' to start the "
        + "experiment; start it on rank 0 too, or unset RANK")
  }
}
