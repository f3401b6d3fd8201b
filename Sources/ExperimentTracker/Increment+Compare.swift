public import ExperimentAnalysis
public import TrackingEntities
import TrackingStore

extension Increment {
  /// The comparison's file, in `experiments/`.
  package static let comparisonFile = "comparison.md"

  /// Compares the experiments of the increment.
  ///
  /// - Parameters:
  ///   - options: What to compare and how.
  ///   - write: Whether `experiments/comparison.md` is written.
  public func compare(
    _ options: ComparisonOptions = ComparisonOptions(), write: Bool = true
  ) throws(TrackingError) -> ComparisonResult {
    let snapshots = try experiments(children: true)
    var comparison = try Comparison(of: snapshots, options, in: name)
    comparison.notes += options.filter?.notes(on: snapshots) ?? []
    guard write, let folder = try experimentsFolder() else {
      return ComparisonResult(comparison: comparison, path: nil)
    }
    let document = ComparisonFile.wrap(MarkdownReport.document(comparison))
    if let present = try folder.directory.read(Self.comparisonFile),
      !ComparisonFile.isUnedited(String(decoding: present, as: UTF8.self))
    {
      try EditedFile.keep(Self.comparisonFile, in: folder.directory)
    }
    try folder.directory.replace(Self.comparisonFile, Array(document.utf8))
    let temporary = try folder.directory.names(atMost: .max) {
      $0.isTemporary(for: Self.comparisonFile)
    }
    folder.directory.removeLeftovers(among: temporary ?? [])
    return ComparisonResult(
      comparison: comparison, path: "\(folder.directory.path)/\(Self.comparisonFile)")
  }

  /// Compares as the C API and Python ask for it.
  package func compare(json: [UInt8]?, for caller: String) throws(TrackingError) -> ComparisonResult
  {
    var reader = try OptionReader(json, for: caller)
    var options = ComparisonOptions()
    options.metrics = try reader.texts("metrics").map { $0.map { Key($0) } }
    options.sortBy = try reader.text("sort_by").map { Key($0) }
    for entry in try reader.map("directions") ?? [] {
      guard let direction = entry.value.text.flatMap(MetricDirection.init(rawValue:)) else {
        throw reader.wrong("directions", "an object of \"higher\" or \"lower\" by metric")
      }
      options.directions[entry.key] = direction
    }
    if let reruns = try reader.text("reruns") {
      guard let choice = ComparisonOptions.Reruns(rawValue: reruns) else {
        throw reader.wrong("reruns", "\"newest\" or \"all\"")
      }
      options.reruns = choice
    }
    options.children = try reader.flag("children") ?? false
    options.series = try reader.texts("experiments")
    options.only = try reader.texts("only")
    options.filter = try reader.text("where").map { (text) throws(TrackingError) in
      try ExperimentFilter(text)
    }
    options.groupBy = try reader.texts("group_by").map { (names) throws(TrackingError) in
      try RunGrouping(names: names)
    }
    options.notes = try reader.texts("notes") ?? []
    if let limit = try reader.integer("limit") { options.limit = Int(clamping: limit) }
    let write = try reader.flag("write") ?? true
    try reader.end()
    return try compare(options, write: write)
  }
}
