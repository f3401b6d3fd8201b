import ExperimentAnalysis
import Testing
import TrackingEntities

/// Every door says the same of the same parameters.
@Suite struct DifferingParamsTests {
  private typealias Params = KeyValuePairs<Key, Value>

  static let pairs: [(name: String, left: Value?, right: Value?, differs: Bool)] = [
    ("the same integer", 1, 1, false), ("another integer", 1, 2, true),
    ("an integer and a double", 1, 1.0, false), ("a fraction", 1, 1.5, true),
    ("zeros", 0.0, .number(-0.0), false), ("a boolean and a number", true, 1, true),
    ("a text and a number", "1", 1, true), ("NaN", .number(.nan), .number(-.nan), false),
    ("NaN and null", .number(.nan), .null, true),
    ("infinities", .number(.infinity), .number(-.infinity), true),
    ("a missing one", 1, nil, true), ("null and a missing one", .null, nil, true),
    ("large integers", .bigInteger("18446744073709551616"), 18446744073709551616.0, false),
    ("next to it", .bigInteger("18446744073709551617"), 18446744073709551616.0, true),
    ("spellings", "caf\u{E9}", "cafe\u{301}", true), ("lists", [1, 2], [1.0, 2.0], false),
    ("longer lists", [1, 2], [1, 2, 3], true),
    ("the same inside", ["depth": 3], ["depth": 3.0], false),
    ("another inside", ["depth": 3], ["depth": 4], true),
    ("maps of lists in another order", [["a": 1, "b": 2]], [["b": 2, "a": 1]], false),
  ]

  /// Two completed experiments with a parameter that differs, so that there is always one.
  private func experiments(_ left: Value?, _ right: Value?) -> [ExperimentSnapshot] {
    [(left, "a"), (right, "b")].enumerated().map { place, side in
      var made = experiment(
        side.1, number: UInt64(place + 1), ["accuracy": .double(0.5 + Double(place) / 10)])
      made.params = [.init(key: "other", value: .text(side.1))]
      if let value = side.0 { made.params.append(.init(key: "p", value: value)) }
      return made
    }
  }

  private func isMeant(_ key: Key) -> Bool { key == "p" || key == "p.depth" }

  @Test(arguments: pairs.indices)
  func `every door gives the same answer`(index: Int) throws {
    let (name, left, right, differs) = Self.pairs[index]
    let both = experiments(left, right)
    let rows = both.map { $0.params.map { Value.Entry($0.key, $0.value) } }
    #expect(DifferingParams(rows).params.contains { isMeant($0.key) } == differs, "rows: \(name)")

    var options = ComparisonOptions()
    options.params = .differing
    let columns = try Comparison(of: both, options).columns
    let shown = columns.contains { column in
      if case .param(let key) = column.content { isMeant(key) } else { false }
    }
    #expect(shown == differs, "comparison: \(name)")

    options = ComparisonOptions()
    options.groupBy = .allBut(["other"])
    #expect(
      (try Comparison(of: both, options).rows.count == 2) == differs, "groups: \(name)")

    options = ComparisonOptions()
    options.series = both.map(\.name)
    let changes = try Comparison(of: both, options).rows[1].cells.map(\.text)
    #expect(
      changes.contains { $0.contains("p") || $0.contains("−p") } == differs, "series: \(name)")

    let entries = both.map {
      ListingEntry($0, increment: "0001-x", incrementPath: "/x/0001-x", parent: nil)
    }
    let listing = ListingTable(
      entries, ListingOrder(entries, keepsOrder: true, most: 9), telling: false
    ) { both[$0] }
    let heading = ListingText.render(listing, width: nil).split(separator: "\n")[1]
    #expect(
      heading.split(separator: " ").contains { $0 == "p" || $0 == "p.depth" } == differs,
      "listing: \(name)")

    let difference = ExperimentDifference(of: both[1], from: both[0])
    #expect(difference.params.contains { isMeant($0.key) } == differs, "difference: \(name)")
  }

  @Test func `a parameter named as one inside another is compared with it`() {
    let rows: [Params] = [["model.depth": 3], ["model": ["depth": 3.0]], ["model.depth": 4]]
    let snapshots = rows.enumerated().map { place, params in
      experiment("e\(place)", number: UInt64(place + 1), params: params)
    }
    #expect(ExperimentDifference(of: snapshots[1], from: snapshots[0]).params.isEmpty)
    #expect(ExperimentDifference(of: snapshots[2], from: snapshots[1]).params.count == 1)
  }

  @Test func `each row is identified by the number of its value`() {
    let found = DifferingParams([
      [.init("a", 1), .init("same", "x")], [.init("same", "x"), .init("b", .number(.nan))],
      [.init("a", 1.0), .init("same", "x"), .init("b", 2)],
    ])
    #expect(found.params.map(\.key) == ["a", "b"])
    #expect(found.params.map(\.values) == [[0, nil, 0], [nil, 0, 1]])
  }

  @Test func `without rows, or with one, nothing differs`() {
    #expect(DifferingParams([]).params.isEmpty)
    #expect(DifferingParams([[.init("a", 1)]]).params.isEmpty)
  }
}
