internal import CPlatform
package import FileSystem
package import TrackingEntities

/// An experiment's folder, recognised by what lies in it.
package struct ListedExperiment: Sendable, Equatable {
  /// The folder, relative to `experiments/`, as `grid-search/0003` or `_archive/xgboost-v1`.
  package let folder: String
  /// Whether it lies in the archive.
  package let archived: Bool
  /// The event files of the owner's sessions, by name.
  package let eventFiles: [String]
  /// Whether there is a `metadata.yaml`.
  package let hasMetadata: Bool

  /// Whether it lies in another experiment's.
  package var isInside: Bool { folder.pathParts.count > (archived ? 2 : 1) }
}

/// What a look into `experiments/` found.
package struct ExperimentListing: Sendable, Equatable {
  /// Parents before their children, else by folder.
  package var experiments: [ListedExperiment] = []
  /// What could not be read.
  package var problems: [Problem] = []

  /// A folder that could not be read, and why.
  package struct Problem: Sendable, Equatable {
    /// The folder, relative to `experiments/`.
    package let folder: String
    /// One sentence.
    package let message: String
  }
}

extension ExperimentsFolder {
  /// Lists all experiments, children and archived ones included.
  ///
  /// A folder is one if it holds an event file, `metadata.yaml`, or both `params.json` and
  /// `metrics.json`. Whatever else people keep here (other trackers' folders, links, hidden ones)
  /// is passed over, and one unreadable folder hides no other.
  package func list(archived: Bool = true) throws(TrackingError) -> ExperimentListing {
    var listing = ExperimentListing()
    listing.problems = try visit(archived: archived) { found in
      listing.experiments.append(found.listed)
    }
    return listing
  }

  /// As `list`, one experiment after the other while its folder is open.
  ///
  /// - Parameter order: In which order those within one folder are visited.
  /// - Returns: What could not be read.
  package func visit(
    children: Bool = true, archived: Bool, in order: VisitOrder = .byName,
    _ body: (FoundExperiment) -> Void
  ) throws(TrackingError) -> [ExperimentListing.Problem] {
    var visit = ExperimentVisit(children: children, order: order)
    let top = FolderContents(try directory.entries(), order)
    for name in top.folders where name != ExperimentsFolder.archive {
      visit.enter(name, in: directory, prefix: "", body)
    }
    if archived, top.folders.contains(ExperimentsFolder.archive) {
      do throws(TrackingError) {
        let (archive, entries) = try directory.listedFolder(ExperimentsFolder.archive)
        for name in FolderContents(entries, order).folders {
          visit.enter(name, in: archive, prefix: ExperimentsFolder.archive + "/", body)
        }
      } catch {
        visit.problems.append(.init(folder: ExperimentsFolder.archive, message: error.message))
      }
    }
    return visit.problems
  }

  /// Visits the experiments that are in the archive, or those that are not.
  ///
  /// - Parameters:
  ///   - children: Whether those inside others are visited too.
  ///   - fits: Whether a folder may be one that is looked for; no other is opened.
  package func visit(
    archived: Bool, children: Bool, where fits: (String) -> Bool = { _ in true },
    _ body: (FoundExperiment) -> Void
  ) throws(TrackingError) {
    guard let top = try archived ? openArchive() : directory else { return }
    let names = try top.names(atMost: .max) { entry in
      entry.kind == .folder && !entry.name.isHiddenName && fits(entry.name)
        && (archived || entry.name != ExperimentsFolder.archive)
    }
    var visit = ExperimentVisit(children: children, order: .byName)
    for name in (names ?? []).sorted() {
      visit.enter(name, in: top, prefix: archived ? ExperimentsFolder.archive + "/" : "", body)
    }
  }

  /// The experiment in a folder, relative to `experiments/`; nil if there is none.
  package func experiment(at path: String) -> FoundExperiment? {
    var parts = path.pathParts
    var (parent, prefix) = (directory, "")
    if parts.first == ExperimentsFolder.archive {
      parts.removeFirst()
      guard let archive = try? openArchive() else { return nil }
      (parent, prefix) = (archive, ExperimentsFolder.archive + "/")
    }
    var found: FoundExperiment?
    var visit = ExperimentVisit(children: false, order: .byName)
    for (depth, name) in parts.enumerated() {
      let isOther = name.isHiddenName || (depth > 0 && ReservedName.isReserved(name))
      guard !isOther, depth < ExperimentVisit.deepest else { return nil }
      found = nil
      visit.enter(name, in: parent, prefix: prefix) { found = $0 }
      guard let found else { return nil }
      (parent, prefix) = (found.directory, prefix + name + "/")
    }
    return found
  }

