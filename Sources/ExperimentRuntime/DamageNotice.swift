package import TrackingEntities

extension ExperimentSnapshot {
  /// What the user is told of an experiment that cannot be read whole; nil where it can.
  package var damageNotice: String? {
    guard let first = problems.first else { return nil }
    let more = problems.count > 1 ? "; and \(problems.count - 1) more" : ""
    return "'\(folder)' is damaged: \(first)\(more)"
  }

  /// What the user is told of all that cannot be read whole.
  package static func damageNotices(_ snapshots: some Sequence<ExperimentSnapshot>) -> [String] {
    let all = snapshots.compactMap(\.damageNotice)
    guard all.count > mostNotices else { return all }
    return all.prefix(mostNotices) + ["\(all.count - mostNotices) more experiments are damaged"]
  }

  private static var mostNotices: Int { 10 }
}
