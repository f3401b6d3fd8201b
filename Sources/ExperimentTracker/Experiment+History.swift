package import ExperimentAnalysis
package import ExperimentRuntime
package import TrackingEntities

extension HistoryColumns {
  /// At most so many of the points, as `PointSelection` chooses them.
  package func sample(_ most: Int) throws(TrackingError) -> HistoryColumns {
    let values = values
    return try chosen(PointSelection.places(of: count, most: most) { values[$0] })
  }
}

extension Experiment {
  /// The history of one metric, thinned to what a chart or a reader needs: both ends, the first
  /// value that is no number, and of equal stretches the smallest and the largest.
  ///
  /// - Parameters:
  ///   - key: The metric.
  ///   - most: How many points at most; 5 at least.
  /// - Throws: `notFound` with the metrics there are.
  public func history(_ key: String, most: Int) throws(TrackingError) -> MetricHistory {
    MetricHistory(Key(key), try historyColumns(Key(key)).sample(most))
  }

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
