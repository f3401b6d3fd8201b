import ExperimentStore
import Testing
import TrackingEntities

@testable import ExperimentRuntime

@Suite struct DistributedRunTests {
  @Test func `a process outside of a launcher's run is not a rank`() {
    #expect(DistributedRun([:]) == nil)
    #expect(DistributedRun(["RANK": "1"]) == nil)
    #expect(DistributedRun(["RANK": "x", "TORCHELASTIC_RUN_ID": "r"]) == nil)
    #expect(DistributedRun(["RANK": "-1", "TORCHELASTIC_RUN_ID": "r"]) == nil)
    #expect(DistributedRun(["OMPI_COMM_WORLD_RANK": "1"]) == nil)
    #expect(DistributedRun(["PMI_RANK": "1", "PMI_SIZE": "4"]) == nil)
    #expect(DistributedRun(["SLURM_PROCID": "0", "SLURM_JOB_ID": "7"]) == nil, "a batch script")
    #expect(
      DistributedRun([
        "SLURM_PROCID": "0", "SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_NTASKS": "1",
      ]) == nil, "one task is no run of several")
  }

  @Test func `a restart is another run`() {
    let first = DistributedRun(["RANK": "1", "TORCHELASTIC_RUN_ID": "r"])
    let second = DistributedRun([
      "RANK": "1", "TORCHELASTIC_RUN_ID": "r", "TORCHELASTIC_RESTART_COUNT": "1",
    ])
    #expect(first?.rank == 1)
    #expect(first?.id != second?.id)
    #expect(DistributedRun(step(rank: 1, restart: 1))?.id != DistributedRun(step(rank: 1))?.id)
  }

  @Test(arguments: [
    ["OMPI_COMM_WORLD_RANK": "3", "PMIX_RANK": "3", "PMIX_NAMESPACE": "1961820161"],
    ["PMIX_RANK": "3", "PMIX_NAMESPACE": "prterun-host-17@1"],
    ["OMPI_COMM_WORLD_RANK": "3", "OMPI_MCA_ess_base_jobid": "1961820161"],
    ["PMI_RANK": "3", "PMI_SIZE": "4", "MPI_LOCALNRANKS": "4"],
    ["PMI_RANK": "3", "PMI_SIZE": "4", "MPI_LOCALNRANKS": "2", "PBS_JOBID": "12.host"],
    ["PMI_RANK": "3", "PMI_JOBID": "7.0", "SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0"],
    ["SLURM_PROCID": "3", "SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_NTASKS": "4"],
  ])
  func `the processes of one launch have one run, each with its rank`(
    environment: [String: String]
  ) throws {
    let run = try #require(DistributedRun(environment))
    #expect(run.rank == 3)
    let first = try #require(
      DistributedRun(environment.mapValues { $0 == "3" ? "0" : $0 }))
    #expect(first.rank == 0)
    #expect(first.id == run.id)
  }

  @Test func `mpirun within srun is the run of mpirun`() {
    let mpi = ["OMPI_COMM_WORLD_RANK": "5", "PMIX_NAMESPACE": "9"]
    let both = step(rank: 1).merging(mpi) { $1 }
    #expect(DistributedRun(both)?.rank == 5)
    #expect(
      DistributedRun(both)?.id != DistributedRun(mpi)?.id, "the same number in another job")
  }

  @Test func `the other ranks join what rank 0 starts`() throws {
    let lab = try Laboratory()
    let first = try lab.start("sim", environment: step(rank: 0))
    try first.logMetric("loss", 1)
    let third = try lab.start("sim", environment: step(rank: 3))
    #expect(third.identity.id == first.identity.id)
    #expect(try lab.experiments.list(archived: false).experiments.map(\.folder) == ["sim"])
  }

  @Test func `a rank does not join what an earlier run started`() throws {
    let lab = try Laboratory()
    try lab.start("sim", environment: step(rank: 0)).end(nil, failure: nil, closed: "finish")
    let error = #expect(throws: TrackingError.self) {
      try lab.start("sim", environment: step(rank: 1, restart: 1)) {
        $0.ranks = .join(patience: 0)
      }
    }
    #expect(error?.code == .experimentNotFound)
    #expect(error?.message.contains("rank 1 waited 0 seconds for rank 0") == true)
    #expect(error?.message.contains("ranks=\"separate\"") == true)
  }

  @Test func `ranks with names of their own start their own`() throws {
    let lab = try Laboratory()
    _ = try lab.start("seed-0", environment: step(rank: 0))
    let folders = try (1...2).map { rank in
      try lab.start("seed-\(rank)", environment: step(rank: rank)) {
        $0.ranks = .join(patience: 0)
      }.folder
    }
    #expect(folders == ["seed-1", "seed-2"])
  }

  @Test func `a rank that has joined one waits for the next`() throws {
    let lab = try Laboratory()
    try lab.start("pretrain", environment: step(rank: 0)).end(nil, failure: nil, closed: "finish")
    let joined = try lab.start("pretrain", environment: step(rank: 1))
    try joined.logMetric("loss", 1)
    #expect(joined.folder == "pretrain")
    #expect(try lab.read("pretrain").writers.map(\.header.rank) == [nil, 1])
    #expect(throws: TrackingError.self) {
      try lab.start("finetune", environment: step(rank: 1)) { $0.ranks = .join(patience: 0) }
    }
  }

  @Test func `separate ranks start an experiment each`() throws {
    let lab = try Laboratory()
    let folders = try (0..<3).map { rank in
      try lab.start("sim", environment: step(rank: rank)) { $0.ranks = .separate }.folder
    }
    #expect(folders == ["sim", "sim-2", "sim-3"])
  }

  private func step(rank: Int, restart: Int = 0) -> [String: String] {
    [
      "SLURM_JOB_ID": "4711", "SLURM_STEP_ID": "0", "SLURM_NTASKS": "4",
      "SLURM_PROCID": String(rank), "SLURM_RESTART_COUNT": String(restart),
    ]
  }
}
