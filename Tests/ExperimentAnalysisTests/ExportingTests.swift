import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct ExportingTests {
  @Test func `a key that MLflow takes is its own name`() {
    var names = MLflowNames()
    for key in ["loss", "val/loss", "a.b-c d:e_f", "été", "損失", ".hidden", "x_y", "_x004_"] {
      #expect(names.name(for: Key(key)) == key)
    }
    #expect(names.renamed.isEmpty)
  }

  @Test(arguments: [
    ("acc@5", "acc_x0040_5"), ("100%", "100_x0025_"), ("a\u{301}", "a_x0301_"),
    ("😀", "_x1F600_"), ("_x0040_", "_x005F_x0040_"), ("a/../b", "a_x002F_.._x002F_b"),
    (".", "_x002E_"), ("..x", "_x002E_.x"), ("/a", "_x002F_a"), ("a/", "a_x002F_"),
    ("a//b", "a_x002F__x002F_b"), ("", "_x_"), ("a\\b", "a_x005C_b"),
  ])
  func `a key that MLflow refuses is written by numbers`(key: String, name: String) {
    var names = MLflowNames()
    #expect(names.name(for: Key(key)) == name)
    #expect(names.renamed == [.init(Key(name), .text(key))])
  }

  @Test func `no two keys get one name, and none is both a file and a folder`() {
    var names = MLflowNames(reserved: ["mlflow."])
    #expect(names.name(for: "a@") == "a_x0040_")
    #expect(names.name(for: "a/b") == "a/b")
    #expect(names.name(for: "a") == "a-2")
    #expect(names.name(for: "a/b/c") == "a_x002F_b_x002F_c")
    #expect(names.name(for: "mlflow.user") == "_x006D_lflow.user")
    let long = String(repeating: "k", count: 300)
    let first = names.name(for: Key(long + "1"))
    let second = names.name(for: Key(long + "2"))
    #expect(first == String(repeating: "k", count: 180) + "-2")
    #expect(second == String(repeating: "k", count: 180) + "-3")
    #expect(names.renamed.last == .init(Key(second), .text(long + "2")))
    #expect(names.name(for: Key(bytes: [0x61, 0xFF])) == "a_x005C_xff")
  }

  @Test func `values are text as Python writes it`() {
    let values: [(Value, String)] = [
      (.null, "None"), (true, "True"), (.integer(-3), "-3"), (.number(0.1), "0.1"),
      (.number(1e-5), "1e-05"), (.number(1e16), "1e+16"), (.number(.nan), "nan"),
      (.number(-.infinity), "-inf"), (.number(3), "3.0"),
      (
        .bigInteger("99999999999999999999"),
        "99999999999999999999"
      ), ([1, "x"], #"[1, "x"]"#), (.map([]), "{}"),
    ]
    for (value, text) in values { #expect(ExportedText.of(value) == text) }
  }

  @Test func `a column has the type that holds all its values exactly`() {
    let columns = DataTable([
      .init("none"), .init("flag"), .init("integer"), .init("number"), .init("large"),
      .init("text"), .init("mixed"), .init("texts"), .init("time", isTime: true),
    ])
    let rows: [[Value]] = [
      [.null, true, 1, 1, .integer(Int64.max), "a", "a", ["x"], .number(0.000_001_4)],
      [.null, .null, -2, 0.5, 0.5, .null, 1, [], .integer(1)],
    ]
    var found = ColumnTypes(columns)
    for row in rows { found.add(row) }
    let types = found.types
    #expect(
      types == [
        .text, .boolean, .integer, .number, .text, .text, .text, .texts, .time,
      ])
    #expect(
      ColumnTypes.row(rows[0], columns, types)
        == [.null, true, 1, 1.0, "9223372036854775807", "a", "a", ["x"], 1])
    #expect(
      ColumnTypes.row(rows[1], columns, types)
        == [.null, .null, -2, 0.5, "0.5", .null, "1", [], 1_000_000])
  }
}
