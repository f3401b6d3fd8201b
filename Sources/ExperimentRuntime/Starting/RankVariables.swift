import FileSystem
import TrackingEntities

/// The variables by which launchers tell a process which of a run it is.
///
/// Sources: PyTorch's documentation of torchrun, "Environment Variables"; the PMIx standard,
/// "Environmental variables" (Open MPI 4 and 5, `srun --mpi=pmix`); mpirun(1) of Open MPI,
/// "Exported Environment Variables"; the PMI guide of MPICH (also Intel MPI, `srun --mpi=pmi2`);
/// srun(1), "OUTPUT ENVIRONMENT VARIABLES".
enum RankVariables {
  /// Open MPI makes the id from that of a process, which is not given again sooner.
  private static let soonest = 60.0

  /// The run, the place in it, and how long after its end an earlier run may have the same id, in
  /// seconds: nil is never. nil outside of a run.
  static func find(
    in environment: [String: String]
  ) -> (id: String, rank: Int64, reused: Double?)? {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    func number(_ name: String) -> Int64? {
      value(name).flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    // What was launched last comes first: torchrun and mpirun also run within srun.
    if let rank = number("RANK"), let run = value("TORCHELASTIC_RUN_ID") {
      let restart = value("TORCHELASTIC_RESTART_COUNT") ?? "0"
      return (run + "/" + restart, rank, run == "none" ? 0 : nil)
    }
    let scheduler = SchedulerJob(environment).map { $0.launchID + "/" } ?? ""
    if let rank = number("OMPI_COMM_WORLD_RANK") ?? number("PMIX_RANK"),
      let space = value("PMIX_NAMESPACE")
    {
      return ("pmix:" + scheduler + space, rank, soonest)
    }
    if let rank = number("OMPI_COMM_WORLD_RANK"), let job = value("OMPI_MCA_ess_base_jobid") {
      return ("openmpi:" + scheduler + job, rank, soonest)
    }
    let step = value("SLURM_STEP_ID").map { "slurm:" + scheduler + $0 }
    if let rank = number("PMI_RANK") {
      if let step, value("PMI_JOBID") != nil { return (step, rank, nil) }
      // Nothing in the environment names the run, but on one computer all of it has one launcher.
      if let size = value("PMI_SIZE"), size == value("MPI_LOCALNRANKS"),
        let launcher = ProcessFacts.ancestor(without: "PMI_RANK")
      {
        let boot = "\(launcher.host)/\(launcher.boot)/"
        return ("pmi:\(boot)\(launcher.pid)/\(launcher.start)", rank, nil)
      }
      if !scheduler.isEmpty { return ("pmi:" + scheduler, rank, 0) }
    }
    if let step, let rank = number("SLURM_PROCID"),
      let tasks = number("SLURM_STEP_NUM_TASKS") ?? number("SLURM_NTASKS"), tasks > 1
    {
      return (step, rank, nil)
    }
    return nil
  }
}
