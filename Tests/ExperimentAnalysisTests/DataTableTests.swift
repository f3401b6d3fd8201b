import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct DataTableTests {
  private let table = DataTable(
    [.init("name"), .init("value"), .init("at", isTime: true)],
    rows: [
      [.text("plain"), .number(0.1), .number(0)],
      [.text("a \"b\", c\nd"), .integer(-3), .null],
      [.text("=1+1"), .text("-2"), .integer(1)],
      [.text("tab\there \u{1B}[31m"), .number(.nan), .null],
    ])

  @Test func `CSV is that of RFC 4180 and computes nothing`() {
    #expect(
      DelimitedText.csv(table)
        == [
          "name,value,at", "plain,0.1,1970-01-01T00:00:00.000000Z", "\"a \"\"b\"\", c\nd\",-3,",
          "'=1+1,'-2,1970-01-01T00:00:01.000000Z", "tab\there \\u{1B}[31m,NaN,", "",
        ].joined(separator: "\r\n"))
    for start in ["=", "+", "-", "@", "\t"] {
      let one = DataTable([.init(start + "x")], rows: [[.list([.text(start + "y")])]])
      #expect(DelimitedText.csv(one) == "'\(start)x\r\n'\(start)y\r\n")
    }
  }

  @Test func `TSV has one line a row whatever is in a cell`() {
    #expect(
      DelimitedText.tsv(table) == """
        name\tvalue\tat
        plain\t0.1\t1970-01-01T00:00:00.000000Z
        a "b", c\\nd\t-3\t
        =1+1\t-2\t1970-01-01T00:00:01.000000Z
        tab\\there \\u{1B}[31m\tNaN\t

        """)
  }

  @Test func `Markdown escapes what would be markup`() {
    let one = DataTable([.init("a|b")], rows: [[.text("*x* | <b>")]])
    #expect(DataTableText.markdown(one) == "| a\\|b |\n|---|\n| \\*x\\* \\| \\<b\\> |\n")
  }

  @Test func `aligned columns fit, the widest are cut first`() {
    let one = DataTable(
      [.init("name"), .init("n")],
      rows: [[.text("a name that is long"), .integer(5)], [.text("b"), .integer(12)]])
    #expect(
      DataTableText.aligned(one) == """
        name                  n
        a name that is long   5
        b                    12

        """)
    #expect(
      DataTableText.aligned(one, width: 14) == """
        name         n
        a name th…   5
        b           12

        """)
    let times = DataTable([.init("at", isTime: true)], rows: [[.number(0)]])
    #expect(DataTableText.aligned(times) == "at\n1970-01-01 00:00 UTC\n")
  }

  @Test func `objects have the names of the columns and the values as they are`() {
    #expect(
      table.objects[1]
        == .map([
          .init("name", .text("a \"b\", c\nd")), .init("value", .integer(-3)), .init("at", .null),
        ]))
  }

  @Test func `a list with commas keeps commas in quotes`() throws {
    func names(_ list: String) throws -> [String] {
      try CommaList.names(list, of: "metrics", example: "a,b")
    }
    #expect(try names("a,b c, d") == ["a", "b c", "d"])
    #expect(try names("'depth=6, lr=0.1',x") == ["depth=6, lr=0.1", "x"])
    #expect(
      try CommaList.parts("params['a,b'],x", of: "fields", example: "a") == ["params['a,b']", "x"])
    for wrong in ["", ",", "a,", "a,,b", " "] {
      #expect(throws: TrackingError.self) { try names(wrong) }
    }
  }
}
