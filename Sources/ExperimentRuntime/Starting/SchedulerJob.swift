import TrackingEntities

/// The scheduler's job that this process belongs to: what stays the same when the job is put back
/// into the queue and runs again, and differs between the tasks of an array.
///
/// Sources of the variables: sbatch(1), "OUTPUT ENVIRONMENT VARIABLES"; the PBS Professional and
/// LSF references, "environment variables of a job"; PyTorch's documentation of torchrun.
struct SchedulerJob: Sendable, Equatable {
  /// The section of facts by which a later attempt finds what an earlier one wrote.
  static let section: Key = "job"

  /// The job, as `slurm:cluster/4711_3`.
  let id: String
  /// Differs each time the scheduler lets the job run, where it says so.
  let attempt: String

  /// The job and its attempt: what the ranks that it launches have in common.
  var launchID: String { jobID + "." + attempt }
  /// As `id`, for all processes of the job.
  private let jobID: String

  /// nil outside of a job.
  init?(_ environment: [String: String]) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let elastic = value("TORCHELASTIC_RUN_ID").flatMap { $0 == "none" ? nil : $0 }
    if let job = value("SLURM_JOB_ID") {
      let cluster = value("SLURM_CLUSTER_NAME").map { $0 + "/" } ?? ""
      var id = "slurm:" + cluster + job
      if let array = value("SLURM_ARRAY_JOB_ID"), let task = value("SLURM_ARRAY_TASK_ID") {
        id = "slurm:\(cluster)\(array)_\(task)"
      }
      jobID = id
      // The processes that srun starts side by side are writers of experiments of their own, unless
      // torchrun has spread them.
      if let process = value("SLURM_PROCID"), process != "0", value("RANK") == nil {
        id += "/" + process
      }
      self.id = id
    } else if let job = value("PBS_JOBID") {
      id = "pbs:" + job
      jobID = id
    } else if let job = value("LSB_JOBID") {
      let task = value("LSB_JOBINDEX").flatMap { $0 == "0" ? nil : "[\($0)]" }
      id = "lsf:" + job + (task ?? "")
      jobID = id
    } else if let elastic {
      id = "torchrun:" + elastic
      jobID = id
    } else {
      return nil
    }
    attempt = ["SLURM_RESTART_COUNT", "LSB_RESTART", "TORCHELASTIC_RESTART_COUNT"]
      .map { value($0) ?? "0" }.joined(separator: ".")
  }

  /// What is recorded for later attempts.
  var fact: Record {
    .fact(section: Self.section, value: ["id": .text(id), "attempt": .text(attempt)])
  }

  /// Whether an experiment was started or continued by this job.
  func isOf(_ snapshot: ExperimentSnapshot) -> Bool {
    snapshot.fact(Self.section)?["id"]?.text == id
  }

  /// Whether the job has been started again since.
  func isLater(than snapshot: ExperimentSnapshot) -> Bool {
    snapshot.fact(Self.section)?["attempt"]?.text != attempt
  }
}
