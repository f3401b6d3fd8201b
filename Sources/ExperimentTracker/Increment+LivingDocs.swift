import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import Glibc
public import TrackingEntities

/// What became of the pages that the experiments of an increment were written into.
public struct LivingDocs: Sendable {
  /// What happened to a file.
  public enum Change: String, Sendable {
    /// It was not there.
    case created
    /// The block of the increment is new in it, or another than before.
    case updated
    /// It said the same already and was not written.
    case unchanged
  }

  /// One file.
  public struct File: Sendable, Equatable {
    /// Its absolute path.
    public var path: String
    /// What happened to it.
    public var change: Change
  }

  /// The increment's name.
  public var increment: String
  /// The files, those of an increment without experiments left out where it has no block in them.
  public var files: [File]
  /// The names of the experiments that are selected.
  public var selected: [String]

  /// As JSON values; docs/schemas/living-docs.schema.json describes them.
  package var json: Value {
    [
      "increment": .text(increment),
      "files": .list(
        files.map { ["path": .text($0.path), "change": .text($0.change.rawValue)] }),
      "selected": .list(selected.map(Value.text)),
    ]
  }
}

extension Increment {
  /// Writes what is known of the experiments into the project's documentation:
  /// `architecture/ml-experiments.md`, `architecture/ml-models.md` and `runbooks/model-training.md`
  /// below `.specweave/docs/internal/`.
  ///
  /// Each file has one marked block for the increment. All other text in it stays as it is, and a
  /// file that says the same already is not written.
  ///
  /// - Parameter report: Whether `reports/ml-experiments.md` in the increment is written too.
  /// - Throws: `format` for markers that are damaged, with file and line; nothing is written then.
  ///   `storage` for a file that cannot be written, or a link; the old file is left. Also for an
  ///   experiment whose files the file system refuses to read; nothing is written then.
  public func syncLivingDocs(report: Bool = false) throws(TrackingError) -> LivingDocs {
    let (source, snapshots) = try livingDocsSource()
    let store = try location.root.open(Directory.join(location.root.path, ".specweave"))
    return try Turn.taken(in: store) { () throws(TrackingError) in
      let pages = LivingDocsPage.usual + (report ? [.report] : [])
      var plans: [LivingDocsPlan] = []
      for page in pages {
        let plan = try LivingDocsPlan(page, source, in: location, isNeeded: !snapshots.isEmpty)
        if let plan { plans.append(plan) }
      }
      for plan in plans { try plan.checkMayBeWritten(in: location) }
      for plan in plans { try plan.write(in: location) }
      return LivingDocs(
        increment: name, files: plans.map(\.file), selected: source.selectedNames)
    }
  }

  private func livingDocsSource() throws(TrackingError) -> (
    LivingDocsSource, [ExperimentSnapshot]
  ) {
    let snapshots = try experiments(children: true, archived: true)
      .map { (snapshot) throws(TrackingError) in try readable(snapshot) }
    let source = try LivingDocsSource(
      title: IncrementTitle.of(location), number: location.key, increment: name,
      at: placeInStore, snapshots)
    return (source, snapshots)
  }

  /// The increment's blocks as they would be written now, each with the path of its page below
  /// `.specweave/`; none where there is no experiment. Nothing is written.
  package func livingDocsPreview() throws(TrackingError) -> [(path: String, text: String)] {
    let (source, snapshots) = try livingDocsSource()
    return snapshots.isEmpty ? [] : LivingDocsPage.usual.map { ($0.path, $0.body(source)) }
  }

  /// The increment that a command line means; nil for all of the project: where it says "all", or
  /// says nothing and several could be meant.
  package static func found(forLivingDocs word: String?) throws(TrackingError) -> Increment? {
    if word == "all" { return nil }
    do throws(TrackingError) {
      return try find(word)
    } catch
      where word == nil && !error.candidates.isEmpty
      && (ProcessContext.variable("SPECWEAVE_INCREMENT_ID") ?? "").isEmpty
    {
      return nil
    }
  }

