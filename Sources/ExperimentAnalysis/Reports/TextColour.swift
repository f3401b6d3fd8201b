import TrackingEntities

/// The colours of a terminal (ECMA-48), for what people look at.
enum TextColour: String {
  case bold = "1"
  case faint = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case cyan = "36"

  /// The text in this colour; as it is where no colours are wanted.
  func paint(_ text: String, if isWanted: Bool = true) -> String {
    isWanted && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The colour of a status.
  init(_ status: ExperimentStatus) {
    switch status {
    case .completed: self = .green
    case .failed, .crashed: self = .red
    case .running: self = .cyan
    case .interrupted, .unknown: self = .yellow
    }
  }
}
