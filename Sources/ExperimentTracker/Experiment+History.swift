package import ExperimentAnalysis
package import ExperimentRuntime
package import TrackingEntities

extension Experiment {
  /// The history of one metric as a reader sees it.
  ///
  /// - Parameter most: How many points are shown; nil for all.
  /// - Returns: The history, and what could not be read of it.
  package func historyView(
    _ key: String, most: Int?
  ) throws(TrackingError) -> (view: HistoryView, problems: [String]) {
    let history = try history(key)
    let view = HistoryView(key, values: history.values, most: most) { place in
      HistoryView.Point(
        step: history.steps[place],
        value: history.integers.map { .integer($0[place]) } ?? .number(history.values[place]),
        time: history.times[place])
    }
    return (view, history.problems)
  }
}
