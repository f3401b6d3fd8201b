import ExperimentStore
import FileSystem
import Foundation
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentAnalysis
@testable import ExperimentRuntime
@testable import ExperimentTracker

@Suite struct DashboardTests {
  private let sandbox: Sandbox
  private let increment: Increment

  init() throws {
    sandbox = try Sandbox()
    increment = try Increment.find("42", from: sandbox.path)
  }

  private func start(_ name: String) throws -> Experiment {
    var options = ExperimentOptions()
    options.capture = []
    return try increment.start(name, options: options)
  }

  private func system(_ command: String) -> Int32 { Glibc.system(command) }

  private func ask(_ dashboard: Dashboard, _ request: Value) throws -> Value {
    let bytes = dashboard.ask(try request.json(layout: .compact))
    return try Value(json: bytes)
  }

  private func column(_ answer: Value, _ key: String, _ member: Key = "values") throws -> [Value] {
    let column = answer["columns"]?.elements.first { $0["key"]?.text == key }
    return try #require(column?[member]).elements
  }

  private func message(_ answer: Value) throws -> String {
    try #require(answer["error"]?["message"]?.text)
  }

  // MARK: Experiments

  @Test func `experiments are answered as columns`() throws {
    let a = try start("a")
    try a.logParam("model", ["depth": 3])
    try a.logMetric("loss", 0.5)
    try a.logMetric("loss", 0.25)
    try a.addTag("good")
    try a.finish()
    let b = try start("b")
    try b.logParam("model", ["depth": 4])
    let dashboard = try Dashboard(increment)
    let answer = try ask(dashboard, ["ask": "experiments"])
    #expect(answer["whole"] == true && answer["schema_version"] == 1)
    #expect(answer["primary"] == "loss" && answer["editable"] == false)
    #expect(answer["ids"]?.elements == [.text(a.identity.id), .text(b.identity.id)])
    #expect(try column(answer, "name") == ["a", "b"])
    #expect(try column(answer, "status") == ["completed", "running"])
    #expect(try column(answer, "tags") == [["good"], []])
    #expect(try column(answer, "best") == [true, false])
    #expect(try column(answer, "params.model.depth") == [3, 4])
    #expect(try column(answer, "metrics.loss", "last") == [0.25, .null])
    #expect(try column(answer, "metrics.loss", "max") == [0.5, .null])
    #expect(try column(answer, "metrics.loss", "count") == [2, .null])
    let metric = answer["columns"]?.elements.first { $0["key"] == "metrics.loss" }
    #expect(metric?["direction"] == "min")
    try b.finish()
  }

  @Test func `since a revision only what has changed is answered`() throws {
    let a = try start("a")
    try a.finish()
    let b = try start("b")
    let dashboard = try Dashboard(increment)
    let first = try ask(dashboard, ["ask": "experiments"])
    let revision = try #require(first["revision"])
    let same = try ask(dashboard, ["ask": "experiments", "since": revision])
    #expect(same["whole"] == false && same["ids"] == [] && same["revision"] == revision)
    try b.logMetric("loss", 1)
    let next = try ask(dashboard, ["ask": "experiments", "since": revision])
    #expect(next["ids"] == [.text(b.identity.id)])
    #expect(try column(next, "metrics.loss", "last") == [1.0])
    let c = try start("c")
    let more = try ask(dashboard, ["ask": "experiments", "since": next["revision"] ?? .null])
    #expect(more["ids"] == [.text(c.identity.id)])
    try b.finish()
    try c.finish()
    let id = c.identity.id
    try c.delete()
    let gone = try ask(dashboard, ["ask": "experiments", "since": more["revision"] ?? .null])
    #expect(gone["removed"] == [.text(id)])
    for since in ["other-3", "", "x", revision.text ?? "" + "9"] as [String] {
      let whole = try ask(dashboard, ["ask": "experiments", "since": .text("z" + since)])
      #expect(whole["whole"] == true && whole["ids"]?.elements.count == 2)
    }
  }

