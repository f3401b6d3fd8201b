import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct WatchTests {
  private static let created = 1_795_000_001.0
  /// When the points of the samples were logged.
  private static let logged = 1_795_000_100.0

  private func running(
    _ name: String = "x", _ metrics: KeyValuePairs<Key, MetricValue> = ["loss": 0.5]
  ) -> ExperimentSnapshot {
    experiment(name, metrics, status: .running)
  }

  private func add(
    _ value: Double, to snapshot: inout ExperimentSnapshot, step: Int64 = 1,
    time: Double = logged
  ) {
    snapshot.metrics[0].add(.double(value), step: step, time: time)
  }

  /// The kinds and messages of what happens at each look.
  private func look(
    _ memory: inout WatchMemory, _ snapshots: [ExperimentSnapshot], after seconds: Double = 1
  ) -> [String] {
    memory.look(at: snapshots.map { WatchedExperiment($0) }, now: Self.logged + seconds)
      .map { "\($0.kind.rawValue): \($0.message)" }
  }

  @Test func `a metric that is no number is told once, and again only after it was one`() {
    var memory = WatchMemory(AlertRules(), in: "0042")
    var x = running()
    #expect(look(&memory, [x]) == [])
    add(.nan, to: &x)
    #expect(look(&memory, [x]) == ["not-finite: loss of 'x' is NaN at step 1"])
    add(.infinity, to: &x, step: 2)
    #expect(look(&memory, [x]) == [])
    add(0.25, to: &x, step: 3)
    #expect(
      look(&memory, [x]) == ["recovered: loss of 'x' is a number again: 0.25 at step 3"])
    add(-.infinity, to: &x, step: 4)
    #expect(look(&memory, [x]) == ["not-finite: loss of 'x' is -inf at step 4"])
  }

  @Test func `only the metrics that are asked for are looked at`() {
    var memory = WatchMemory(AlertRules(metrics: ["auc"]), in: "0042")
    let x = running("x", ["loss": .double(.nan), "auc": .double(.infinity)])
    #expect(look(&memory, [x]) == ["not-finite: auc of 'x' is inf at step 0"])
  }

  @Test func `an experiment without a new point stalls, and recovers with the next one`() {
    var memory = WatchMemory(AlertRules(stall: 60), in: "0042")
    var x = running()
    #expect(look(&memory, [x], after: 59.9) == [])
    let stalled = "stalled: 'x' has logged no point for 1m; the last one: loss at step 0"
    #expect(look(&memory, [x], after: 60) == [stalled])
    #expect(look(&memory, [x], after: 600) == [])
    // Its time is one of the past, but it is new.
    add(0.4, to: &x, time: Self.logged + 1)
    #expect(look(&memory, [x], after: 601) == ["recovered: 'x' logs points again"])
    #expect(look(&memory, [x], after: 660) == [])
    #expect(
      look(&memory, [x], after: 661)
        == ["stalled: 'x' has logged no point for 1m; the last one: loss at step 1"])
  }

  @Test func `one without any point stalls from its start on`() {
    var memory = WatchMemory(AlertRules(stall: 60), in: "0042")
    let x = running("x", [:])
    #expect(look(&memory, [x], after: Self.created + 59 - Self.logged) == [])
    #expect(
      look(&memory, [x], after: Self.created + 3725 - Self.logged)
        == ["stalled: 'x' has logged no point for 1h 2m"])
  }

  @Test func `how busy the machine is does not tell that an experiment gets on`() {
    var memory = WatchMemory(AlertRules(stall: 60), in: "0042")
    var x = running("x", ["loss": 0.5, "system/cpu_percent": 3.0])
    x.metrics[1].add(.double(4), step: 1, time: Self.logged + 90)
    #expect(
      look(&memory, [x], after: 90)
        == ["stalled: 'x' has logged no point for 1m; the last one: loss at step 0"])
  }

  @Test func `times of the future, a session that has just begun and points inside keep it alive`()
  {
    var memory = WatchMemory(AlertRules(stall: 60), in: "0042")
    let now = Self.logged + 1000
    var ahead = running("ahead")
    add(0.4, to: &ahead, time: Self.logged + 1e9)
    let resumed = WatchedExperiment(running("resumed"), sessionStart: now - 10)
    var inside = combination(1, of: running("sweep", [:]), ["loss": 0.5])
    inside.metrics[0].lastTime = now - 59
    let sweep = WatchedExperiment(running("sweep", [:]), inside: [inside])
    let events = memory.look(at: [WatchedExperiment(ahead), resumed, sweep], now: now)
    #expect(events == [])
  }

  @Test func `one of another host is under way as long as it logs points`() {
    var memory = WatchMemory(AlertRules(stall: 60), in: "0042")
    var x = running()
    x.status = .unknown
    #expect(look(&memory, [x], after: 59) == [])
    #expect(memory.isUnderWay(WatchedExperiment(x)))
    #expect(look(&memory, [x], after: 60).count == 1)
    #expect(!memory.isUnderWay(WatchedExperiment(x)))
    add(0.25, to: &x)
    #expect(look(&memory, [x], after: 61) == ["recovered: 'x' logs points again"])
    // One that had stalled before may have ended long ago.
    var later = WatchMemory(AlertRules(stall: 60), in: "0042")
    #expect(look(&later, [x], after: 3600) == [])
    #expect(!later.isUnderWay(WatchedExperiment(x)))
    add(0.125, to: &x)
    #expect(look(&later, [x], after: 3601) == ["recovered: 'x' logs points again"])
  }

  @Test func `never is never`() {
    var memory = WatchMemory(AlertRules(stall: nil), in: "0042")
    #expect(look(&memory, [running()], after: 1e9) == [])
  }

  @Test func `crashes and failures are alerts, other ends and starts are told`() {
    var memory = WatchMemory(AlertRules(), in: "0042")
    var (x, y, z) = (running("x"), running("y"), running("z"))
    #expect(look(&memory, [x]) == [])
    #expect(look(&memory, [x, y, z]) == ["started: 'y' started", "started: 'z' started"])
    x.status = .crashed
    y.status = .failed
    y.failure = Failure(type: "ValueError", message: "no data\nat all")
    z.status = .completed
    z.duration = 125
    let quick = experiment("quick", ["loss": .double(.nan)], status: .interrupted)
    #expect(
      look(&memory, [x, y, z, quick]) == [
        "crashed: 'x' crashed: its process is gone and no end is recorded",
        "failed: 'y' failed: ValueError: no data",
        "completed: 'z' completed after 2m",
        "interrupted: 'quick' was interrupted",
        "not-finite: loss of 'quick' is NaN at step 0",
      ])
    #expect(look(&memory, [x, y, z, quick]) == [])
    x.status = .running
    #expect(look(&memory, [x, y, z, quick]) == ["resumed: 'x' runs again"])
    x.status = .crashed
    #expect(
      look(&memory, [x, y, z, quick])
        == ["crashed: 'x' crashed: its process is gone and no end is recorded"])
  }

  @Test func `what was over before the first look is told only if asked for`() {
    let old = [
      experiment("failed", status: .failed), experiment("crashed", status: .crashed),
      experiment("nan", ["loss": .double(.nan)]), experiment("fine"),
    ]
    var memory = WatchMemory(AlertRules(), in: "0042")
    #expect(look(&memory, old) == [])
    #expect(look(&memory, old) == [])
    var asked = WatchMemory(AlertRules(), in: "0042", tellsOld: true)
    #expect(
      look(&asked, old) == [
        "failed: 'failed' failed",
        "crashed: 'crashed' crashed: its process is gone and no end is recorded",
        "not-finite: loss of 'nan' is NaN at step 0",
      ])
    #expect(look(&asked, old) == [])
  }

  @Test func `one that vanishes is told once, and another in its folder is a new one`() {
    var memory = WatchMemory(AlertRules(), in: "0042")
    var x = running()
    #expect(look(&memory, [x, running("y")]) == [])
    #expect(
      look(&memory, [x]) == ["gone: 'y' is not there any more: moved, archived or deleted"])
    #expect(look(&memory, [x]) == [])
    x.identity.id = "another"
    #expect(look(&memory, [x]) == ["started: 'x' started"])
  }

  @Test func `names cannot move the cursor`() {
    var memory = WatchMemory(AlertRules(), in: "0042")
    let events = look(&memory, [running("a\u{1B}[2Jb\n", ["k\u{1B}": .double(.nan)])])
    #expect(events == [#"not-finite: k\u{1B} of 'a\u{1B}[2Jb\n' is NaN at step 0"#])
  }

  @Test func `an alert has its numbers apart, for programs`() throws {
    var memory = WatchMemory(AlertRules(), in: "0042")
    let event = try #require(
      memory.look(
        at: [WatchedExperiment(running("x", ["loss": .double(.nan)]))], now: Self.logged + 1.5
      ).first)
    #expect(
      String(decoding: try Value.map(event.members).json(layout: .compact), as: UTF8.self)
        == #"{"kind": "not-finite", "alert": true, "experiment": "x", "folder": "x", "#
        + #""increment": "0042", "metric": "loss", "value": "NaN", "step": 0, "#
        + #""since": 1795000100.0, "time": 1795000101.5, "#
        + #""message": "loss of 'x' is NaN at step 0"}"#)
    #expect(event.variables["SPECWEAVE_ALERT"] == "not-finite")
    #expect(event.variables["SPECWEAVE_VALUE"] == "NaN")
    #expect(event.variables["SPECWEAVE_TIME"] == "2026-11-18T11:08:21.500000Z")
  }

  @Test func `spans are read and written`() throws {
    let texts = ["90s": 90.0, "10m": 600, "2 h": 7200, "1d": 86_400, "45": 45, "3 minutes": 180]
    for (text, seconds) in texts { #expect(try SpanText.seconds(text) == seconds) }
    for text in ["", "m", "-5m", "1mo", "1.5h", "99999999999", "9999999999999999999999s"] {
      #expect(throws: TrackingError.self) { try SpanText.seconds(text) }
    }
    #expect(
      [0, 59.9, 60, 3599, 3600, 7500, 172_799, 172_800, 273_600, -5, 1e300].map(SpanText.of) == [
        "0s", "59s", "1m", "59m", "1h 0m", "2h 5m", "47h 59m", "2d 0h", "3d 4h", "0s",
        "1157407d 9h",
      ])
  }
}

