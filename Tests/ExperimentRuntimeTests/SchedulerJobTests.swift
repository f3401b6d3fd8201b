import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct SchedulerJobTests {
  private let slurm = ["SLURM_JOB_ID": "4711"]

  @Test func `a job is known by what stays when it runs again`() {
    func id(_ environment: [String: String]) -> String? { SchedulerJob(environment)?.id }
    #expect(id([:]) == nil)
    #expect(id(["SLURM_JOB_ID": ""]) == nil)
    #expect(id(["TORCHELASTIC_RUN_ID": "none"]) == nil)
    #expect(id(slurm) == "slurm:4711")
    #expect(
      id(["SLURM_JOB_ID": "4712", "SLURM_ARRAY_JOB_ID": "4711", "SLURM_ARRAY_TASK_ID": "3"])
        == "slurm:4711_3")
    #expect(id(["SLURM_JOB_ID": "1", "SLURM_CLUSTER_NAME": "north"]) == "slurm:north/1")
    #expect(id(["SLURM_JOB_ID": "1", "SLURM_PROCID": "0"]) == "slurm:1")
    #expect(id(["SLURM_JOB_ID": "1", "SLURM_PROCID": "2"]) == "slurm:1/2")
    #expect(id(["SLURM_JOB_ID": "1", "SLURM_PROCID": "2", "RANK": "0"]) == "slurm:1")
    #expect(id(["PBS_JOBID": "12[4].head"]) == "pbs:12[4].head")
    #expect(id(["LSB_JOBID": "77", "LSB_JOBINDEX": "0"]) == "lsf:77")
    #expect(id(["LSB_JOBID": "77", "LSB_JOBINDEX": "5"]) == "lsf:77[5]")
    #expect(id(["TORCHELASTIC_RUN_ID": "night"]) == "torchrun:night")
  }

  @Test func `outside of a job each start is a new experiment`() throws {
    let lab = try Laboratory()
    try lab.start("x", .auto).end(nil, failure: nil, closed: "finish")
    let second = try lab.start("x", .auto)
    #expect(second.folder == "x-2")
    #expect(try lab.read("x-2").fact("job") == nil)
  }

  @Test(arguments: [ExperimentStatus.completed, .failed, .interrupted])
  func `a job that runs again continues, however its first attempt ended`(
    status: ExperimentStatus
  ) throws {
    let lab = try Laboratory()
    let first = try lab.start("x", in: slurm)
    try first.logMetric("loss", 1)
    try first.end(status, failure: nil, closed: "finish")
    let second = try lab.start("x", in: restarted(1))
    #expect(second.identity.id == first.identity.id)
    try second.logMetric("loss", 0.5)
    try second.end(nil, failure: nil, closed: "finish")
    #expect(try lab.load("x").history("loss").steps == [0, 1])
    #expect(try lab.read("x").fact("job")?["attempt"] == "1.0.0")
  }

  @Test func `another job, and another task of an array, has an experiment of its own`() throws {
    let lab = try Laboratory()
    func task(_ number: Int, restart: Int = 0) -> [String: String] {
      [
        "SLURM_JOB_ID": String(5000 + number), "SLURM_ARRAY_JOB_ID": "5000",
        "SLURM_ARRAY_TASK_ID": String(number), "SLURM_RESTART_COUNT": String(restart),
      ]
    }
    let folders = try (1...3).map { number in
      let experiment = try lab.start("x", in: task(number))
      try experiment.end(nil, failure: nil, closed: "finish")
      return experiment.folder
    }
    #expect(folders == ["x", "x-2", "x-3"])
    #expect(try lab.start("x", in: task(2, restart: 1)).folder == "x-2")
    #expect(try lab.start("x", in: ["SLURM_JOB_ID": "9"]).folder == "x-4")
  }

  @Test func `the same attempt continues what crashed, and not what it completed`() throws {
    let lab = try Laboratory()
    do { try lab.start("x", in: slurm).logMetric("loss", 1) }
    try lab.kill("x")
    let again = try lab.start("x", in: slurm)
    #expect(again.folder == "x")
    try again.end(nil, failure: nil, closed: "finish")
    #expect(try lab.start("x", in: slurm).folder == "x-2")
  }

  @Test func `experiments of one name in one job are taken up again in their order`() throws {
    let lab = try Laboratory()
    for _ in 0..<2 {
      try lab.start("x", in: slurm).end(nil, failure: nil, closed: "finish")
    }
    let one = try lab.start("x", in: restarted(1))
    try one.end(nil, failure: nil, closed: "finish")
    let two = try lab.start("x", in: restarted(1))
    try two.end(nil, failure: nil, closed: "finish")
    let three = try lab.start("x", in: restarted(1))
    #expect([one.folder, two.folder, three.folder] == ["x", "x-2", "x-3"])
  }

  @Test func `what is still being written is left alone`() throws {
    let lab = try Laboratory()
    let running = try lab.start("x", in: slurm)
    let second = try lab.start("x", in: slurm)
    #expect(second.folder == "x-2")
    #expect(second !== running)
  }

  @Test func `without a name the unnamed one continues`() throws {
    let lab = try Laboratory()
    try lab.start("exp-named", in: slurm).end(nil, failure: nil, closed: "finish")
    let first = try lab.start(nil, in: slurm)
    try first.end(nil, failure: nil, closed: "finish")
    #expect(try lab.start(nil, in: restarted(1)).identity.id == first.identity.id)
  }

  @Test func `a child continues inside its parent`() throws {
    let lab = try Laboratory()
    let parent = try lab.start("pipeline", in: slurm)
    let stage = try lab.startChild("train", in: parent, environment: slurm) { $0.rerun = .auto }
    try stage.end(.failed, failure: nil, closed: "finish")
    try parent.end(.failed, failure: nil, closed: "finish")
    let outer = try lab.start("pipeline", in: restarted(1))
    let inner = try lab.startChild("train", in: outer, environment: restarted(1)) {
      $0.rerun = .auto
    }
    #expect(outer.identity.id == parent.identity.id)
    #expect(inner.identity.id == stage.identity.id)
  }

  @Test func `threads that start at the same moment get one experiment each`() throws {
    let lab = try Laboratory()
    let job = slurm
    Threads.run(4) { _ in _ = try? lab.start("x", in: job) }
    let folders = try lab.experiments.list(archived: false).experiments.map(\.folder)
    #expect(Set(folders) == ["x", "x-2", "x-3", "x-4"])
    let records = try ExperimentReader(try lab.experiments.directory.folder("x"), folder: "x")
      .writerFiles()
    #expect(records.count == 1)
  }

  private func restarted(_ count: Int) -> [String: String] {
    slurm.merging(["SLURM_RESTART_COUNT": String(count)]) { $1 }
  }
}

extension Laboratory {
  fileprivate func start(_ name: String?, in environment: [String: String]) throws -> Experiment {
    try start(name, .auto, environment: environment)
  }
}
