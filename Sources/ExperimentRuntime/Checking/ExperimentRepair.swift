import EventLog
import ExperimentStore
package import FileSystem
package import TrackingEntities

/// Sets right what can be set right in an experiment's folder without losing anything.
package enum ExperimentRepair {
  /// Records that its process ended too early, moves pending points to their files, settles a
  /// save that was cut short, writes the views again and keeps edited ones, and removes temporary
  /// files of dead processes. One that is running, or may be, is left alone.
  ///
  /// - Parameter folder: The experiment's folder relative to `experiments/`.
  package static func run(in directory: Directory, folder: String) throws(TrackingError) {
    try Turn.taken(in: directory) { () throws(TrackingError) in
      let reader = ExperimentReader(directory, folder: folder)
      guard let snapshot = try reader.read(), snapshot.status.isFinal,
        OpenExperiments.find(directory)?.isUnderWay != true
      else { return }
      try PendingReplay.run(in: directory)
      var session = WriterSession(
        identity: snapshot.identity, place: RestingDirectory(directory), folder: folder,
        role: .loaded)
      defer { _ = session.release() }
      if try reader.recorded()?.status == .running {
        _ = try session.writer(for: .records)
        switch session.record([.status(.crashed, nil)]) {
        case .stored: break
        case .deferred(let error), .dropped(let error): throw error
        }
      }
      try settleSave(&session, in: directory)
      try session.refresh()
      for name in ExperimentsFolder.leftBehind(in: directory) { directory.removeTree(name) }
      directory.removeLeftovers(
        among: try directory.entries().filter(ExperimentCheck.isLeftover).map(\.name))
    }
  }

  private static func settleSave(
    _ session: inout WriterSession, in directory: Directory
  ) throws(TrackingError) {
    guard directory.exists(ExperimentFiles.saving) else { return }
    // What has to be recorded needs an event file.
    if try UnfinishedSave.read(in: directory) != nil { _ = try session.writer(for: .records) }
    try session.settleUnfinishedSave()
    StagingArea.removeLeftovers(in: directory)
  }
}
