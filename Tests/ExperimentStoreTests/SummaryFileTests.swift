import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentStore

/// `.summary.json`, and the views beside it where there is no event file.
@Suite struct SummaryFileTests {
  private func summary(_ key: Key, _ values: [Double]) -> MetricSummary {
    var summary = MetricSummary(
      Point(key: key, value: .double(values[0]), step: 0, time: 1_763_000_000.25))
    for (step, value) in values.enumerated().dropFirst() {
      summary.add(.double(value), step: Int64(step), time: 1_763_000_000.125 + Double(step))
    }
    return summary
  }

  private func snapshot() -> ExperimentSnapshot {
    var snapshot = ExperimentSnapshot(
      identity: ExperimentIdentity(
        id: "00112233445566778899aabbccddeeff", name: "x", number: 1, created: 1_763_000_000.123456),
      folder: "x")
    snapshot.status = .completed
    snapshot.ended = 1_763_000_060.1
    snapshot.duration = 59.98765432
    snapshot.closed = "finish"
    snapshot.lastWrite = 1_763_000_060.1
    snapshot.params = [
      .init(key: "depth", value: 6, previous: [3, 4]), .init(key: "rate", value: 0.1),
      .init(key: "big", value: .bigInteger("1180591620717411303424")),
    ]
    snapshot.metrics = [
      summary("auc", [0.5, 0.75, 0.7]), summary("loss", [0.25]), summary("n", [1, 3, 2]),
    ]
    snapshot.tags = ["baseline"]
    snapshot.notes = [.init(time: 1_763_000_001.5, text: "two\nlines")]
    snapshot.selection = Selection(
      rationale: ["the best"], by: "ana", time: 1_763_000_002.25)
    snapshot.facts = [
      .init("git", ["commit": "abc", "dirty": false]),
      .init("data", ["train": ["columns": .map((0..<30).map { .init(Key("c\($0)"), "f8") })]]),
    ]
    snapshot.artifacts = [
      Artifact(path: "a", size: 3, sha256: "ff", kind: "text", details: ["rows": 3])
    ]
    return snapshot
  }

  /// A folder with the views of the snapshot and no event file.
  private struct Folder {
    private let folder: TemporaryFolder
    let directory: Directory

    init(_ views: Views, without: [String] = []) throws {
      folder = try TemporaryFolder()
      directory = try Directory.open(folder.path)
      for (name, bytes) in try views.contents() where !without.contains(name) {
        try directory.replace(name, bytes)
      }
    }

    func read() throws -> ExperimentSnapshot {
      try #require(try ExperimentReader(directory, folder: "x").recorded())
    }
  }

  @Test func `it tells all that was known`() throws {
    let file = try #require(SummaryFile(try Views(of: snapshot()).contents()[3].bytes))
    #expect(file.isExact)
    #expect(file.snapshot(folder: "x") == snapshot())
  }

  @Test func `it tells metrics of any value and name`() throws {
    let keys: [Key] = ["auc", "fold/0/auc", "true", "a b", "模型", "x: y", "1.5", "a\nb", "a\"b"]
    let values: [[Double]] = [
      [0.1, 0.2], [.nan], [.infinity, -.infinity], [-0.0], [1e300, 1e-300],
      [.leastNonzeroMagnitude, 1], [0.8271999999999999, 1 / 3], [9_007_199_254_740_992, -12.5], [3],
    ]
    var known = snapshot()
    known.metrics = zip(keys, values).map { summary($0, $1) }
    let file = try #require(SummaryFile(try Views(of: known).contents()[3].bytes))
    #expect(file.isExact)
    // A NaN equals nothing, so the texts are compared.
    let told = "\(file.snapshot(folder: "x").metrics)"
    #expect(told == "\(known.metrics)".replacing("-nan", with: "nan"))
  }

  @Test func `what JSON cannot tell makes it inexact`() throws {
    for change: (inout ExperimentSnapshot) -> Void in [
      { $0.params[1].value = .number(.nan) }, { $0.params[1].previous = [.number(.infinity)] },
      { $0.params[1].key = Key(bytes: [0xFF]) }, { $0.metrics[0].key = Key(bytes: [0xFF]) },
      { $0.facts[0].value = ["a": .number(-.infinity)] },
      { $0.artifacts[0].details = ["a": .number(.nan)] },
      { $0.metrics[0].last = .double(Double(bitPattern: 0x7FF8_0000_0000_0001)) },
    ] {
      var known = snapshot()
      change(&known)
      #expect(SummaryFile(try Views(of: known).contents()[3].bytes)?.isExact == false)
    }
  }

