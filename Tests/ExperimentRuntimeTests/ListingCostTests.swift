import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// What a listing costs, in calls of the kernel: times would say something about the machine too.
@Suite struct ListingCostTests {
  private func lab(_ count: Int, points: Int = 3) throws -> Laboratory {
    let lab = try Laboratory()
    for number in 0..<count {
      let experiment = try lab.start("run-\(number)") { $0.params = [.init("depth", 6)] }
      for step in 0..<points { try experiment.logMetric("auc", 1 / Double(step + 3)) }
      try experiment.end(nil, failure: nil, closed: "finish")
    }
    return lab
  }

  private func calls(_ operation: String, _ lab: Laboratory) throws -> Int {
    try Faults.count(operation) {
      let found = try ExperimentCatalog(lab.experiments).snapshots(children: true, archived: true)
      #expect(found.allSatisfy { $0.status == .completed && $0.metric("auc") != nil })
    }
  }

  @Test func `an experiment costs one look into its folder and one file`() throws {
    let (few, many) = (try lab(10), try lab(30))
    for (operation, each) in [("open", 2), ("list", 2), ("stat", 2), ("read", 1)] {
      #expect(try calls(operation, many) - calls(operation, few) == 20 * each, "\(operation)")
    }
  }

  @Test func `a long history is not read for a listing`() throws {
    let (short, long) = (try lab(1, points: 1_000), try lab(1, points: 20_000))
    #expect(try short.read("run-0").comparable == short.views("run-0").comparable)
    for operation in ["open", "list", "stat", "read"] {
      #expect(try calls(operation, short) == calls(operation, long), "\(operation)")
    }
  }

  @Test func `event files are believed more than views that were edited`() throws {
    let lab = try lab(1)
    let folder = try lab.experiments.directory.folder("run-0")
    try folder.replace("params.json", Array("{\n  \"depth\": 7\n}\n".utf8))
    #expect(try lab.read("run-0").param("depth") == 6)
    for file in Views.files {
      try folder.replace(file, [])
    }
    #expect(try lab.read("run-0").param("depth") == 6)
    #expect(try lab.read("run-0").problems.isEmpty)
  }

  @Test func `where an event file is damaged the summary of it is read`() throws {
    let lab = try lab(1)
    let folder = try lab.experiments.directory.folder("run-0")
    let name = try #require(lab.tree("run-0").first { $0.hasPrefix("events.out.") })
    var bytes = try #require(try folder.read(name))
    bytes[bytes.count / 2] ^= 0x55
    try folder.replace(name, bytes)
    let read = try lab.read("run-0")
    #expect(read.param("depth") == 6)
    #expect(read.metric("auc")?.count == 3)
  }

  @Test func `many running experiments are asked from one place`() throws {
    let lab = try Laboratory()
    let open = try (0..<8).map { try lab.start("run-\($0)") }
    let asked = try Faults.count("open") {
      let found = try ExperimentCatalog(lab.experiments).snapshots(children: true, archived: true)
      #expect(found.map(\.status) == Array(repeating: .running, count: open.count))
    }
    let one = try Faults.count("open") { _ = try lab.read("run-0") }
    // A folder, its event file, its summary, and whether the process that wrote it is there
    // and has it open; who asks is found out once.
    #expect(asked <= 2 + 5 * open.count)
    #expect(one <= 7)
  }
}
