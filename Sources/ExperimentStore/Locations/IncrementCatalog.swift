import FileSystem
package import TrackingEntities

/// An increment that is there.
package struct IncrementFolder: Sendable, Equatable {
  /// Its name.
  package let name: IncrementName
  /// Absolute, links resolved where the increment itself is one.
  package let path: String
  /// `_archive`, `_abandoned`, `_paused`, `_backlog`; nil for one directly in `increments/`.
  package let lifecycle: String?
}

/// All increments of a project.
package struct IncrementCatalog: Sendable {
  /// The project.
  package let root: ProjectRoot
  /// By name, those directly in `increments/` first.
  package private(set) var increments: [IncrementFolder] = []
  /// Links that lead out of the project, which are not followed.
  package private(set) var strayLinks: [String] = []

  /// Where SpecWeave puts increments that are not in progress, the most likely first.
  static let lifecycles = ["_archive", "_abandoned", "_paused", "_backlog"]

  /// Lists the increments; a project without a store has none.
  package init(_ root: ProjectRoot) throws(TrackingError) {
    self.root = root
    guard RootPath.isFolder(root.increments) else { return }
    let folder = try root.open(root.increments)
    let entries = try folder.entries()
    add(entries, root.increments, nil)
    for lifecycle in IncrementCatalog.lifecycles {
      guard entries.contains(where: { $0.name == lifecycle && $0.kind == .folder }),
        let below = try? folder.folder(lifecycle).entries()
      else { continue }
      add(below, Directory.join(root.increments, lifecycle), lifecycle)
    }
  }

  /// The increments directly in `increments/`.
  package var plain: [IncrementFolder] { increments.filter { $0.lifecycle == nil } }

  private mutating func add(_ entries: [DirectoryEntry], _ parent: String, _ lifecycle: String?) {
    let named = entries.compactMap { entry in IncrementName(entry.name).map { (entry, $0) } }
    for (entry, name) in named.sorted(by: { $0.1.folder < $1.1.folder }) {
      let path = Directory.join(parent, entry.name)
      if entry.kind == .folder {
        increments.append(IncrementFolder(name: name, path: path, lifecycle: lifecycle))
      } else if entry.kind == .other && RootPath.isFolder(path) {
        guard RootPath.resolves(path, inside: root.path),
          let target = SystemCalls.realPath(path)
        else {
          strayLinks.append(entry.name)
          continue
        }
        increments.append(IncrementFolder(name: name, path: target, lifecycle: lifecycle))
      }
    }
  }
}

/// Making an increment's folder: the only thing that is ever made of an increment.
package struct IncrementCreation {
  let catalog: IncrementCatalog

  /// The increment of a project that had none.
  package static let first = "0001-experiments"

  /// Whether a text is the full name of an increment that may be made: `NNNN-slug` with a number
  /// that no other has, whatever its letter and wherever it lies.
  func allows(_ text: String) throws(TrackingError) -> Bool {
    guard let name = IncrementName(text), text.utf8.dropFirst(4).first == UInt8(ascii: "-"),
      !catalog.increments.contains(where: { $0.name.number == name.number })
    else { return false }
    if FolderName.isPlain(name.folder) && !name.slug.isEmpty { return true }
    throw TrackingError(
      .invalidName,
      "there is no increment '\(NameText.shown(text))', and none is made of that name: after the "
        + "number use small letters, digits, '.', '_' and '-'")
  }

  /// Makes the folder; false if another process made it meanwhile.
  func make(_ name: String) throws(TrackingError) -> Bool {
    if !RootPath.isFolder(catalog.root.increments) {
      let store = Directory.join(catalog.root.path, ".specweave")
      if !RootPath.isFolder(store) {
        _ = try Directory.open(catalog.root.path).makeFolder(".specweave")
      }
      _ = try catalog.root.open(store).makeFolder("increments")
    }
    return try catalog.root.open(catalog.root.increments).claimFolder(name)
  }
}

/// What SpecWeave's own files say about the work on increments. Read, never written.
enum IncrementProgress {
  /// The increments directly in `increments/` that are in progress.
  static func inFlight(_ catalog: IncrementCatalog) -> [IncrementFolder] {
    catalog.plain.filter { status(of: $0).map(isInFlight) ?? false }
  }

  /// The only increment in `increments/` if SpecWeave does not know it, as one that this library
  /// made.
  static func onlyUnmanaged(_ catalog: IncrementCatalog) -> IncrementFolder? {
    let plain = catalog.plain
    guard plain.count == 1, let only = plain.first,
      !RootPath.isFile(only.path + "/metadata.json")
    else { return nil }
    return only
  }

  /// The one that SpecWeave's state file names, if it is among these. The file is a cache, often
  /// stale, so it is a hint and not an authority.
  static func hinted(_ increments: [IncrementFolder], _ root: ProjectRoot) -> IncrementFolder? {
    guard let state = object("active-increment.json", in: root.path + "/.specweave/state") else {
      return nil
    }
    var ids = state["ids"]?.elements.compactMap(\.text) ?? []
    if ids.isEmpty, let id = state["id"]?.text { ids = [id] }
    let named = increments.filter { increment in
      ids.contains { $0.isSame(as: increment.name.folder) }
    }
    return named.count == 1 && ids.count == 1 ? named.first : nil
  }

  private static func status(of increment: IncrementFolder) -> String? {
    object("metadata.json", in: increment.path)?["status"]?.text
  }

  private static func isInFlight(_ status: String) -> Bool {
    let words = status.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 }
    return ["active", "in-progress", "started", "ready-for-review"].contains(String(words))
  }

  private static func object(_ file: String, in folder: String) -> Value? {
    guard let bytes = try? Directory.open(folder).read(file, limit: 4 << 20) else { return nil }
    return try? JSONParser.parse(bytes)
  }
}
