import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracker

/// How a dashboard answers before all of a store was read.
@Suite struct DashboardReadingTests {
  private let sandbox: Sandbox
  private let increment: Increment

  init() throws {
    sandbox = try Sandbox()
    increment = try Increment.find("42", from: sandbox.path)
  }

  /// Experiments of these names, each changed a day after the one before it.
  private func make(_ names: [String]) throws {
    var options = ExperimentOptions()
    options.capture = []
    for (day, name) in names.enumerated() {
      let experiment = try increment.start(name, options: options)
      try experiment.logParams([.init("rate", 0.1), .init("seed", .integer(Int64(day)))])
      try experiment.logMetric("loss", 1 / Double(day + 1))
      try experiment.finish()
      let folder = "\(increment.path)/experiments/\(name)"
      #expect(system("touch -d 2026-01-\(day + 10) '\(folder)'") == 0)
    }
  }

  private func ask(_ dashboard: Dashboard, _ request: Value) throws -> Value {
    try Value(json: dashboard.ask(try request.json(layout: .compact)))
  }

  private func names(_ answer: Value) throws -> [String] {
    let column = try #require(answer["columns"]?.elements.first { $0["key"] == "name" })
    return try #require(column["values"]).elements.compactMap(\.text)
  }

  @Test func `what was changed last is answered before the rest was read`() throws {
    try make(["a", "b", "c", "d", "e"])
    let dashboard = try Dashboard(increment)
    #expect(try ask(dashboard, ["ask": "read", "within": 0])["unread"] == 4)
    // A list with one request is answered as that request.
    let list: Value = .list([["ask": "experiments", "within": 0]])
    let first = try #require(try ask(dashboard, list).elements.first)
    #expect(try names(first) == ["d", "e"])
    #expect(first["unread"] == 3 && first["whole"] == true && first["primary"] == "loss")
    let next = try ask(
      dashboard, ["ask": "experiments", "within": 0, "since": first["revision"] ?? .null])
    #expect(try names(next) == ["c"])
    #expect(next["unread"] == 2 && next["whole"] == false)
    let last = try ask(
      dashboard, ["ask": "experiments", "within": 60, "since": next["revision"] ?? .null])
    #expect(last["unread"] == 0 && last["whole"] == false)
    // The others are known to be of a group, or the best, when everything was read.
    #expect(try names(last) == ["a", "b", "c", "d", "e"])
    #expect(try ask(dashboard, ["ask": "read", "within": 0])["unread"] == 0)
    let whole = try ask(dashboard, ["ask": "experiments"])
    let fresh = try ask(try Dashboard(increment), ["ask": "experiments"])
    for member in ["ids", "columns", "primary", "increments", "unread"] as [Key] {
      #expect(whole[member] == fresh[member] && fresh[member] != nil)
    }
  }

  @Test func `whoever asks for everything gets it while a part was read`() throws {
    try make(["a", "b", "c"])
    let dashboard = try Dashboard(increment)
    #expect(try ask(dashboard, ["ask": "read", "within": 0])["unread"] == 2)
    let found = try ask(dashboard, ["ask": "filter", "where": "metrics.loss < 0.9"])
    #expect(found["ids"]?.elements.count == 2)
    #expect(try names(try ask(dashboard, ["ask": "experiments", "within": 0])) == ["a", "b", "c"])
  }

  @Test func `of many the top-level ones created last are answered first`() throws {
    try make(["a", "b", "c", "d"])
    var options = ExperimentOptions()
    options.capture = []
    let parent = try increment.start("e", options: options)
    try parent.startChild("inside", options: options).finish()
    try parent.finish()
    for within in [0, 60] as [Value] {
      let dashboard = try Dashboard(increment)
      while try ask(dashboard, ["ask": "read", "within": 0])["unread"] != 0 {}
      let first = try ask(dashboard, ["ask": "experiments", "within": within, "most": 2])
      #expect(try names(first) == ["e", "d"])
      #expect(first["unread"] == 4 && first["whole"] == true)
      let rest = try ask(dashboard, ["ask": "experiments", "since": first["revision"] ?? .null])
      #expect(rest["ids"]?.elements.count == 6 && rest["unread"] == 0 && rest["whole"] == false)
    }
  }

  @Test func `what is added or removed while a part was read is known at the end`() throws {
    try make(["a", "b", "c"])
    let dashboard = try Dashboard(increment)
    #expect(try names(try ask(dashboard, ["ask": "experiments", "within": 0])) == ["c"])
    let removed = try increment.load("c")
    try removed.delete()
    try make(["d"])
    let all = try ask(dashboard, ["ask": "experiments", "within": 60])
    #expect(try names(all) == ["a", "b", "d"])
  }

  @Test func `a wrong time is refused`() throws {
    let dashboard = try Dashboard(increment)
    let answer = try ask(dashboard, ["ask": "experiments", "within": "soon"])
    let message = "the member 'within' of the request 'experiments' must be a finite number"
    #expect(answer["error"]?["message"]?.text == message)
    #expect(try ask(dashboard, ["ask": "experiments", "within": -1])["unread"] == 0)
  }
}
