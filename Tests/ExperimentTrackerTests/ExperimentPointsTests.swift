import ExperimentTracker
import Testing
import TrackingTestSupport

@Suite struct ExperimentPointsTests {
  private func start(_ sandbox: Sandbox) throws -> Experiment {
    try Increment.find(sandbox.increment).start("x", options: .init(capture: []))
  }

  @Test func `every point comes once, in order, until the end`() async throws {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    try experiment.logMetric("loss", 0)
    try experiment.logMetric("other", 9)
    let writer = Task {
      for step in 1..<500 {
        try experiment.logMetric("loss", Double(step))
        if step % 50 == 0 { try await Task.sleep(for: .milliseconds(2)) }
      }
      try experiment.finish()
    }
    var steps: [Int64] = []
    for try await point in experiment.points(of: "loss", every: .milliseconds(1)) {
      #expect(point.value == .double(Double(point.step)))
      steps.append(point.step)
    }
    try await writer.value
    #expect(steps == Array(0..<500))
  }

  @Test func `earlier points are left out where they are not wanted`() async throws {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    for _ in 0..<10 { try experiment.logMetric("loss", 1) }
    var points = experiment.points(of: "loss", includingEarlier: false, every: .milliseconds(1))
      .makeAsyncIterator()
    try experiment.logMetric("loss", 2)
    #expect(try await points.next()?.step == 10)
    try experiment.finish()
    #expect(try await points.next() == nil)
    #expect(try await points.next() == nil)
  }

  @Test func `a metric that never comes ends with the experiment`() async throws {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    try experiment.finish()
    for try await _ in experiment.points(of: "nothing") { Issue.record("there is no such point") }
  }

  @Test func `a cancelled task gets no more points and no error`() async throws {
    let sandbox = try Sandbox()
    let experiment = try start(sandbox)
    try experiment.logMetric("loss", 1)
    let (first, signal) = AsyncStream<Void>.makeStream()
    let reader = Task {
      var count = 0
      for try await _ in experiment.points(of: "loss", every: .seconds(3600)) {
        count += 1
        signal.yield()
      }
      return count
    }
    for await _ in first { break }
    reader.cancel()
    #expect(try await reader.value == 1)
    try experiment.finish()
  }

  @Test func `it follows an experiment of another process as its files grow`() async throws {
    let sandbox = try Sandbox()
    let writer = try start(sandbox)
    try writer.logMetric("loss", 1)
    // Another object of the same experiment reads the files.
    let reader = try Increment.load(writer.path)
    var points = reader.points(of: "loss", every: .milliseconds(1)).makeAsyncIterator()
    for step in 0..<3 {
      if step > 0 { try writer.logMetric("loss", 1) }
      #expect(try await points.next()?.step == Int64(step))
    }
    try writer.finish()
    #expect(try await points.next() == nil)
  }
}