  /// Visits one experiment and its children; none if the folder holds no experiment.
  package func visit(
    below name: String, _ body: (FoundExperiment) -> Void
  ) -> [ExperimentListing.Problem] {
    var visit = ExperimentVisit(children: true, order: .byName)
    visit.enter(name, in: directory, prefix: "", body)
    return visit.problems
  }

  /// The folders that may hold an experiment whose folder begins like this, relative to
  /// `experiments/` and in order; none of them is opened.
  package func folders(
    beginningWith base: String, in parent: String?
  ) throws(TrackingError) -> [String] {
    let folder = try parent.map { (parent) throws(TrackingError) in
      try directory.folder(parent)
    }
    let top = FolderContents(try (folder ?? directory).entries(), .byName)
    // Some file systems list names in another case than they were given.
    let folded = base.lowercased()
    return top.folders
      .filter { name in
        name.lowercased().utf8.starts(with: folded.utf8)
          && (parent == nil ? name != ExperimentsFolder.archive : !ReservedName.isReserved(name))
      }
      .map { name in parent.map { Directory.join($0, name) } ?? name }
  }

  /// Whether a folder is an experiment's.
  package static func isExperiment(_ folder: Directory) throws(TrackingError) -> Bool {
    FolderContents(try folder.entries(), .byName).isExperiment(folder)
  }
}

/// In which order the folders within one are visited.
package enum VisitOrder: Sendable {
  case byName
  /// As they lie on the disk, nearly: a disk that nothing was read from yet is read with fewer
  /// jumps.
  case onDisk
}

/// An experiment with its folder open.
package struct FoundExperiment {
  package let listed: ListedExperiment
  package let directory: Directory
  /// What is in the folder.
  package let entries: [DirectoryEntry]
}

/// The way through the folders.
private struct ExperimentVisit {
  let children: Bool
  let order: VisitOrder
  var problems: [ExperimentListing.Problem] = []

  static let deepest = 8

  mutating func enter(
    _ name: String, in parent: Directory, prefix: String, depth: Int = 1,
    _ body: (FoundExperiment) -> Void
  ) {
    do throws(TrackingError) {
      let (folder, entries) = try parent.listedFolder(name)
      let contents = FolderContents(entries, order)
      guard contents.isExperiment(folder) else { return }
      let path = prefix + name
      let listed = ListedExperiment(
        folder: path, archived: path.isContinuation(of: ExperimentsFolder.archive + "/"),
        eventFiles: contents.eventFiles, hasMetadata: contents.hasMetadata)
      body(FoundExperiment(listed: listed, directory: folder, entries: entries))
      guard children, depth < Self.deepest else { return }
      for child in contents.folders where !ReservedName.isReserved(child) {
        enter(child, in: folder, prefix: path + "/", depth: depth + 1, body)
      }
    } catch {
      problems.append(.init(folder: prefix + name, message: error.message))
    }
  }
}

/// The names in a folder, sorted by what they mean.
private struct FolderContents {
  var folders: [String] = []
  var eventFiles: [String] = []
  var hasMetadata = false
  private var hasParams = false
  private var hasMetrics = false

  init(_ entries: [DirectoryEntry], _ order: VisitOrder) {
    var found: [DirectoryEntry] = []
    for entry in entries {
      switch (entry.kind, entry.name) {
      case (.folder, let name):
        if name.utf8.first != UInt8(ascii: ".") { found.append(entry) }
      case (.file, "metadata.yaml"): hasMetadata = true
      case (.file, "params.json"): hasParams = true
      case (.file, "metrics.json"): hasMetrics = true
      case (.file, let name):
        if name.isContinuation(of: "events.out.tfevents") { eventFiles.append(name) }
      default: break
      }
    }
    switch order {
    case .byName: found.sort { $0.name < $1.name }
    case .onDisk: found.sort { ($0.inode, $0.name) < ($1.inode, $1.name) }
    }
    folders = found.map(\.name)
    eventFiles.sort()
  }

  /// Where there is nothing but an empty event file, a start is under way or was cut off.
  func isExperiment(_ folder: Directory) -> Bool {
    hasMetadata || (hasParams && hasMetrics)
      || eventFiles.contains { (try? SystemCalls.status(folder.descriptor, $0))?.st_size != 0 }
  }
}
