import Testing
import TrackingEntities
import TrackingStore
import TrackingTestSupport

@testable import ExperimentTracker

@Suite struct ComparisonRefreshTests {
  private func finish(
    _ name: String, _ auc: Double, _ status: ExperimentStatus = .completed, in increment: Increment
  ) throws {
    var options = ExperimentOptions()
    options.capture = []
    let experiment = try increment.start(name, options: options)
    try experiment.logMetric("auc", auc)
    try experiment.finish(status)
  }

  private func document(_ sandbox: Sandbox) -> String? {
    FileTree.text(sandbox.experiments + "/comparison.md")
  }

  @Test func `comparing writes comparison.md, and the result says where`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    try finish("a", 0.7, in: increment)
    #expect(document(sandbox) == nil)
    let shown = try increment.compare(write: false)
    #expect(shown.path == nil)
    #expect(document(sandbox) == nil)
    let result = try increment.compare()
    #expect(result.path == sandbox.experiments + "/comparison.md")
    #expect(document(sandbox)?.hasSuffix(result.markdown()) == true)
    #expect(result.best?.name == "a")
  }

  @Test func `the second that completes makes the comparison, and later ones refresh it`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    try finish("a", 0.7, in: increment)
    try finish("b", 0.9, .failed, in: increment)
    #expect(document(sandbox) == nil)
    try finish("c", 0.8, in: increment)
    #expect(document(sandbox)?.contains("0.80") == true)
    try finish("d", 0.95, in: increment)
    #expect(document(sandbox)?.contains("0.95") == true)
  }

  @Test func `an edited comparison stays at a finish, and is kept beside the next one`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    for name in ["a", "b"] { try finish(name, 0.7, in: increment) }
    let edited = try #require(document(sandbox)) + "\nOur own words.\n"
    try sandbox.write(".specweave/increments/0042-topic/experiments/comparison.md", edited)
    try finish("c", 0.8, in: increment)
    #expect(document(sandbox) == edited)
    _ = try increment.compare()
    #expect(document(sandbox)?.contains("Our own words") == false)
    #expect(FileTree.text(sandbox.experiments + "/comparison.md.edited") == edited)
    try finish("d", 0.97, in: increment)
    #expect(document(sandbox)?.contains("0.97") == true)
  }

  @Test func `what a dead writer of the comparison left is removed, what is being written stays`()
    throws
  {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    let folder = ".specweave/increments/0042-topic/experiments/"
    for name in ["a", "b", "c"] {
      try finish(name, 0.7, in: increment)
      for age in ["old", "new"] { try sandbox.write("\(folder).comparison.md.\(age).tmp", "half") }
      #expect(
        Program.run([
          "touch", "-d", "1 hour ago", "\(sandbox.path)/\(folder).comparison.md.old.tmp",
        ])
        .code == 0)
    }
    try finish("d", 0.8, in: increment)
    let temporary = FileTree.paths(sandbox.experiments).filter { $0.hasSuffix(".tmp") }
    #expect(temporary == [".comparison.md.new.tmp"])
    try sandbox.write("\(folder)notes.tmp", "ours")
    _ = try increment.compare()
    #expect(FileTree.paths(sandbox.experiments).contains("notes.tmp"))
  }

  @Test func `start and end cost no more beside thousands of experiments than beside a few`()
    throws
  {
    func calls(beside neighbours: Int) throws -> (stats: Int, reads: Int) {
      let sandbox = try Sandbox()
      let increment = try Increment.find(sandbox.increment)
      try finish("first", 0.7, in: increment)
      let numbers = try Directory.open(sandbox.experiments + "/.numbers")
      let folder = try Directory.open(sandbox.experiments)
      for number in 2...neighbours {
        let digits = String(number)
        let name = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        _ = try numbers.create(name, [])
        _ = try folder.claimFolder("neighbour-\(number)")
      }
      let stats = try Faults.count("stat") { try finish("last", 0.8, in: increment) }
      let reads = try Faults.count("list") { try finish("very-last", 0.8, in: increment) }
      return (stats, reads)
    }
    let few = try calls(beside: 600)
    let many = try calls(beside: 2000)
    // The next number is found by doubling and bisecting: two doublings more.
    #expect(many.stats <= few.stats + 8)
    #expect(many.reads <= few.reads)
  }

  @Test func `a child's end does not touch the comparison`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    for name in ["a", "b"] { try finish(name, 0.7, in: increment) }
    let before = document(sandbox)
    var options = ExperimentOptions()
    options.capture = []
    let child = try increment.load("a").startChild(options: options)
    try child.logMetric("auc", 0.99)
    try child.finish()
    #expect(document(sandbox) == before)
  }

  @Test func `experiments that end at the same time are all in the comparison`() throws {
    let sandbox = try Sandbox()
    let path = sandbox.increment
    Threads.run(6) { thread in
      var options = ExperimentOptions()
      options.capture = []
      guard let experiment = try? Increment.find(path).start("t\(thread)", options: options) else {
        return
      }
      _ = try? experiment.logMetric("auc", 0.5 + Double(thread) / 100)
      try? experiment.finish()
    }
    let text = try #require(document(sandbox))
    for thread in 0..<6 { #expect(text.contains("t\(thread)")) }
  }
}