  @Test func `runs that differ in nothing but their seed are one group`() throws {
    for (name, rate, seed) in [("a", 0.1, 1), ("b", 0.1, 2), ("c", 0.2, 1)]
      as [(String, Double, Int64)]
    {
      let run = try start(name)
      try run.logParams([
        .init("lr", .number(rate)), .init("seed", .integer(seed)), .init("epochs", 3),
      ])
      try run.finish()
    }
    let answer = try ask(try Dashboard(increment), ["ask": "experiments"])
    #expect(try column(answer, "group") == ["lr=0.1", "lr=0.1", .null])
  }

  @Test func `a copied folder and an unreadable one have identifiers of their own`() throws {
    let a = try start("a")
    try a.logMetric("loss", 1)
    try a.finish()
    let experiments = increment.path + "/experiments"
    #expect(system("cp -r '\(experiments)/a' '\(experiments)/b'") == 0)
    #expect(system("mkdir '\(experiments)/c' && echo '{' > '\(experiments)/c/params.json'") == 0)
    let dashboard = try Dashboard(increment)
    let ids = try #require(try ask(dashboard, ["ask": "experiments"])["ids"]).elements
    #expect(ids.count >= 2)
    #expect(Set(ids.map { $0.text ?? "" }).count == ids.count)
    #expect(ids.allSatisfy { $0.text?.utf8.count == 32 })
    for id in ids {
      #expect(try ask(dashboard, ["ask": "experiment", "id": id])["error"] == nil)
    }
  }

  @Test func `a pipeline has the newest attempt of each stage and what it depends on`() throws {
    var kind = ExperimentOptions()
    kind.capture = []
    kind.kind = "pipeline"
    let pipeline = try increment.start("nightly", options: kind)
    kind.kind = "stage"
    let load = try pipeline.startChild("load", options: kind)
    try load.finish(.failed)
    let again = try pipeline.startChild("load", options: kind)
    try again.finish()
    let train = try pipeline.startChild("train", options: kind)
    try train.logFact("stage", ["depends_on": ["load"]])
    try train.finish()
    try pipeline.finish()
    let answer = try ask(
      try Dashboard(increment), ["ask": "experiment", "id": .text(pipeline.identity.id)])
    let stages = try #require(answer["pipeline"]?["stages"]).elements
    #expect(stages.map { $0["name"] } == ["load", "train"])
    #expect(stages.map { $0["id"]?.text } == [again.identity.id, train.identity.id])
    #expect(stages.map { $0["status"] } == ["completed", "completed"])
    #expect(stages.map { $0["attempts"] } == [2, 1])
    #expect(stages.map { $0["depends_on"] } == [[], [.text(again.identity.id)]])
    #expect(stages.map { $0["inside"] } == [[], []])
    let other = try ask(
      try Dashboard(increment), ["ask": "experiment", "id": .text(train.identity.id)])
    #expect(other["pipeline"] == nil)
  }

  // MARK: Curves

