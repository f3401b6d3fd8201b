import ExperimentStore
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracker

@Suite struct RemovalTests {
  private func make(_ name: String, in increment: Increment) throws -> Experiment {
    var options = ExperimentOptions()
    options.capture = []
    let experiment = try increment.start(name, options: options)
    try experiment.logMetric("auc", 0.5)
    _ = try Array("abc".utf8).withUnsafeBytes { bytes in
      try experiment.saveArtifact("folder/a.txt", bytes: bytes)
    }
    let child = try experiment.startChild("inside", options: options)
    try child.logMetric("auc", 0.25)
    try child.finish()
    try experiment.finish()
    return experiment
  }

  /// Whether the experiment is listed with all that is in it; false if it is not listed at all.
  private func isWhole(
    _ name: String, _ increment: Increment, archived: Bool = false
  ) throws -> Bool {
    let known = try increment.experiments(children: true, archived: true)
      .filter { $0.folder.hasPrefix("_archive/") == archived && $0.folder.contains(name) }
    if known.isEmpty { return false }
    #expect(known.count == 2)
    for snapshot in known {
      #expect(snapshot.problems.isEmpty)
      #expect(snapshot.metric("auc") != nil)
      #expect(snapshot.status == .completed)
    }
    return true
  }

  @Test(arguments: [EIO, EACCES])
  func `whichever call fails, a deleted experiment is whole or not there`(code: Int32) throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    var place = 1
    var more = true
    while more {
      let name = "x\(place)"
      let experiment = try make(name, in: increment)
      var error: TrackingError?
      more = Faults.failing(code, at: place) {
        error = refusal { try experiment.delete() }
      }
      let isWhole = try isWhole(name, increment)
      if error == nil { #expect(!isWhole, "call \(place)") }
      if isWhole { try increment.load(name).delete() }
      place += 1
    }
    #expect(place > 20)
    let last = try make("last", in: increment)
    try last.delete()
    let left = FileTree.paths(sandbox.experiments)
    #expect(!left.contains { $0.contains("deleted") || $0.contains("a.txt") }, "\(left)")
  }

  @Test(arguments: [EIO, EACCES])
  func `whichever call fails, an archived experiment is whole in one of two places`(
    code: Int32
  ) throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    var place = 1
    var more = true
    while more {
      let name = "x\(place)"
      let experiment = try make(name, in: increment)
      more = Faults.failing(code, at: place) { _ = try? experiment.archive() }
      let isHere = try isWhole(name, increment)
      let isArchived = try isWhole(name, increment, archived: true)
      #expect(isHere != isArchived, "call \(place)")
      try increment.load(name).delete()
      place += 1
    }
    #expect(place > 10)
  }

  @Test func `a link in an experiment is removed and not what it points to`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    let experiment = try make("x", in: increment)
    let kept = try make("kept", in: increment)
    #expect(symlink(kept.path, experiment.path + "/folder/link") == 0)
    #expect(symlink("/", experiment.path + "/root") == 0)
    try experiment.delete()
    #expect(try isWhole("kept", increment))
    #expect(try increment.experiments().map(\.name) == ["kept"])
  }

  @Test func `an experiment that was moved by hand is not taken for another of its name`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    let experiment = try make("x", in: increment)
    #expect(rename(experiment.path, sandbox.experiments + "/y") == 0)
    let other = try make("x", in: increment)
    #expect(other.path == experiment.path)
    for refused in [
      refusal { try experiment.delete() }, refusal { try experiment.archive() },
    ] { #expect(refused?.code == .experimentNotFound) }
    #expect(try isWhole("x", increment))
  }
}
