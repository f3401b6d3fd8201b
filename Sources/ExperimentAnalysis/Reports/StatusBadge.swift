import TrackingEntities

/// The status of an experiment as a coloured label.
enum StatusBadge {
  static func html(_ status: ExperimentStatus) -> String {
    HTMLText.badge(status.rawValue, colour: colour(status))
  }

  private static func colour(_ status: ExperimentStatus) -> String {
    switch status {
    case .running: "#1f6feb"
    case .completed: "#1a7f37"
    case .failed: "#cf222e"
    case .interrupted: "#9a6700"
    case .crashed: "#a40e26"
    case .unknown: "#6e7781"
    }
  }
}
