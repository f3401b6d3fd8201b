package import TrackingEntities

/// An increment that is there.
package struct IncrementFolder: Sendable, Equatable {
  /// Its name.
  package let name: IncrementName
  /// Absolute, links resolved where the increment itself is one.
  package let path: String
  /// `_archive`, `_abandoned`, `_paused`, `_backlog`; nil for one in plain sight.
  package let lifecycle: String?
}

/// All increments of a project.
package struct IncrementCatalog: Sendable {
  /// The project.
  package let root: ProjectRoot
  /// By name, those in plain sight first.
  package private(set) var increments: [IncrementFolder] = []
  /// Links that lead out of the project, which are not followed.
  package private(set) var strayLinks: [String] = []

  /// Where SpecWeave puts increments that are not in the works, the likeliest first.
  static let lifecycles = ["_archive", "_abandoned", "_paused", "_backlog"]

  /// Lists the increments; a project without a store has none.
  package init(_ root: ProjectRoot) throws(TrackingError) {
    self.root = root
    guard RootPath.isFolder(root.increments) else { return }
    let folder = try Directory.open(root.increments)
    let entries = try folder.entries()
    add(entries, root.increments, nil)
    for lifecycle in IncrementCatalog.lifecycles {
      guard entries.contains(where: { $0.name == lifecycle && $0.kind == .folder }),
        let below = try? folder.folder(lifecycle).entries()
      else { continue }
      add(below, Directory.join(root.increments, lifecycle), lifecycle)
    }
  }

  /// The increments in plain sight.
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
