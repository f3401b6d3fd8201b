import ExperimentAnalysis
import TrackingEntities

extension ResultsTable {
  /// Results as the C API and Python hand them over, as HTML for a notebook.
  package static func html(json: [UInt8], for caller: String) throws(TrackingError) -> String {
    var reader = try OptionReader(json, for: caller)
    return ResultsHTML.render(try ResultsTable(&reader))
  }

  private init(_ reader: inout OptionReader) throws(TrackingError) {
    self.init()
    title = try reader.text("title") ?? ""
    facts = try reader.texts("facts") ?? []
    for value in reader.take("columns")?.elements ?? [] {
      guard let heading = value["heading"]?.text,
        let form = (value["form"] ?? "text").text.flatMap(Form.init(rawValue:))
      else {
        throw reader.wrong(
          "columns",
          "a list of objects with a \"heading\" and as \"form\" one of "
            + Form.allCases.map(\.rawValue).joined(separator: ", "))
      }
      columns.append(Column(heading: heading, form: form))
    }
    for row in reader.take("rows")?.elements ?? [] {
      guard row.elements.count == columns.count else {
        throw reader.wrong("rows", "a list of lists with a value for each of the columns")
      }
      rows.append(row.elements)
    }
    best = try reader.integer("best").map(Int.init(clamping:))
    for value in reader.take("curve")?.elements ?? [] { curve.append(value.double ?? .nan) }
    remarks = try reader.texts("remarks") ?? []
    for pair in reader.take("shares")?.elements ?? [] {
      guard pair.elements.count == 2, let name = pair.elements[0].text,
        let share = pair.elements[1].double
      else { throw reader.wrong("shares", "a list of pairs of a name and a number") }
      shares.append((name, share))
    }
    try reader.end()
  }
}
