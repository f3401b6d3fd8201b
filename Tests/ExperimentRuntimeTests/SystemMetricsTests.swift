import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

@Suite struct SystemMetricsTests {
  @Test func `a call that logs samples the machine when it is due`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.systemMetricsInterval = 0 }
    try experiment.logMetric("loss", 1)
    try experiment.logMetric("loss", 0.5)
    let read = try lab.read("x")
    let memory = try #require(read.metric("system/memory_rss"))
    #expect(memory.minimum > 1_048_576)
    #expect(memory.count >= 2)
    #expect(memory.lastStep == Int64(memory.count) - 1)
    let machine = try #require(read.metric("system/memory_percent"))
    #expect((0...100).contains(machine.maximum))
    #expect(try #require(read.metric("system/cpu_percent")).minimum >= 0)
    #expect(read.metric("loss")?.count == 2)
  }

  @Test func `between two samples nothing is asked`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.systemMetricsInterval = 3600 }
    for _ in 0..<100 { try experiment.logMetric("loss", 1) }
    #expect(try lab.read("x").metrics.map(\.key) == ["loss"])
  }

  @Test func `an experiment that was too short for a sample gets one at its end`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.systemMetricsInterval = 3600 }
    try experiment.end(nil, failure: nil, closed: "finish")
    try experiment.logMetric("late", 1)
    let read = try lab.read("x")
    #expect(read.metric("system/memory_rss")?.count == 1)
    #expect(try lab.load("x").history("system/memory_rss").steps == [0])
  }

  @Test func `nothing is sampled unless it was asked for`() throws {
    let lab = try Laboratory()
    let experiment = try lab.start("x")
    try experiment.logMetric("loss", 1)
    try experiment.end(nil, failure: nil, closed: "finish")
    #expect(try lab.read("x").metrics.map(\.key) == ["loss"])
  }
}
