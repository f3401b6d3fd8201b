import ExperimentStore
import Testing
import TrackingEntities

@Suite struct MetricLinesTests {
  private func snapshot(_ metrics: [MetricSummary]) -> ExperimentSnapshot {
    var snapshot = ExperimentSnapshot(
      identity: ExperimentIdentity(id: "ab", name: "x", number: 1, created: 1), folder: "x")
    snapshot.metrics = metrics
    snapshot.notes = [.init(time: 1, text: "first\nmetrics:\n  - key: a\nlast")]
    snapshot.facts = [.init("git", ["branch": "main", "metrics": ["a", "b"]])]
    return snapshot
  }

  private func summary(_ key: Key, _ values: [Double]) -> MetricSummary {
    var steps = values.indices.map(Int64.init).makeIterator()
    var summary = MetricSummary(
      Point(key: key, value: .double(values[0]), step: steps.next() ?? 0, time: 1_763_000_000.25))
    for value in values.dropFirst() {
      summary.add(.double(value), step: steps.next() ?? 0, time: 1_763_000_000.125 + value)
    }
    return summary
  }

  private func lines(_ views: Views) throws -> MetricLines? {
    let body = try #require(Views.unsealed(views.metadata))
    return Array(body).withUnsafeBufferPointer { MetricLines($0) }
  }

  /// As the general reader tells it.
  private func general(_ views: Views) throws -> ExperimentSnapshot {
    MetadataView.decode(
      metadata: try YAMLParser.parse(Array(try #require(Views.unsealed(views.metadata)))),
      params: try JSONParser.parse(views.params), metrics: try JSONParser.parse(views.metrics),
      folder: "x")
  }

  @Test func `they tell what the general reader tells`() throws {
    let keys: [Key] = ["auc", "fold/0/auc", "true", "a b", "模型", "x: y", "1.5", "nan", "~"]
    let values: [[Double]] = [
      [0.1, 0.2], [.nan], [.infinity, -.infinity], [-0.0], [1e300, 1e-300],
      [.leastNonzeroMagnitude, 1], [0.8271999999999999, 1 / 3], [9_007_199_254_740_992, -12.5], [3],
    ]
    let metrics = zip(keys, values).map { summary($0, $1) }
    let views = try Views(of: snapshot(metrics))
    let lines = try #require(try lines(views))
    let read = try #require(lines.completed(by: try JSONParser.parse(views.metrics)))
    let expected = try general(views).metrics
    #expect(read.map(\.key) == keys)
    // A NaN equals nothing, so the texts are compared.
    #expect(read.map { "\($0)" } == expected.map { "\($0)" })
    let rest = try YAMLParser.parse(lines.rest)
    let whole = try YAMLParser.parse(Array(try #require(Views.unsealed(views.metadata))))
    #expect(rest.entries == whole.entries.filter { $0.key != "metrics" })
  }

  @Test func `what they do not know is left to the general reader`() throws {
    #expect(try lines(Views(of: snapshot([]))) == nil)
    for key: Key in ["a\nb", "a\"b", "tab\t"] {
      #expect(try lines(Views(of: snapshot([summary(key, [1])]))) == nil)
    }
    let views = try Views(of: snapshot([summary("a", [1]), summary("b", [2])]))
    let text = String(decoding: views.metadata, as: UTF8.self)
    let changes = [
      ("    count: 1\n", "    count:  1\n"), ("    mean: 1.0\n", "    mean: one\n"),
      ("    count: 1\n", "    count: 99999999999999999999\n"), ("    highest_step: 0\n", ""),
      ("    max: 1.0\n", "    max: 1.0\n    more: 1\n"), ("- key: b", "-  key: b"),
    ]
    for (old, new) in changes {
      let changed = Array(text.split(separator: old, maxSplits: 1).joined(separator: new).utf8)
      #expect(changed != views.metadata, "\(new)")
      #expect(changed.withUnsafeBufferPointer { MetricLines($0) } == nil, "\(new)")
    }
    let lines = try #require(try lines(views))
    #expect(lines.completed(by: ["a": 1, "c": 2]) == nil)
    #expect(lines.completed(by: ["a": 1]) == nil)
    #expect(lines.completed(by: ["a": 1, "b": "text"]) == nil)
  }

  @Test func `a file cut off anywhere does not trap`() throws {
    let views = try Views(of: snapshot([summary("a", [1]), summary("b", [0.1, 2])]))
    for length in views.metadata.indices {
      views.metadata[..<length].withUnsafeBufferPointer { _ = MetricLines($0) }
    }
  }
}
