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
      return ComparisonResult(comparison: comparison, path: nil)
    }
    do throws(TrackingError) {
      try Self.write(comparison, options: compared.options.told, to: folder)
    } catch  where error.code == .storage {
      // A read-only store, or one on a full disk, is compared too.
      let problem = TrackingError(
        .storage, "\(Self.comparisonFile) was not written: \(error.message)",
        systemCode: error.systemCode)
      return ComparisonResult(comparison: comparison, path: nil, problem: problem)
    }
    return ComparisonResult(
      comparison: comparison, path: "\(folder.directory.path)/\(Self.comparisonFile)")
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
