import FileSystem
import Glibc
import TrackingEntities

/// A process of a run that a launcher spread over several: rank 0 starts the experiment, the others
/// join it as writers of their own instead of making one each.
struct DistributedRun: Sendable, Equatable {
  /// The section of facts by which the ranks find each other.
  static let section: Key = "distributed"
  /// How long a rank waits before it looks whether the ranks have names of their own.
  static let grace = 2.0

  /// The run, with its restart, which starts a new experiment.
  let id: String
  let rank: Int64
  /// How many seconds after its end an earlier run may have the same id; nil is never.
  private let reused: Double?

  /// nil outside of such a run.
  init?(_ environment: [String: String]) {
    guard let found = RankVariables.find(in: environment) else { return nil }
    (id, rank, reused) = found
  }

  /// What each rank that starts an experiment records; the others look for that of rank 0.
  var fact: Record {
    .fact(section: Self.section, value: ["run": .text(id), "rank": .integer(rank)])
  }

  /// Waits for the experiment that rank 0 of this run starts.
  ///
  /// - Parameters:
  ///   - patience: How many seconds at most.
  ///   - candidates: The experiments of the name that may be it, read again at each call.
  ///   - others: Those of any name; nil if each name will do.
  /// - Returns: nil where each rank has a name of its own: rank 0 has started an experiment of
  ///   another name, which this rank has never joined.
  func await(
    patience: Double, _ candidates: () throws(TrackingError) -> [ExperimentSnapshot],
    others: (() throws(TrackingError) -> [ExperimentSnapshot])? = nil
  ) throws(TrackingError) -> ExperimentSnapshot? {
    let begun = Clock.steady()
    var nextLook = min(Self.grace, patience)
    while true {
      if let found = try candidates().last(where: isStartOfRankZero) { return found }
      let waited = Clock.steady() - begun
      if let others, waited >= nextLook {
        if try others().contains(where: { isStartOfRankZero($0) && !isJoined($0) }) { return nil }
        nextLook = waited * 2
      }
      if waited >= patience { break }
      usleep(20_000)
    }
    throw TrackingError(
      .experimentNotFound,
      "rank \(rank) waited \(Int(whole: patience)) seconds for rank 0 of the run '\(id)' to "
        + "start the experiment; start it on rank 0 too, or give the option ranks=\"separate\"")
  }

  /// Whether rank 0 started it in this run.
  private func isStartOfRankZero(_ snapshot: ExperimentSnapshot) -> Bool {
    guard let fact = snapshot.fact(Self.section), fact["run"]?.text == id, fact["rank"] == 0 else {
      return false
    }
    guard let reused, snapshot.status != .running, let started = ProcessFacts.started() else {
      return true
    }
    // What was over before this process began is of an earlier run.
    return (snapshot.ended ?? snapshot.lastWrite) >= started - reused
  }

  private func isJoined(_ snapshot: ExperimentSnapshot) -> Bool {
    snapshot.writers.contains { $0.header.rank == rank }
  }
}

extension Int {
  fileprivate init(whole seconds: Double) {
    self = seconds < 1e9 ? Int(seconds) : 1_000_000_000
  }
}
