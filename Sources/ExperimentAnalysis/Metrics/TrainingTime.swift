import TrackingEntities

/// How long an experiment took: what it logged, else its own duration.
enum TrainingTime {
  /// The metrics that are a training time, the best known first.
  static let keys: [Key] = ["training_time", "fit_time", "train_time"]

  /// Names that ask for the training time even where no metric of that name exists.
  static func isAsked(for key: Key) -> Bool { key == duration || keys.contains(key) }

  private static let duration: Key = "duration"

  /// The time in seconds, and the metric that it came from, nil for the experiment's own duration.
  static func of(_ snapshot: ExperimentSnapshot) -> (seconds: Double, source: Key?)? {
    let metrics = snapshot.metrics
    for key in keys {
      let metric = metrics.first { $0.key == key }
      if let seconds = metric?.last.double, seconds.isFinite, seconds >= 0 {
        return (seconds, key)
      }
    }
    guard let duration = snapshot.duration, duration.isFinite, duration >= 0 else { return nil }
    return (duration, nil)
  }
}
