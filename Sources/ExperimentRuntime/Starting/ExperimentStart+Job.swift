import ExperimentStore
import FileSystem
import TrackingEntities

/// `resume: auto`: a job that runs again resumes what it was writing.
extension ExperimentStart {
  /// Resumes the experiment that an earlier attempt of this job left, or starts one.
  ///
  /// Processes of one job that start at the same moment take turns, so each gets one of its own.
  func startForJob(
    _ name: String?, in parent: String?, _ fresh: () throws(TrackingError) -> Experiment
  ) throws(TrackingError) -> Experiment {
    // An inner experiment without a name is always the next one.
    guard let job = SchedulerJob(environment), name != nil || parent == nil else {
      return try fresh()
    }
    return try Turn.taken(in: experiments.directory) { () throws(TrackingError) in
      for snapshot in try left(by: job, name, in: parent) {
        let isLater = job.isLater(than: snapshot)
        guard isLater || isUnfinished(snapshot) else { continue }
        do throws(TrackingError) {
          return try resume(snapshot, force: isLater)
        } catch  where error.code == .experimentBusy {
          continue
        }
      }
      return try fresh()
    }
  }

  /// The experiments of the job that have this name, the first one first; without a name, those
  /// that were started without one.
  private func left(
    by job: SchedulerJob, _ name: String?, in parent: String?
  ) throws(TrackingError) -> [ExperimentSnapshot] {
    let base = name.map { FolderName.safe(for: $0) } ?? "exp-"
    return try candidates(beginningWith: base, in: parent)
      .filter { snapshot in
        let wanted = name ?? snapshot.label()
        return job.isOf(snapshot) && snapshot.identity.name.utf8.elementsEqual(wanted.utf8)
      }
      .sorted { $0.identity.created < $1.identity.created }
  }

  /// Whether the same attempt of the job may resume it: its process is gone and did not
  /// complete it. One that is open in this process, or was ended by it, is another one of the same
  /// name.
  private func isUnfinished(_ snapshot: ExperimentSnapshot) -> Bool {
    let owner = snapshot.writers.last { $0.header.role == .owner && !$0.header.amends }
    return snapshot.status != .completed && owner?.header.process != ProcessFacts.current()
  }
}
