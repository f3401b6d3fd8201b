import TrackingEntities

/// Where a value holds numbers that JSON cannot write and shows as text: what tells the number NaN
/// from the text "NaN".
enum NotFinite {
  /// The way to each of them, as `["layers", 2, "rate"]`: names of maps and places in lists.
  static func places(in value: Value, at place: [Value]) -> [Value] {
    switch value {
    case .number(let number):
      number.isFinite ? [] : [.list(place)]
    case .list(let elements):
      elements.enumerated().flatMap {
        places(in: $0.element, at: place + [.integer(Int64($0.offset))])
      }
    case .map(let entries):
      entries.flatMap { places(in: $0.value, at: place + [.text($0.key.text)]) }
    default: []
    }
  }
}
