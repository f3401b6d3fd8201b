import ExperimentTracker
import Testing
import TrackingTestSupport

@Suite struct CurrentExperimentTests {
  private func log(_ value: Double) throws { try Experiment.current?.logMetric("loss", value) }

  @Test func `the experiment around the code is the current one, a child inside it`() throws {
    let sandbox = try Sandbox()
    #expect(Experiment.current == nil)
    try withExperiment("x", increment: sandbox.increment, options: .init(capture: [])) { parent in
      try log(0.5)
      #expect(Experiment.current === parent)
      let result = try parent.withChild("fold", options: .init(capture: [])) { child in
        try log(0.25)
        #expect(Experiment.current === child)
        return 3
      }
      #expect(result == 3)
      #expect(Experiment.current === parent)
    }
    #expect(Experiment.current == nil)
    let found = try Increment.find(sandbox.increment).experiments(children: true)
    #expect(found.map(\.name) == ["x", "fold"])
    #expect(found.map { $0.metrics["loss"]?.last } == [.double(0.5), .double(0.25)])
    #expect(found.allSatisfy { $0.status == .completed })
  }

  @Test func `tasks inherit the current experiment`() async throws {
    let sandbox = try Sandbox()
    try await withExperiment("x", increment: sandbox.increment, options: .init(capture: [])) {
      experiment in
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 { group.addTask { Experiment.current === experiment } }
        for await isSame in group { #expect(isSame) }
      }
      try await experiment.withChild("inner", options: .init(capture: [])) { child in
        await Task.yield()
        #expect(Experiment.current === child)
      }
    }
    #expect(Experiment.current == nil)
  }

  @Test func `a child whose closure throws has failed, and the error is thrown on`() throws {
    struct Diverged: Error {}
    let sandbox = try Sandbox()
    try withExperiment("x", increment: sandbox.increment, options: .init(capture: [])) { parent in
      #expect(throws: Diverged.self) {
        try parent.withChild("fold", options: .init(capture: [])) { _ in throw Diverged() }
      }
    }
    let found = try Increment.find(sandbox.increment).experiments(children: true)
    #expect(found.map(\.status) == [.completed, .failed])
  }

  @Test func `without a name it is called by its number`() throws {
    let sandbox = try Sandbox()
    try withExperiment(increment: sandbox.increment, options: .init(capture: [])) {
      #expect($0.name == "exp-001")
    }
  }
}