  @Test func `without event files the summary tells what no view does`() throws {
    let folder = try Folder(try Views(of: snapshot()))
    var expected = snapshot()
    expected.history = .missing
    #expect(try folder.read() == expected)
  }

  @Test func `a view that was edited counts more than the summary`() throws {
    let folder = try Folder(try Views(of: snapshot()))
    let directory = folder.directory
    try directory.replace("params.json", Array("{\"depth\": 7}".utf8))
    var edited = try folder.read()
    #expect(edited.params == [.init(key: "depth", value: 7)])
    #expect(edited.metrics == snapshot().metrics && edited.tags == ["baseline"])
    try directory.replace("metrics.json", Array("{\"auc\": 0.9}".utf8))
    edited = try folder.read()
    #expect(edited.metrics.map(\.last) == [.double(0.9)])
    #expect(edited.artifacts == snapshot().artifacts)
    let page = try #require(try directory.read("metadata.yaml"))
    let text = String(decoding: page, as: UTF8.self).replacing("baseline", with: "production")
    try directory.replace("metadata.yaml", Array(text.utf8))
    edited = try folder.read()
    #expect(edited.tags == ["production"] && edited.status == .completed && edited.problems.isEmpty)
    try directory.replace("metadata.yaml", Array("tags: [".utf8))
    edited = try folder.read()
    #expect(edited.tags == ["baseline"] && edited.status == .completed)
    #expect(edited.problems.count == 1 && edited.problems[0].hasPrefix("metadata.yaml: line 1"))
  }

  @Test func `with neither events nor summary the page tells what people see in it`() throws {
    let folder = try Folder(try Views(of: snapshot()), without: [Views.summary])
    let read = try folder.read()
    let known = snapshot()
    #expect(read.identity.name == "x" && read.identity.id == known.identity.id)
    #expect(read.identity.number == 1 && read.identity.kind == "experiment")
    #expect(read.status == .completed && read.closed == "finish" && read.duration == 59.988)
    #expect(read.params == known.params && read.tags == known.tags && read.notes == known.notes)
    #expect(read.selection == known.selection && read.history == .missing)
    #expect(read.metrics.map(\.last) == known.metrics.map(\.last))
    #expect(read.metric("auc")?.maximum == 0.75 && read.metric("auc")?.maximumStep == 1)
    #expect(read.metric("auc")?.count == 3 && read.metric("auc")?.mean.isNaN == true)
    #expect(read.metric("n")?.minimum == 1 && read.metric("n")?.maximum == 3)
    #expect(read.artifacts.map(\.path) == ["a"])
    #expect(read.fact("git") == ["commit": "abc", "dirty": false])
  }

  @Test func `the page is short, whatever was recorded`() throws {
    let page = try #require(Views(of: snapshot()).contents().first { $0.name == "metadata.yaml" })
    #expect(
      String(decoding: page.bytes, as: UTF8.self) == """
        format: 1
        name: x
        id: "00112233445566778899aabbccddeeff"
        number: 1
        status: completed
        created: "2025-11-13T02:13:20.123456Z"
        ended: "2025-11-13T02:14:20.100000Z"
        duration: 59.988
        tags: [baseline]
        notes:
          - time: "2025-11-13T02:13:21.500000Z"
            text: |-
              two
              lines
        selection:
          by: ana
          time: "2025-11-13T02:13:22.250000Z"
          rationale: ["the best"]
        metrics:
          auc: {last: 0.7, best: 0.75, best_step: 1, points: 3}
          loss: 0.25
          "n": {last: 2.0, min: 1.0, max: 3.0, points: 3}
        params_changed:
          depth: [3, 4]
        git:
          commit: abc
          dirty: false
        data:
          train:
            columns: {c0: f8, c1: f8, c2: f8, "...": "27 more"}
        artifacts:
          - {path: a, kind: text, size: 3, sha256: ff}

        """)
    var long = snapshot()
    long.metrics = (0..<300).map { summary(Key("m\($0)"), [1]) }
    long.facts = [.init("list", ["all": .list((0..<500).map { .integer($0) })])]
    long.facts.append(.init("many", .map((0..<20).map { .init(Key("k\($0)"), 1) })))
    long.artifacts.append(Artifact(path: "environment/x", size: 1, sha256: "", kind: "environment"))
    let metadata = MetadataPage.encode(long)
    #expect(metadata["metrics"]?.entries.count == 100 && metadata["metrics_left_out"] == 200)
    #expect(metadata["list"]?["all"] == [0, 1, 2, "... and 497 more"])
    #expect(metadata["many"]?.entries.count == 20)
    #expect(metadata["artifacts"]?.elements.map { $0["path"] } == ["a"])
  }
}
