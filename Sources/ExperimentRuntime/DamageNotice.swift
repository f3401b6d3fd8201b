package import TrackingEntities

extension ExperimentSnapshot {
  /// The warning about an experiment that cannot be read completely; nil where it can.
  package var damageNotice: String? {
    guard let first = problems.first else { return nil }
    let more = problems.count > 1 ? "; and \(problems.count - 1) more" : ""
    return "'\(folder)' is damaged: \(first)\(more)"
  }

  /// The warnings about all that cannot be read completely.
  package static func damageNotices(_ snapshots: some Sequence<ExperimentSnapshot>) -> [String] {
    let all = snapshots.compactMap(\.damageNotice)
    guard all.count > mostNotices else { return all }
    return all.prefix(mostNotices) + ["\(all.count - mostNotices) more experiments are damaged"]
  }

  private static var mostNotices: Int { 10 }
}
