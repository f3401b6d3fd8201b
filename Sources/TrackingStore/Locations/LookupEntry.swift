/// What a look-up needs to know of an experiment.
package struct LookupEntry: Sendable, Equatable {
  /// The folder, relative to `experiments/`.
  package let folder: String
  /// The name as given.
  package let name: String
  /// The number in the increment, 0 for a child.
  package let number: UInt64
  /// The place within the parent, 0 for a top-level experiment.
  package let child: UInt64
  /// 1 for the first of this name, 2 for the next, ...
  package let rerun: UInt64
  /// When it was created, in seconds since 1970.
  package let created: Double
  /// Whether it lies in the archive.
  package let archived: Bool

  package init(
    folder: String, name: String, number: UInt64, child: UInt64 = 0, rerun: UInt64 = 1,
    created: Double = 0, archived: Bool = false
  ) {
    self.folder = folder
    self.name = name
    self.number = number
    self.child = child
    self.rerun = rerun
    self.created = created
    self.archived = archived
  }

  /// The folder of the parent; empty for a top-level experiment, `_archive` for an archived one.
  var parent: String { folder.pathParent }
}
