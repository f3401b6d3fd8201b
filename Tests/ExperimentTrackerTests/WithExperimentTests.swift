import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracker

@Suite struct WithExperimentTests {
  private struct Diverged: Error {}

  private func options() -> ExperimentOptions {
    var options = ExperimentOptions()
    options.capture = []
    return options
  }

  @Test func `the closure's result is returned and the experiment is completed`() throws {
    let sandbox = try Sandbox()
    let auc = try withExperiment("x", increment: sandbox.increment, options: options()) {
      try $0.logMetric("auc", 0.87)
      return 0.87
    }
    #expect(auc == 0.87)
    let read = try Increment.find(sandbox.increment).load("x").snapshot()
    #expect(read.status == .completed)
    #expect(read.metric("auc")?.last == .double(0.87))
  }

  @Test func `an error ends it as failed, with its type, and is thrown on`() throws {
    let sandbox = try Sandbox()
    #expect(throws: Diverged.self) {
      try withExperiment("x", increment: sandbox.increment, options: options()) { _ in
        throw Diverged()
      }
    }
    let read = try Increment.find(sandbox.increment).load("x").snapshot()
    #expect(read.status == .failed)
    #expect(read.failure?.type == "Diverged")
  }

  @Test func `the closure's error is seen also when the disk refuses the end`() throws {
    let sandbox = try Sandbox()
    #expect(throws: Diverged.self) {
      try withExperiment("x", increment: sandbox.increment, options: options()) { experiment in
        FileTree.remove(experiment.path)
        usleep(250_000)
        throw Diverged()
      }
    }
  }

  @Test func `it works the same in async code, and a cancelled task is interrupted`() async throws {
    let sandbox = try Sandbox()
    let result = try await withExperiment(
      "x", increment: sandbox.increment, options: options()
    ) { experiment in
      await Task.yield()
      try experiment.logMetric("auc", 0.5)
      return 7
    }
    #expect(result == 7)
    await #expect(throws: Diverged.self) {
      try await withExperiment("y", increment: sandbox.increment, options: options()) { _ in
        await Task.yield()
        throw Diverged()
      }
    }
    await #expect(throws: CancellationError.self) {
      try await withExperiment("z", increment: sandbox.increment, options: options()) { _ in
        await Task.yield()
        throw CancellationError()
      }
    }
    let snapshots = try Increment.find(sandbox.increment).experiments()
    #expect(snapshots.map(\.status) == [.completed, .failed, .interrupted])
  }
}