@Suite struct WatchScreenTests {
  private static let now = 1_795_000_230.0

  private func rows(_ count: Int) -> [WatchScreen.Row] {
    (1...max(1, count)).prefix(count).map { number in
      var snapshot = experiment(
        "exp-\(number)", number: UInt64(number), ["loss": .double(1 / Double(number))],
        status: number % 2 == 0 ? .completed : .running)
      snapshot.lastWrite = 1_795_000_100
      return WatchScreen.Row(snapshot, lastActive: 1_795_000_100, alerts: [])
    }
  }

  private func lines(
    _ rows: [WatchScreen.Row], _ width: Int, _ height: Int?, events: [WatchEvent] = [],
    metrics: [Key] = [], remark: String = "Ctrl-C ends"
  ) -> [String] {
    WatchScreen(
      of: "0042-recommendation", rows, metrics: metrics, events: events, now: Self.now,
      remark: remark
    ).lines(.init(width: width, height: height, colours: false)) { _, _ in
      [5, 4, 3, 2, 1]
    }
  }

  @Test func `what runs comes first, with how its metrics went`() {
    #expect(
      lines(rows(3), 60, 6) == [
        "0042-recommendation   2 running · 1 completed · 11:10:30 UTC",
        "name   status     time  idle  loss",
        "exp-3  running      2m    2m  0.333 █▇▅▃▁",
        "exp-1  running      2m    2m  1.000 █▇▅▃▁",
        "exp-2  completed              0.500 █▇▅▃▁",
        "Ctrl-C ends",
      ])
  }

  @Test func `it is never wider or higher than the terminal`() {
    var memory = WatchMemory(AlertRules(), in: "0042")
    let wide = experiment(
      String(repeating: "名", count: 60), ["val/long": .double(.nan), "loss": 1.0],
      status: .running)
    let events = memory.look(at: [WatchedExperiment(wide)], now: Self.now)
    #expect(events.count == 1)
    for width in [1, 5, 20, 40, 80, 200] {
      for height in [1, 2, 3, 5, 6, 10, 24, 50] {
        let rows = rows(70) + [.init(wide, lastActive: 0, alerts: events)]
        let shown = lines(rows, width, height, events: events)
        #expect(shown.count <= height, "\(width) x \(height)")
        #expect(shown.allSatisfy { TextWidth.of($0) <= width }, "\(width) x \(height)")
      }
    }
  }

  @Test func `what does not fit is counted`() {
    let shown = lines(rows(40), 80, 10)
    #expect(shown.count == 10)
    #expect(shown.dropLast().last == "… and 34 more")
    #expect(shown.last == "Ctrl-C ends")
  }

  @Test func `what happens to several metrics at once is one line`() {
    var memory = WatchMemory(AlertRules(), in: "0042")
    let x = experiment(
      "x", ["loss": .double(.nan), "auc": .double(.nan), "f1": 0.5], status: .running)
    let y = experiment("y", number: 2, ["loss": .double(.nan)], status: .failed)
    let events =
      memory.look(at: [WatchedExperiment(x)], now: Self.now)
      + memory.look(at: [WatchedExperiment(x), WatchedExperiment(y)], now: Self.now + 1)
    #expect(
      lines([], 80, 24, events: events).dropFirst(3).prefix(3) == [
        "11:10:30  loss of 'x' is NaN at step 0 (and 1 more metric)",
        "11:10:31  loss of 'y' is NaN at step 0",
        "11:10:31  'y' failed",
      ])
  }

  @Test func `an increment without experiments says so`() {
    #expect(lines([], 80, 24)[1] == "No experiments yet.")
  }

  @Test func `a sketch has the means of equal stretches, whatever the number of points`() {
    var sketch = CurveSketch()
    for value in [1.0, .nan, 3] { sketch.add(value) }
    #expect(sketch.values.map(\.description) == ["1.0", "nan", "3.0"])
    sketch = CurveSketch()
    for step in 0..<100_000 { sketch.add(Double(step)) }
    let values = sketch.values
    #expect((128...256).contains(values.count))
    #expect(values == values.sorted())
    #expect(values[0] == 255.5)
    #expect(values[1] == 767.5)
  }
}
