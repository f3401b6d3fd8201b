import EventLog
import ExperimentStore
import FileSystem
import Testing
import TrackingEntities

/// Swift reads the committed store that the Python and C tests read too.
@Suite struct FixtureStoreTests {
  private static let fixtures: String =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    .joined(separator: "/") + "/Fixtures"

  private let expected: Value
  private let experiments: ExperimentsFolder

  init() throws {
    let bytes = try #require(try Directory.open(Self.fixtures).read("expected.json"))
    expected = try JSONParser.parse(bytes)
    let store = Self.fixtures + "/store"
    let increment = try IncrementResolver.resolve(
      "0042", environment: [:], workingDirectory: store,
      root: ProjectRoot.find(from: store, environment: [:]), create: false,
      branch: { nil })
    experiments = try #require(try ExperimentsFolder.open(increment, create: false))
  }

  private func read(_ folder: String) throws -> ExperimentSnapshot? {
    try ExperimentReader(try experiments.directory.folder(folder), folder: folder).read()
  }

  @Test func `all experiments are listed and nothing else`() throws {
    let listing = try experiments.list()
    #expect(listing.problems.isEmpty)
    #expect(
      listing.experiments.map(\.folder).sorted() == expected.entries.map(\.key.text).sorted())
  }

  @Test func `every experiment says what was written, whoever wrote it`() throws {
    for entry in expected.entries where entry.value["status"] != nil {
      let (folder, facts) = (entry.key.text, entry.value)
      let snapshot = try #require(try read(folder), "\(folder)")
      let statuses = facts["status"]?.elements.compactMap(\.text) ?? []
      #expect(statuses.contains(snapshot.status.rawValue), "\(folder)")
      #expect(snapshot.history.rawValue == facts["history"]?.text, "\(folder)")
      if let name = facts["name"]?.text { #expect(snapshot.name == name) }
      if let params = facts["params"] {
        #expect(Value.map(snapshot.params.map { .init($0.key, $0.value) }) == params, "\(folder)")
      }
      if let metrics = facts["metrics"] {
        let found = Value.map(snapshot.metrics.map { .init($0.key, $0.last.value.asJSON) })
        #expect(found == metrics, "\(folder)")
      }
      if let tags = facts["tags"] { #expect(.list(snapshot.tags.map(Value.text)) == tags) }
      if let notes = facts["notes"] {
        #expect(.list(snapshot.notes.map { .text($0.text) }) == notes)
      }
      let problem = facts["problem"]?.text
      #expect(snapshot.problems.isEmpty == (problem == nil), "\(folder)")
      if let problem { #expect(snapshot.problems.contains { $0.contains(problem) }, "\(folder)") }
    }
  }

  @Test func `every point is there with step and exact value`() throws {
    for entry in expected.entries {
      for metric in entry.value["points"]?.entries ?? [] {
        let folder = try experiments.directory.folder(entry.key.text)
        let reader = ExperimentReader(folder, folder: entry.key.text)
        var points: [Value] = []
        for file in try reader.writerFiles() {
          let columns = try HistoryReader.read(
            directory: folder, file: file.file, key: metric.key)
          points += columns.points(of: metric.key).map {
            .list([.integer($0.step), $0.value.value])
          }
        }
        #expect(.list(points) == metric.value, "\(entry.key.text)")
      }
    }
  }

  @Test func `a folder in which nothing can be read says so`() throws {
    let snapshot = try #require(try read("garbage"))
    #expect(snapshot.problems.contains { $0.contains("metadata.yaml") })
    #expect(snapshot.params.isEmpty && snapshot.metrics.isEmpty)
  }
}

extension Value {
  /// The value as JSON shows it: what is not finite is text.
  fileprivate var asJSON: Value {
    guard case .number(let number) = self, !number.isFinite else { return self }
    return .text(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
  }
}
