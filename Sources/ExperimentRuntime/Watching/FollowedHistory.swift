import EventLog
import ExperimentStore
import FileSystem
package import TrackingEntities

/// The history of one metric for who looks again and again: each time only what was added to the
/// event files since is read.
package struct FollowedHistory: Sendable {
  private struct File {
    let identity: FileIdentity
    var place = HistoryReader.Place()
  }

  private let experiment: Experiment
  private let key: Key
  private var files: [String: File] = [:]

  package init(of experiment: Experiment, _ key: Key) {
    self.experiment = experiment
    self.key = key
  }

  /// The points that were added since the last look: writer after writer, of each in the order they
  /// were written. There may be none of the metric yet.
  package mutating func look() throws(TrackingError) -> MetricHistory {
    experiment.storeWhatWaits()
    let directory = try experiment.directory
    let table = PointTable()
    let reader = try ExperimentReader(directory, folder: experiment.folder).historyFiles()
    for (writer, name) in reader.files {
      let identity = FileIdentity(try SystemCalls.status(directory.descriptor, name))
      var file = files[name] ?? File(identity: identity)
      // Another file has taken the place of the one that was read.
      if file.identity != identity { file = File(identity: identity) }
      var history = try HistoryReader(
        directory: directory, file: name, key: key, writer: writer, from: file.place)
      if history.size < file.place.offset {
        history = try HistoryReader(directory: directory, file: name, key: key, writer: writer)
      }
      try history.read(into: table, most: .max)
      file.place = history.place
      files[name] = file
    }
    return MetricHistory(key, HistoryColumns(table))
  }
}
