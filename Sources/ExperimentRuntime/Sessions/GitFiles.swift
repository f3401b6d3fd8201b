package import FileSystem
package import TrackingEntities

/// The experiment's own `.gitignore` and `.gitattributes`; the project's files are never touched.
package enum GitFiles {
  /// Larger files stay out of git.
  package static let limit: UInt64 = 5_000_000
  static let names = [".gitignore", ".gitattributes"]

  /// Writes both files where they are missing or no longer right.
  ///
  /// Git applies a folder's two files to all below it. An experiment inside another therefore needs
  /// its own only where it has a large file to name: a combination of a sweep stays light.
  ///
  /// - Parameter present: What is in the folder.
  package static func write(
    in directory: Directory, among present: [DirectoryEntry], for snapshot: ExperimentSnapshot
  ) throws(TrackingError) {
    let large = large(snapshot)
    if !snapshot.identity.parent.isEmpty, large.isEmpty, !present.has(".gitignore") { return }
    try write(".gitignore", general + large.map { $0 + "\n" }.joined(), in: directory, present)
    try write(".gitattributes", attributes, in: directory, present)
  }

  private static let general = """
    # Written by specweave-ml: what is temporary, and files over 5 MB.
    *.tmp
    pending-*
    .saving/

    """

  private static let attributes = """
    *.tfevents.* binary
    *.tfrecord binary
    .summary.json -diff linguist-generated

    """

  /// The files that stay out of git by their size, as gitignore wants them.
  private static func large(_ snapshot: ExperimentSnapshot) -> [String] {
    var lines: [String] = []
    for artifact in snapshot.artifacts where artifact.size > limit {
      let path = artifact.keptAs.isEmpty ? artifact.path : artifact.keptAs
      lines.append("/" + escaped(path) + (artifact.kind == "folder" ? "/" : ""))
    }
    for writer in snapshot.writers where writer.size > limit {
      lines.append("/" + escaped(writer.file))
    }
    return lines
  }

  private static func write(
    _ name: String, _ text: String, in directory: Directory, _ present: [DirectoryEntry]
  ) throws(TrackingError) {
    let bytes = Array(text.utf8)
    // One that cannot be read, such as a pipe, makes place for ours.
    if present.has(name), (try? directory.read(name)) == bytes { return }
    try directory.replace(name, bytes)
  }

  /// Takes from a path what gitignore would read as a pattern (gitignore(5)).
  private static func escaped(_ path: String) -> String {
    var text = ""
    for scalar in path.unicodeScalars {
      if "\\*?[ ".unicodeScalars.contains(scalar) { text.append("\\") }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