  /// As `syncLivingDocs`, for every increment of the project.
  ///
  /// - Returns: What became of the pages of each that has experiments, or had them.
  public static func syncAllLivingDocs(
    report: Bool = false, from directory: String? = nil
  ) throws(TrackingError) -> [LivingDocs] {
    try checkProject(from: directory)
    var all: [LivingDocs] = []
    for increment in try self.all(from: directory) {
      let docs = try increment.syncLivingDocs(report: report)
      if !docs.files.isEmpty { all.append(docs) }
    }
    return all
  }

  /// The experiment as it is, unless the file system refuses to say what is in its folder: then the
  /// page would lose what it told of it.
  private func readable(_ snapshot: ExperimentSnapshot) throws(TrackingError) -> ExperimentSnapshot
  {
    guard snapshot.identity.id.isEmpty, snapshot.history == .damaged,
      let experiments = try experimentsFolder()
    else { return snapshot }
    return try ExperimentCatalog(experiments).snapshotOrRefusal(of: snapshot.folder)
  }

  /// As the C API, Python and the command line ask for it.
  package func syncLivingDocs(
    json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> LivingDocs {
    var options = try OptionReader(json, for: caller)
    let report = try options.flag("report") ?? false
    try options.end()
    return try syncLivingDocs(report: report)
  }

  /// The increment's folder below `.specweave/`, for links; one that is a link lies elsewhere in
  /// the project.
  private var placeInStore: String {
    let roots = [location.root.path, SystemCalls.realPath(location.root.path)].compactMap { $0 }
    for root in roots {
      if let below = path.without(beginning: root + "/.specweave/") { return below }
      if let below = path.without(beginning: root + "/") { return "../" + below }
    }
    return "increments/" + name
  }
}

/// One page as it is to be, found out before anything is written.
private struct LivingDocsPlan {
  let file: LivingDocs.File
  private let folder: [String]
  private let name: String
  private let bytes: [UInt8]

  /// - Parameter isNeeded: Whether a block is made where there is none.
  /// - Returns: nil where there is nothing to write.
  init?(
    _ page: LivingDocsPage, _ source: LivingDocsSource, in increment: IncrementLocation,
    isNeeded: Bool
  ) throws(TrackingError) {
    var parts = page.path.pathParts
    name = parts.removeLast()
    folder = parts
    let outer = Self.outer(page, increment)
    let path = Directory.join(outer + "/" + parts.joined(separator: "/"), name)
    let present = try Self.read(name, parts, below: outer, path, increment.root)
    let blocks = try MarkedBlocks(present ?? [], file: path)
    if !isNeeded && !blocks.contains(increment.id) { return nil }
    let bytes = blocks.replacing(increment.id, with: page.body(source), head: page.head)
    let change: LivingDocs.Change =
      present.map { $0 == bytes ? .unchanged : .updated } ?? .created
    self.bytes = bytes
    file = LivingDocs.File(path: path, change: change)
    self.outer = outer
  }

  private let outer: String

  /// The folder that the page's path is below.
  private static func outer(_ page: LivingDocsPage, _ increment: IncrementLocation) -> String {
    page == .report ? increment.path : Directory.join(increment.root.path, ".specweave")
  }

  private static func read(
    _ name: String, _ folder: [String], below outer: String, _ path: String, _ root: ProjectRoot
  ) throws(TrackingError) -> [UInt8]? {
    guard let directory = try root.folder(folder, below: outer, create: false) else { return nil }
    do throws(TrackingError) {
      return try directory.read(name, limit: limit)
    } catch  where error.systemCode == ELOOP {
      throw TrackingError(
        .storage, "'\(path)' is a link, and is not replaced; put the file itself there",
        systemCode: ELOOP)
    }
  }

  /// A page that people read has less.
  private static let limit = 64 << 20

  /// A file that its user has made read-only stays as it is, although its folder may be written to.
  func checkMayBeWritten(in increment: IncrementLocation) throws(TrackingError) {
    guard file.change == .updated,
      let directory = try increment.root.folder(folder, below: outer, create: false)
    else { return }
    try SystemCalls.checkMayBeWritten(directory.descriptor, name)
  }

  func write(in increment: IncrementLocation) throws(TrackingError) {
    guard file.change != .unchanged,
      let directory = try increment.root.folder(folder, below: outer, create: true)
    else { return }
    try directory.replace(name, bytes, isPrecious: true)
    try? directory.removeLeftovers(of: [name])
  }
}
