import ExperimentAnalysis
import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
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

  @Test func `a comparison is refreshed as it was last asked for`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    try finish("a", 0.9, in: increment)
    try finish("b", 0.8, in: increment)
    var options = ComparisonOptions()
    options.sortBy = "auc"
    options.directions = ["auc": .lower]
    options.filter = try ExperimentFilter("metrics.auc < 0.95 and name != '-->'")
    options.notes = ["Lower -- is --> better here."]
    let asked = try increment.compare(options)
    #expect(asked.best?.name == "b")
    try finish("c", 0.7, in: increment)
    try finish("d", 0.99, in: increment)
    let text = try #require(document(sandbox))
    #expect(text.contains("**Best Model**: c"))
    #expect(text.contains("Lower -- is --\\> better here."))
    #expect(!text.contains("| d |"))
    // The same bytes as asking again, and no comment ends before its end.
    _ = try increment.compare(options)
    #expect(document(sandbox) == text)
    let comments = text.split(separator: "\n").filter { $0.hasPrefix("<!--") }
    #expect(comments.count == 2)
    #expect(comments.allSatisfy { $0.dropLast(3).firstRange(of: "--") == $0.firstRange(of: "--") })
    #expect(comments.allSatisfy { $0.firstRange(of: ">")?.upperBound == $0.endIndex })
    _ = try increment.compare()
    try finish("e", 0.5, in: increment)
    #expect(document(sandbox)?.contains("**Best Model**: d") == true)
  }

  @Test func `options that no longer apply give the usual comparison, which says so`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    for name in ["a", "b"] { try finish(name, 0.7, in: increment) }
    var options = ComparisonOptions()
    options.only = ["a"]
    _ = try increment.compare(options)
    #expect(
      Program.run(["rm", "-r", sandbox.experiments + "/a"]).code == 0)
    try finish("c", 0.8, in: increment)
    let text = try #require(document(sandbox))
    #expect(text.contains("**Best Model**: c"))
    #expect(text.contains("Not compared as it was last asked for"))
  }

  @Test func `beyond five hundred the file says that it is out of date`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find(sandbox.increment)
    for name in ["a", "b"] { try finish(name, 0.7, in: increment) }
    let folder = try Directory.open(sandbox.experiments)
    for number in 1...500 { _ = try folder.claimFolder("neighbour-\(number)") }
    var options = ComparisonOptions()
    options.only = ["a", "b"]
    _ = try increment.compare(options)
    let fresh = try #require(document(sandbox))
    #expect(!fresh.contains("Out of date"))
    try finish("c", 0.8, in: increment)
    let marked = try #require(document(sandbox))
    #expect(marked.contains("# Experiment Comparison\n\n**Out of date**"))
    #expect(marked.contains("| a |"))
    try finish("d", 0.8, in: increment)
    #expect(document(sandbox) == marked)
    _ = try increment.compare(options)
    #expect(document(sandbox) == fresh)
  }

  @Test func `experiments of another increment are those that were given`() throws {
    let sandbox = try Sandbox()
    try sandbox.write(".specweave/increments/0043-other/spec.md", "x")
    let first = try Increment.find(sandbox.increment)
    let second = try Increment.find(sandbox.path + "/.specweave/increments/0043-other")
    try finish("baseline", 0.7, in: first)
    try finish("baseline", 0.9, in: second)
    var options = ComparisonOptions()
    options.only = try [
      first.load("baseline").path, second.load("baseline").path,
    ]
    let result = try first.compare(options)
    #expect(
      result.comparison.rows.map(\.name) == ["0042-topic/baseline", "0043-other/baseline"])
    #expect(result.comparison.rows.map { $0.score?.double } == [0.7, 0.9])
    #expect(
      result.best?.folder == "../../0043-other/experiments/baseline")
    let text = try #require(document(sandbox))
    try finish("unrelated", 0.99, in: first)
    #expect(document(sandbox) == text)

    var several = ComparisonOptions()
    several.increments = [second.path]
    let both = try first.compare(several)
    #expect(both.path == nil)
    #expect(
      both.comparison.rows.map(\.name) == [
        "0042-topic/baseline", "0042-topic/unrelated", "0043-other/baseline",
      ])
    several.only = ["baseline"]
    let ambiguous = refusal { _ = try first.compare(several) }
    #expect(ambiguous?.candidates == ["0042-topic/baseline", "0043-other/baseline"])
    several.only = ["0043-other/baseline"]
    #expect(try first.compare(several).comparison.rows.map { $0.score?.double } == [0.9])
    several.only = ["/nowhere/baseline"]
    #expect(refusal { _ = try first.compare(several) }?.code == .experimentNotFound)
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
