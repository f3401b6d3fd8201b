package import FileSystem
package import TrackingEntities

/// Reads an event file again and again, each time only what was added since.
package struct SessionLogFollower: Sendable {
  private var contents: SessionLogContents
  private var identity: FileIdentity?
  /// How each metric went, in the order of the log's metrics.
  package private(set) var curves: [CurveSketch] = []

  package init(file: String) { contents = SessionLogContents(file: file) }

  /// What the file says, as `SessionLogReader` would have read it.
  package var log: SessionLog { contents.log }

  /// Reads on; from the beginning where another file has taken the place of the one that was read,
  /// or where it has become shorter.
  ///
  /// - Throws: As `SessionLogReader.read`.
  package mutating func readOn(in directory: Directory) throws(TrackingError) {
    let file = contents.log.file
    let identity = FileIdentity(try SystemCalls.status(directory.descriptor, file))
    if identity != self.identity { begin(identity) }
    var frames = try TFRecordReader(
      directory: directory, file: file, from: contents.log.validLength)
    if frames.size < contents.log.validLength {
      begin(identity)
      frames = try TFRecordReader(directory: directory, file: file)
    }
    do throws(TrackingError) {
      try contents.read(&frames, in: directory) { place, value in
        while curves.count <= place { curves.append(CurveSketch()) }
        curves[place].add(value)
      }
    } catch {
      // How far it got is not known.
      begin(nil)
      throw error
    }
  }

  private mutating func begin(_ identity: FileIdentity?) {
    self = SessionLogFollower(file: contents.log.file)
    self.identity = identity
  }
}
