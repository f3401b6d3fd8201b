/// What a snapshot holds, while it is put together; `ExperimentSnapshot` says what each part is.
package struct SnapshotContent: Sendable, Equatable {
  package var identity: ExperimentIdentity
  package var folder: String
  package var increment = ""
  package var status: ExperimentStatus = .running
  package var failure: Failure?
  package var ended: Double?
  package var duration: Double?
  package var elapsed: Double?
  package var closed = ""
  package var params: [ExperimentSnapshot.Param] = []
  package var metrics: [MetricSummary] = []
  package var tags: [String] = []
  package var notes: [ExperimentSnapshot.Note] = []
  package var artifacts: [Artifact] = []
  package var selection: Selection?
  package var facts: [Value.Entry] = []
  package var writers: [ExperimentSnapshot.Writer] = []
  package var history: ExperimentSnapshot.HistoryState = .complete
  package var problems: [String] = []
  package var dropped: UInt64 = 0
  package var lastWrite = 0.0

  package init(identity: ExperimentIdentity, folder: String) {
    self.identity = identity
    self.folder = folder
  }
}
