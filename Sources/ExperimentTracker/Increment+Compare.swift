public import ExperimentAnalysis
import ExperimentStore
import FileSystem
public import TrackingEntities

extension Increment {
  /// The comparison's file, in `experiments/`.
  package static let comparisonFile = "comparison.md"

  /// Compares the experiments of the increment.
  ///
  /// `comparison.md` is made again with the same options whenever an experiment of the increment
  /// ends.
  ///
  /// - Parameters:
  ///   - options: What to compare and how.
  ///   - write: Whether `experiments/comparison.md` is written; it is not where other increments
  ///     take part as a whole.
  public func compare(
    _ options: ComparisonOptions = ComparisonOptions(), write: Bool = true
  ) throws(TrackingError) -> ComparisonResult {
    let own = try experiments(children: true)
    let found = try experimentsFolder()
    let compared = try ComparedExperiments(
      own, options, in: name, at: path, found)
    let comparison = try compared.comparison()
    // What is about several increments is not kept in one of them.
    guard let folder = found, write, options.increments.isEmpty else {
      return ComparisonResult(comparison: comparison, path: nil, home: self)
    }
    do throws(TrackingError) {
      try Self.write(comparison, options: compared.options.told, to: folder)
    } catch  where error.code == .storage {
      // A read-only store, or one on a full disk, is compared too.
      let problem = TrackingError(
        .storage, "\(Self.comparisonFile) was not written: \(error.message)",
        systemCode: error.systemCode)
      return ComparisonResult(comparison: comparison, path: nil, problem: problem, home: self)
    }
    return ComparisonResult(
      comparison: comparison, path: "\(folder.directory.path)/\(Self.comparisonFile)", home: self)
  }

  private static func write(
    _ comparison: Comparison, options: Value?, to folder: ExperimentsFolder
  ) throws(TrackingError) {
    let document = GuardedReport.wrap(MarkdownReport.document(comparison), options: options)
    if let present = try folder.directory.read(Self.comparisonFile),
      !GuardedReport.isUnedited(String(decoding: present, as: UTF8.self))
    {
      try EditedFile.keep(Self.comparisonFile, in: folder.directory)
    }
    try folder.directory.replace(Self.comparisonFile, Array(document.utf8))
    let temporary = try folder.directory.names(atMost: .max) {
      $0.isTemporary(for: Self.comparisonFile)
    }
    folder.directory.removeLeftovers(among: temporary ?? [])
  }

  /// Compares as the C API and Python ask for it.
  package func compare(json: [UInt8]?, for caller: String) throws(TrackingError) -> ComparisonResult
  {
    var reader = try OptionReader(json, for: caller)
    let options = try ComparisonOptions(&reader)
    let write = try reader.flag("write") ?? true
    try reader.end()
    return try compare(options, write: write)
  }
}

/// A comparison, in all the forms that people and programs want it.
public struct ComparisonResult: Sendable {
  /// The comparison.
  public let comparison: Comparison
  /// Where `comparison.md` was written; nil if it was not.
  public let path: String?
  /// Why it could not be written, where it was to be; the comparison itself is whole.
  public var problem: TrackingError?
  /// The increment that it was made for.
  let home: Increment

  /// The best experiment; nil if nothing can be compared.
  public var best: ExperimentSnapshot? { comparison.best?.snapshot }

  /// As in comparison.md.
  public func markdown() -> String { MarkdownReport.document(comparison) }

  /// As an HTML fragment for a notebook, everything in it escaped.
  public func html() -> String { ComparisonHTML.render(comparison) }

  /// As a page that stands alone: the dashboard with the experiments that were compared, their
  /// curves and this comparison in it, to be kept or sent.
  public func page() throws(TrackingError) -> [UInt8] {
    let isAcross = comparison.rows.contains { !$0.snapshot.increment.isEmpty }
    var options = Dashboard.Options()
    options.directory = home.path
    return try Dashboard(isAcross ? nil : home, options).file(of: self)
  }

  /// As a table for a terminal.
  ///
  /// - Parameter width: The terminal's columns; 0 for no limit.
  public func text(width: Int = 0) -> String { text(width: width, colours: false) }

  package func text(
    width: Int, mostRows: Int = .max, fromEnd: Bool = false, colours: Bool
  ) -> String {
    TextReport.render(
      comparison, width: width > 0 ? width : nil, mostRows: mostRows, fromEnd: fromEnd,
      colours: colours)
  }

  /// As JSON values; docs/schemas/comparison.schema.json describes them.
  package func json() -> Value {
    guard case .map(var members) = ComparisonJSON.value(comparison) else { return .null }
    members.append(.init("path", path.map(Value.text) ?? .null))
    return .map(members)
  }
}
