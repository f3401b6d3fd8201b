import ArgumentParser
import ExperimentAnalysis
import TrackingEntities

/// The forms that a command gives its data in.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  /// Aligned columns that fit the terminal.
  case table
  /// Cells with a tab between them.
  case tsv
  /// RFC 4180.
  case csv
  /// A table of Markdown.
  case md
  case json
}

/// How a command gives its data.
struct OutputOptions: ParsableArguments {
  @Option(
    help: "The form. (default: table in a terminal, else tsv)")
  var format: OutputFormat?

  @Flag(help: "JSON with a schema_version; the same as --format json.")
  var json = false

  func form(on console: Console) -> OutputFormat {
    json ? .json : format ?? (console.terminal.isInteractive ? .table : .tsv)
  }
}

extension Console {
  /// Writes a table of plain values in a form that is not JSON.
  func write(_ table: DataTable, as form: OutputFormat) {
    switch form {
    case .csv: write(DelimitedText.csv(table))
    case .md: write(DataTableText.markdown(table))
    case .table: write(DataTableText.aligned(table, width: terminal.width))
    case .tsv, .json: write(DelimitedText.tsv(table))
    }
  }
}
