package import ExperimentAnalysis
package import ExperimentRuntime
import ExperimentStore
package import TrackingEntities

extension Experiment {
  /// What is known now, with the label, as `exp-003.12`; it is empty where the number of the
  /// experiment around is not known.
  package func labelledSnapshot() throws(TrackingError) -> (ExperimentSnapshot, label: String) {
    let snapshot = try snapshot()
    let number = parentNumber(snapshot) ?? 0
    let hasLabel = snapshot.identity.child == 0 || number > 0
    return (snapshot, hasLabel ? snapshot.label(parentNumber: number) : "")
  }
}

extension ListingEntry {
  /// The absolute path of the experiment's folder.
  package var path: String { incrementPath + "/experiments/" + snapshot.folder }
}

extension ExperimentSnapshot {
  /// The error of somebody who asks for a parameter that there is not.
  package func noParam(_ key: Key) -> TrackingError {
    TrackingError(
      .notFound, "'\(name)' has no parameter '\(key.text)'; it has:",
      candidates: LookupSuggestions.ordered(params.map(\.key.text), closestTo: key.text, limit: 20))
  }
}
