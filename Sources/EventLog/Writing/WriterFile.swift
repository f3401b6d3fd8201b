/// One event file with where it lies, ready to be folded.
package struct WriterFile: Sendable {
  /// The file, relative to the experiment's folder.
  package var file: String
  /// What the file says.
  package var log: SessionLog

  package init(file: String, log: SessionLog) {
    self.file = file
    self.log = log
  }
}
