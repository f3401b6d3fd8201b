import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct SessionsTests {
  @Test func `opening what this process writes gives the same experiment`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    #expect(try OpenExperiments.find(experiment.directory) === experiment)
    let resumed = try lab.start("x", .resume) { $0.params = [.init("more", 1)] }
    #expect(resumed === experiment)
    #expect(try lab.read("x").param("more") == 1)
    #expect(try lab.start("x", .join) === experiment)
    #expect(lab.tree("x").count { $0.hasPrefix("events.out") } == 1)
    #expect(!lab.tree("x").contains("writers"))
  }

  @Test func `resuming a finished one that is still open opens a session of its own`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("auc", 0.5)
    try experiment.end(nil, failure: nil, closed: "finish")
    let resumed = try lab.start("x", .resume)
    #expect(resumed === experiment)
    #expect(try lab.read("x").status == .running)
    try experiment.logMetric("auc", 0.75)
    try experiment.end(.failed, failure: nil, closed: "finish")
    let read = try lab.read("x")
    #expect(read.status == .failed)
    #expect(read.writers.map(\.header.session) == [1, 2])
    #expect(try experiment.history("auc").steps == [0, 1])
  }

  @Test func `what this process let go of without an end can be resumed by it`() throws {
    let lab = try Laboratory()
    do { try lab.start("x").logMetric("auc", 0.5) }
    #expect(try lab.read("x").status == .crashed)
    let resumed = try lab.start("x", .resume)
    try resumed.logMetric("auc", 0.75)
    #expect(try resumed.history("auc").steps == [0, 1])
  }

  @Test func `a copy of a folder is another experiment to open`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    let copy = lab.sandbox.experiments + "/y"
    #expect(Program.run(["cp", "-r", experiment.path, copy]).code == 0)
    #expect(OpenExperiments.find(try lab.experiments.directory.folder("y")) == nil)
    #expect(OpenExperiments.find(try lab.experiments.directory.folder("x")) === experiment)
  }

  @Test func `a new folder that got the inode of a deleted one is another experiment`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.end(nil, failure: nil, closed: "finish")
    let deleted = try #require(experiment.place.identity).file
    #expect(Program.run(["rm", "-r", experiment.path]).code == 0)
    // ext4 gives a number again at once; where it never comes again, there is nothing to confuse.
    for number in 0..<2_000 {
      let folder = lab.sandbox.experiments + "/.made-\(number)"
      #expect(mkdir(folder, 0o755) == 0)
      let found = try #require(SystemCalls.statusFollowingLinks(folder))
      if FileIdentity(found) != deleted { continue }
      #expect(rename(folder, experiment.path) == 0)
      #expect(OpenExperiments.find(try Directory.open(experiment.path)) == nil)
      #expect(rmdir(experiment.path) == 0)
      break
    }
    let started = try lab.start("x")
    #expect(started !== experiment)
    #expect(try OpenExperiments.find(started.directory) === started)
    #expect(throws: TrackingError.self) { try experiment.directory }
  }

  @Test func `a loaded handle adds tags and notes beside the owner`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.end(nil, failure: nil, closed: "finish")
    let loaded = try lab.load("x")
    #expect(!lab.tree("x").contains("edits"))
    try loaded.addTag("production")
    try loaded.logNote("deployed")
    try loaded.select(rationale: ["best"])
    #expect(lab.tree("x").count { $0.hasPrefix("edits/") && $0.hasSuffix(".tfrecord") } == 1)
    let read = try lab.read("x")
    #expect(read.tags == ["production"])
    #expect(read.notes.map(\.text) == ["deployed"])
    #expect(read.status == .completed)
    #expect(read.selection?.rationale == ["best"])
    #expect(lab.text("x", "metadata.yaml")?.contains("production") == true)
    #expect(read.comparable == (try lab.fold("x").comparable))
    #expect(read.comparable == (try lab.views("x").comparable))
    try loaded.removeTag("production")
    #expect(try lab.read("x").tags.isEmpty)
    try loaded.setStatus(.failed)
    #expect(try lab.read("x").status == .failed)
    #expect(refusal { try loaded.setStatus(.running) }?.code == .invalidArgument)
  }

  @Test func `points of a loaded handle amend a finished experiment and leave its end`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("auc", 0.5)
    try experiment.end(.failed, failure: nil, closed: "finish")
    let before = try lab.read("x")
    let loaded = try lab.load("x")
    try loaded.logMetric("auc", 0.75)
    let read = try lab.read("x")
    #expect(read.metric("auc")?.last == .double(0.75))
    #expect(read.metric("auc")?.lastStep == 1)
    #expect((read.status, read.ended, read.duration) == (.failed, before.ended, before.duration))
    #expect(read.writers.last?.header.amends == true)
    #expect(lab.text("x", "metrics.json") == "{\n  \"auc\": 0.75\n}\n")
    try loaded.end(.completed, failure: nil, closed: "finish")
    #expect(try lab.read("x").status == .failed)
  }

  @Test func `points of a loaded handle of a running experiment go into a writer's folder`() throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("auc", 0.5)
    let loaded = try lab.load("x")
    try loaded.logMetric("auc", 0.25)
    try loaded.logMetric("other", 1)
    #expect(lab.tree("x").contains { $0.hasPrefix("writers/writer-1/events.out") })
    #expect(try experiment.snapshot().metric("auc")?.last == .double(0.5))
    #expect(try experiment.snapshot().metric("auc")?.count == 2)
    #expect(try experiment.history("auc").writers == [0, 1])
    #expect(refusal { try loaded.setStatus(.failed) }?.code == .invalidArgument)
    try loaded.end(.failed, failure: nil, closed: "finish")
    #expect(try lab.read("x").status == .running)
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try lab.read("x").status == .completed)
    #expect(try lab.read("x").metric("other")?.last == .double(1))
  }

  @Test func `a crash is reported by readers and recorded by none of them`() throws {
    let lab = try Laboratory()
    do { try lab.start("x").logMetric("auc", 0.5) }
    try lab.kill("x")
    let loaded = try lab.load("x")
    try loaded.addTag("seen")
    try loaded.flush(durable: true)
    #expect(try lab.read("x").status == .crashed)
    #expect(lab.text("x", "metadata.yaml")?.contains("\nstatus: running\n") == true)
  }

  @Test func `several threads log, and every point is there once`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    Threads.run(8) { thread in
      for step in 0..<500 {
        _ = try? experiment.logMetric("m\(thread % 2)", Double(step), step: Int64(step))
        if step % 100 == 0 { _ = try? experiment.logNote("\(thread) \(step)") }
        if step % 250 == 0 { _ = try? experiment.snapshot() }
      }
    }
    #expect(try experiment.history("m0").steps.count == 2000)
    #expect(try lab.read("x").metric("m1")?.count == 2000)
    #expect(try lab.read("x").notes.count == 40)
    #expect(experiment.dropped == 0)
  }

  @Test func `threads that start at once get folders and numbers of their own`() throws {
    let lab = try Laboratory()
    Threads.run(8) { _ in _ = try? lab.start("x").end(nil, failure: nil, closed: "finish") }
    let snapshots = try ExperimentCatalog(lab.experiments).snapshots(
      children: false, archived: false)
    #expect(snapshots.map(\.identity.number) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(Set(snapshots.map(\.identity.rerun)) == Set(1...8))
  }

  @Test func `the log that was taken away and begun anew counts nothing twice`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    for step in 0..<3 { try experiment.logMetric("auc", 0.5, step: Int64(step)) }
    let file = try #require(lab.tree("x").first { $0.hasPrefix("events.out") })
    let path = "\(experiment.path)/\(file)"
    // As a checkout of an older state puts it back: another file of that name, shorter.
    let text = try #require(try experiment.directory.read(file))
    try experiment.directory.replace(file, Array(text.prefix(text.count / 2)))
    #expect(SystemCalls.statusFollowingLinks(path) != nil)
    usleep(250_000)
    for step in 3..<6 { try experiment.logMetric("auc", 0.5, step: Int64(step)) }
    try experiment.flush()
    let read = try lab.read("x")
    #expect(read.metric("auc")?.count == (try lab.fold("x").metric("auc")?.count))
    #expect(Set(try experiment.history("auc").steps).isSuperset(of: [0, 1, 2, 3, 4, 5]))
    #expect(try experiment.snapshot().metric("auc")?.count == read.metric("auc")?.count)
  }

  @Test func `of writers that joined, the highest step is shown, and then the latest time`() throws
  {
    func last(_ points: [[(step: Int64, time: Double, value: Double)]], owner: Double?) throws
      -> MetricValue?
    {
      let lab = try Laboratory()
      let experiment = try lab.start("x")
      if let owner { try experiment.logMetric("auc", owner, step: 0) }
      for points in points {
        let worker = try lab.load("x")
        for point in points {
          try worker.logSeries(
            "auc", [point.value], steps: [point.step], times: [point.time])
        }
      }
      let read = try lab.read("x").metric("auc")
      #expect(try experiment.snapshot().metric("auc") == read)
      return read?.last
    }
    let early: [(step: Int64, time: Double, value: Double)] = [(0, 10, 0.0), (298, 11, 0.298)]
    let late: [(step: Int64, time: Double, value: Double)] = [(1, 5, 0.001), (299, 6, 0.299)]
    #expect(try last([early, late], owner: nil) == .double(0.299))
    #expect(try last([late, early], owner: nil) == .double(0.299))
    #expect(try last([[(7, 2, 0.25)], [(7, 1, 0.5)]], owner: nil) == .double(0.25))
    #expect(try last([[(7, 1, 0.25)], [(7, 2, 0.5)]], owner: nil) == .double(0.5))
    #expect(try last([early, late], owner: 0.75) == .double(0.75))
  }

  @Test func `a process is one writer of an experiment, however often it opens it`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try lab.load("x").logMetric("first", 0)
    for step in 0..<20 {
      // As a worker of a pool gets it anew with each task.
      let session = OpenExperiments.takeRested(try experiment.directory, as: .loaded)
      let worker = Experiment(
        increment: "0042-topic", folder: "x", path: experiment.path, session: try #require(session))
      try worker.logMetric("loss", Double(step), step: Int64(step))
      try worker.logParam("step", .integer(Int64(step)))
    }
    let read = try lab.read("x")
    #expect(read.writers.count { $0.header.role == .attached } == 1)
    #expect(read.metric("loss")?.count == 20)
    #expect(read.param("step") == 19)
  }
}
