/// A folder that belongs to one new experiment and to nobody else.
package struct ClaimedFolder: Sendable {
  /// The folder, relative to the increment's `experiments/`.
  package let folder: String
  /// The folder, held open.
  package let directory: Directory
  /// The experiment's name: as given, or `exp-NNN`.
  package let name: String
  /// The number in the increment; 0 for a child.
  package let number: UInt64
  /// The place within the parent; 0 for a top-level experiment.
  package let child: UInt64
  /// 1 for the first of this name, 2 for the next, ...
  package let rerun: UInt64
}