  private func numbers(_ answer: Value, _ series: Value) throws -> (x: Value, y: Value) {
    let place = Int(try #require(series["x"]?.integer))
    return (try #require(answer["xs"]).elements[place], try #require(series["y"]))
  }

  @Test func `curves come with their positions, and then only what is new`() throws {
    let run = try start("run")
    for step in 0..<10 { try run.logMetric("loss", 1 + Double(step)) }
    let dashboard = try Dashboard(increment)
    let request: Value = ["ask": "series", "metrics": ["loss", "none"], "columns": 100]
    let answer = try ask(dashboard, request)
    let series = try #require(answer["series"]?.elements.first)
    #expect(answer["series"]?.elements.count == 1)
    #expect(series["id"]?.text == run.identity.id && series["count"] == 10)
    let (x, y) = try numbers(answer, series)
    #expect(x == ["type": "linear", "base": 0, "count": 10])
    #expect(y["type"] == "u16" && y["low"] == 1 && y["high"] == 10)

    func again(_ known: Int64) throws -> Value {
      try ask(
        dashboard,
        .map(
          request.entries + [
            .init("have", .map([.init(Key(run.identity.id), ["loss": .integer(known)])]))
          ]))
    }
    #expect(try again(10)["series"] == [])
    try run.logMetric("loss", 7)
    let next = try #require(try again(10)["series"]?.elements.first)
    #expect(next["from"] == 10 && next["count"] == 11)
    #expect(next["y"]?["low"] == 7 && next["y"]?["high"] == 7)
    // A page that knows more than there is has seen another file: it gets all.
    #expect(try again(99)["series"]?.elements.first?["from"] == 0)
    try run.finish()
  }

  @Test func `what is not finite is marked`() throws {
    let run = try start("run")
    for value in [1, .nan, 2, .infinity] { try run.logMetric("loss", value) }
    try run.finish()
    let answer = try ask(try Dashboard(increment), ["ask": "series", "metrics": ["loss"]])
    let series = try #require(answer["series"]?.elements.first)
    #expect(series["marks"] == [[1, "NaN"], [3, "Infinity"]])
    #expect(series["breaks"] == [1])
    #expect(series["count"] == 4)
  }

  @Test func `the axis may be the time or another metric`() throws {
    let run = try start("run")
    for step in 0..<4 {
      try run.logMetric("tokens", Double(step * 1000), step: Int64(step * 2))
      try run.logMetric("loss", 1, step: Int64(step * 2 + 1))
    }
    try run.finish()
    let dashboard = try Dashboard(increment)
    func axis(_ name: String) throws -> Value {
      let answer = try ask(
        dashboard, ["ask": "series", "metrics": ["loss"], "x": .text(name), "time": true])
      return try numbers(answer, try #require(answer["series"]?.elements.first)).x
    }
    #expect(try axis("metric:tokens") == ["type": "linear", "base": 0, "scale": 1000, "count": 4])
    #expect(try #require(axis("time")["base"]?.double) > 1.6e9)
    #expect(try #require(axis("relative")["base"]?.double) < 60)
    let none = try ask(dashboard, ["ask": "series", "metrics": ["loss"], "x": "metric:none"])
    #expect(none["series"] == [])
  }

  @Test func `a resumed run goes on where it was, and a restart is a break`() throws {
    let run = try start("run")
    for step in 0..<5 { try run.logMetric("loss", 1, step: Int64(step)) }
    try run.finish()
    let dashboard = try Dashboard(increment)
    dashboard.experiments.pace = 0
    let request: Value = ["ask": "series", "metrics": ["loss"]]
    #expect(try ask(dashboard, request)["series"]?.elements.first?["count"] == 5)
    var options = ExperimentOptions()
    options.capture = []
    options.rerun = .resume
    let resumed = try increment.start("run", options: options)
    for step in 3..<8 { try resumed.logMetric("loss", 1, step: Int64(step)) }
    let series = try #require(try ask(dashboard, request)["series"]?.elements.first)
    #expect(series["count"] == 10)
    #expect(series["breaks"] == [5])
    try resumed.finish()
  }

  @Test func `metrics that are asked for later are read from the beginning`() throws {
    let run = try start("run")
    for step in 0..<100 {
      try run.logMetric("a", 1, step: Int64(step))
      try run.logMetric("b", 2, step: Int64(step))
    }
    let dashboard = try Dashboard(increment)
    func count(_ metric: String) throws -> Value? {
      try ask(dashboard, ["ask": "series", "metrics": [.text(metric)]])["series"]?.elements.first?[
        "count"]
    }
    #expect(try count("a") == 100)
    #expect(try count("b") == 100)
    try run.logMetric("a", 1)
    try run.logMetric("b", 1)
    try run.logMetric("b", 1)
    #expect(try count("a") == 101)
    #expect(try count("b") == 102)
    try run.finish()
  }

  @Test func `points that are forgotten are read again`() throws {
    let run = try start("run")
    for step in 0..<100 { try run.logMetric("a", 1, step: Int64(step)) }
    try run.finish()
    let dashboard = try Dashboard(increment)
    dashboard.curves = DashboardCurves(mostBytes: 1)
    for _ in 0..<2 {
      let answer = try ask(dashboard, ["ask": "series", "metrics": ["a"]])
      #expect(answer["series"]?.elements.first?["count"] == 100)
    }
  }

  // MARK: Others

  @Test func `a filter answers as the command line does`() throws {
    let a = try start("a")
    try a.logMetric("loss", 0.5)
    try a.finish()
    let dashboard = try Dashboard(increment)
    #expect(
      try ask(dashboard, ["ask": "filter", "where": "metrics.loss < 1"])["ids"]
        == [.text(a.identity.id)])
    let wrong = try ask(dashboard, ["ask": "filter", "where": "metrics.loss <"])
    #expect(wrong["error"]?["code"] == "InvalidArgument")
    let error = #expect(throws: TrackingError.self) { try ExperimentFilter("metrics.loss <") }
    #expect(try message(wrong) == error?.message)
    #expect(wrong["error"]?["caret"] == .list((error?.excerpt ?? []).map { .text($0) }))
  }

  @Test func `the difference of two experiments is shown, compared and explained`() throws {
    let a = try start("a")
    try a.logParam("lr", 0.1)
    try a.logMetric("loss", 0.5)
    try a.finish()
    let b = try start("b")
    try b.logParam("lr", 0.2)
    try b.logMetric("loss", 0.25)
    try b.finish()
    let dashboard = try Dashboard(increment)
    let ids: Value = [.text(a.identity.id), .text(b.identity.id)]
    let difference = try ask(dashboard, ["ask": "difference", "ids": ids])
    #expect(difference["params"]?.elements.first?["after"] == 0.2)
    #expect(difference["code"] != nil)
    let comparison = try ask(dashboard, ["ask": "comparison", "ids": ids])
    #expect(comparison["best"]?["name"] == "b")
    #expect(
      Set(comparison["rows"]?.elements.compactMap { $0["id"]?.text } ?? [])
        == [a.identity.id, b.identity.id])
    #expect(try ask(dashboard, ["ask": "comparison"])["rows"]?.elements.count == 2)
    let why = try ask(dashboard, ["ask": "why", "ids": ids])
    #expect(why["markdown"]?.text?.contains("lr") == true)
    #expect(SystemCalls.statusFollowingLinks(increment.path + "/experiments/comparison.md") != nil)
  }

  @Test func `output comes piece by piece, characters whole`() throws {
    let run = try start("run")
    _ = run.logOutput("one\n")
    try run.finish()
    let path = increment.path + "/experiments/run/output.log"
    #expect(system("printf 'abc\\303' > '\(path)'") == 0)
    let dashboard = try Dashboard(increment)
    func output(_ after: Value) throws -> Value {
      try ask(dashboard, ["ask": "output", "id": .text(run.identity.id), "after": after])
    }
    #expect(try output(0)["text"] == "abc")
    #expect(try output(0)["next"] == 3)
    #expect(try output(0)["size"] == 4)
    #expect(system("printf '\\244d' >> '\(path)'") == 0)
    #expect(try output(3)["text"] == "äd")
    #expect(try output(.null)["text"] == "abcäd")
    #expect(try output(1e300)["text"] == "")
    #expect(try output(1e300)["next"] == 6)
    #expect(try message(output(-1)).contains("'after'"))
  }

  @Test func `files are shown, and nothing outside the folder`() throws {
    let run = try start("run")
    try run.logMetric("loss", 1)
    try run.finish()
    let folder = increment.path + "/experiments/run"
    #expect(system("printf '<svg onload=alert(1)>' > '\(folder)/x.svg'") == 0)
    #expect(system("printf '\\211PNG\\r\\n' > '\(folder)/x.png'") == 0)
    #expect(system("printf 'a\\0b' > '\(folder)/x.bin'; printf plain > '\(folder)/README'") == 0)
    #expect(system("ln -s /etc/passwd '\(folder)/link.txt'; mkfifo '\(folder)/pipe.txt'") == 0)
    let dashboard = try Dashboard(increment)
    func file(_ path: String, most: Value = .null) throws -> Value {
      try ask(
        dashboard,
        ["ask": "file", "id": .text(run.identity.id), "path": .text(path), "most": most])
    }
    #expect(try file("x.svg")["text"] == "<svg onload=alert(1)>")
    #expect(try file("x.svg")["type"] == "image/svg+xml" && file("x.svg")["base64"] == nil)
    #expect(try file("x.png")["base64"] == "iVBORw0K")
    #expect(try file("x.bin")["text"] == .null)
    #expect(try file("README")["text"] == "plain")
    #expect(try file("README", most: 3)["text"] == "pla")
    #expect(try file("README", most: 3)["cut"] == true)
    for path in [
      "../../../config", "/etc/passwd", "a/../../../x", "", ".", "a\u{0}b", "link.txt", "pipe.txt",
      "none", String(repeating: "a/", count: 5000),
    ] {
      #expect(try file(path)["error"] != nil, "\(path)")
    }
  }

  @Test func `a file is passed on in pieces as it is`() throws {
    let run = try start("run")
    try run.finish()
    let path = increment.path + "/experiments/run/page.html"
    #expect(system("printf '<\\0a>' > '\(path)'") == 0)
    let dashboard = try Dashboard(increment)
    func piece(_ after: Value) throws -> Value {
      try ask(
        dashboard,
        [
          "ask": "file", "id": .text(run.identity.id), "path": "page.html", "as": "base64",
          "after": after, "most": 3,
        ])
    }
    #expect(try piece(.null)["base64"] == "PABh")
    #expect(try piece(.null)["next"] == 3 && piece(.null)["size"] == 4)
    #expect(try piece(3)["base64"] == "Pg==" && piece(3)["next"] == 4)
    #expect(try piece(1e300)["base64"] == "" && piece(1e300)["next"] == 4)
    #expect(try message(piece(-1)).contains("'after'"))
  }

  @Test func `logged texts and images are listed by key, step and index`() throws {
    let run = try start("run")
    try run.logText("sample", "first", step: 1)
    try run.logText("sample", "second", step: 2)
    try run.finish()
    let dashboard = try Dashboard(increment)
    let id = Value.text(run.identity.id)
    #expect(
      try ask(dashboard, ["ask": "images", "id": id])["keys"]
        == [["key": "sample", "kind": "text", "count": 2]])
    let steps = try ask(dashboard, ["ask": "images", "id": id, "key": "sample"])["images"]
    #expect(steps?.elements.map { $0["step"] } == [1, 2])
    let second = try ask(dashboard, ["ask": "images", "id": id, "key": "sample", "index": 1])
    #expect(second["text"] == "second")
    #expect(
      try ask(dashboard, ["ask": "images", "id": id, "key": "sample", "index": 9])["error"] != nil)
  }

  @Test func `edits are refused unless they are allowed`() throws {
    let run = try start("run")
    try run.finish()
    let request: Value = ["ask": "edit", "id": .text(run.identity.id), "note": "look here"]
    #expect(try message(ask(try Dashboard(increment), request)).contains("--edit"))
    var options = Dashboard.Options()
    options.edit = true
    let dashboard = try Dashboard(increment, options)
    #expect(try ask(dashboard, ["ask": "experiments"])["editable"] == true)
    let answer = try ask(dashboard, request)
    #expect(answer["notes"]?.elements.first?["text"] == "look here")
    let id = Value.text(run.identity.id)
    #expect(try ask(dashboard, ["ask": "edit", "id": id, "add_tag": "x"])["tags"] == ["x"])
    #expect(try ask(dashboard, ["ask": "edit", "id": id, "remove_tag": "x"])["tags"] == [])
    let selected = try ask(
      dashboard, ["ask": "edit", "id": id, "select": true, "reasons": ["fast"]])
    #expect(selected["selection"]?["selected"] == true)
    #expect(try message(ask(dashboard, ["ask": "edit", "id": id, "note": "  "])).contains("empty"))
    #expect(try message(ask(dashboard, ["ask": "edit", "id": id])).contains("nothing to change"))
    #expect(try increment.load("run").snapshot().notes.map(\.text) == ["look here"])
  }

  @Test func `what is wrong with a request is its answer`() throws {
    let run = try start("run")
    try run.logMetric("loss", 1)
    try run.finish()
    let dashboard = try Dashboard(increment)
    let id = run.identity.id
    let wrong: [String] = [
      "", "{", "nonsense", "\u{0}", "1", "null", "\"x\"", "{}", #"{"ask": 1}"#,
      #"{"ask": "none"}"#, #"{"ask": "series"}"#, #"{"ask": "series", "metrics": "loss"}"#,
      #"{"ask": "series", "metrics": ["loss"], "columns": -1}"#,
      #"{"ask": "series", "metrics": ["loss"], "columns": "many"}"#,
      #"{"ask": "series", "metrics": ["loss"], "from": NaN}"#,
      #"{"ask": "series", "metrics": ["loss"], "x": "depth"}"#,
      #"{"ask": "series", "metrics": ["loss"], "have": [1]}"#,
      #"{"ask": "series", "metrics": [1]}"#, #"{"ask": "experiment"}"#,
      #"{"ask": "experiment", "id": "0123456789abcdef0123456789abcdef"}"#,
      #"{"ask": "experiment", "id": ["x"]}"#, #"{"ask": "difference", "ids": ["\#(id)"]}"#,
      #"{"ask": "comparison", "options": []}"#, #"{"ask": "comparison", "ids": ["x"]}"#,
      #"{"ask": "comparison", "options": {"nonsense": 1}}"#, #"{"ask": "filter"}"#,
      #"{"ask": "output", "id": "x"}"#, #"{"ask": "file", "id": "\#(id)"}"#,
      String(repeating: "[", count: 100_000),
    ]
    for request in wrong {
      let answer = try Value(json: dashboard.ask(Array(request.utf8)))
      #expect(!(try message(answer)).isEmpty, "\(request.prefix(80))")
    }
    for columns in ["1e300", "99999999999999999999", "0", "5"] {
      let request = #"{"ask": "series", "metrics": ["loss"], "columns": \#(columns)}"#
      let answer = try Value(json: dashboard.ask(Array(request.utf8)))
      #expect(answer["series"]?.elements.count == 1, "\(columns)")
    }
    let have = #"{"ask": "series", "metrics": ["loss"], "have": {"\#(id)": {"loss": -1e308}}}"#
    #expect(try Value(json: dashboard.ask(Array(have.utf8)))["series"]?.elements.count == 1)
    // One that is wrong does not hinder the others.
    let answers = try Value(
      json: dashboard.ask(Array(#"[{"ask": "none"}, {"ask": "experiments"}, 7]"#.utf8)))
    #expect(answers.elements.map { $0["error"] != nil } == [true, false, true])
  }

  @Test func `the policy of the page comes where no experiment can be read`() throws {
    let dashboard = try Dashboard(increment)
    try FileManager.default.removeItem(atPath: increment.path)
    try Data().write(to: URL(filePath: increment.path))
    let refused = try ask(dashboard, ["ask": "experiments"])
    #expect(refused["error"] != nil)
    #expect(try ask(dashboard, ["ask": "policy"])["policy"]?.text == (try dashboard.policy()))
  }

  @Test func `a list makes no answer without bounds`() throws {
    let run = try start("run")
    try run.logMetric("loss", 1)
    try run.finish()
    let dashboard = try Dashboard(increment)
    let id = Value.text(run.identity.id)
    let twice = try ask(
      dashboard, ["ask": "series", "metrics": ["loss", "loss"], "ids": [id, id, id]])
    #expect(twice["series"]?.elements.count == 1)
    let one: Value = ["ask": "filter", "where": "name = 'run'"]
    let most = try ask(dashboard, .list(Array(repeating: one, count: 1000)))
    #expect(most.elements.count == 1000 && most.elements.allSatisfy { $0["ids"] == [id] })
    let more = try ask(dashboard, .list(Array(repeating: one, count: 1001)))
    #expect(try message(more).contains("at most 1000"))
    dashboard.mostAnswerBytes = 1
    let answers = try ask(dashboard, [one, one]).elements
    #expect(answers.first?["ids"] == [id])
    let last = try #require(answers.last)
    #expect(try message(last).contains("by itself"))
  }

  @Test func `no option of a comparison leads out of what is shown`() throws {
    var shown: [String] = []
    for name in ["one", "two"] {
      let run = try start(name)
      try run.logParam("model", .text(name))
      try run.logMetric("loss", 1)
      try run.finish()
      shown.append(run.identity.id)
    }
    #expect(system("mkdir -p '\(sandbox.path)/.specweave/increments/0043-other/experiments'") == 0)
    let other = try Increment.find("43", from: sandbox.path)
    var options = ExperimentOptions()
    options.capture = []
    let secret = try other.start("secret", options: options)
    try secret.logMetric("loss", 0.5)
    try secret.finish()
    let dashboard = try Dashboard(increment)
    let path = "\(other.path)/experiments/secret"
    for name in [path, "../../\(other.path.lastPathPart)/experiments/secret"] {
      let named: Value = ["ask": "comparison", "options": ["experiments": ["one", .text(name)]]]
      #expect(try message(ask(dashboard, named)).contains("not paths"), "\(name)")
      let only: Value = ["ask": "comparison", "options": ["only": [.text(name)]]]
      let rows = try #require(try ask(dashboard, only)["rows"]).elements
      #expect(Set(rows.compactMap { $0["id"]?.text }) == Set(shown), "\(name)")
    }
    let named: Value = ["ask": "comparison", "options": ["experiments": ["one", "two"]]]
    #expect(try ask(dashboard, named)["rows"]?.elements.count == 2)
  }

  @Test func `hostile keys come back as they are shown`() throws {
    let keys: [[UInt8]] = [
      Array("</script>".utf8), [0x61, 0x00, 0x62], [0xFF, 0xFE], Array("\u{202E}x".utf8),
    ]
    let run = try start("</script><b>")
    for key in keys { _ = try run.log(Key(bytes: key), .double(1), step: 0) }
    try run.finish()
    let dashboard = try Dashboard(increment)
    for key in keys {
      let answer = try ask(
        dashboard, ["ask": "series", "metrics": [.text(Key(bytes: key).text)]])
      #expect(answer["series"]?.elements.count == 1, "\(key)")
    }
    let html = String(decoding: try dashboard.file(), as: UTF8.self)
    #expect(!html.contains("</script><b>"))
  }

  // MARK: The file

  @Test func `the file holds the experiments, curves and comparison`() throws {
    let run = try start("run")
    for step in 0..<100 { try run.logMetric("loss", Double(step)) }
    try run.finish()
    let dashboard = try Dashboard(increment)
    let data = try Self.data(try dashboard.file())
    #expect(data["embedded"] == true)
    let answers = try #require(data["answers"])
    #expect(answers["experiments"]?["ids"] == [.text(run.identity.id)])
    let series = try #require(answers["series"]?.elements.first?["series"]?.elements.first)
    #expect(series["count"] == 100 && series["t"]?.integer != nil)
    #expect(answers["experiment"]?[Key(run.identity.id)]?["name"] == "run")
    #expect(answers["comparison"]?["rows"]?.elements.count == 1)
    let none = try Self.data(try dashboard.file(of: []))
    #expect(none["answers"]?["experiments"]?["ids"] == [])
  }

  private static func data(_ page: [UInt8]) throws -> Value {
    let text = String(decoding: page, as: UTF8.self)
    let open = #"<script type="application/json" id="data">"#
    let start = try #require(text.range(of: open))
    let end = try #require(text[start.upperBound...].range(of: "</script>"))
    return try Value(json: Array(text[start.upperBound..<end.lowerBound].utf8))
  }

  @Test func `all of a project is shown, and what comes to it`() throws {
    let a = try start("a")
    try a.finish()
    var options = Dashboard.Options()
    options.directory = sandbox.path
    let dashboard = try Dashboard(nil, options)
    let first = try ask(dashboard, ["ask": "experiments"])
    #expect(first["ids"]?.elements.count == 1)
    #expect(first["increments"]?.elements.contains { $0["name"]?.text == increment.name } == true)
    let error = #expect(throws: TrackingError.self) {
      var options = Dashboard.Options()
      options.directory = "/"
      _ = try Dashboard(nil, options)
    }
    #expect(error?.code == .incrementNotFound)
  }
}
