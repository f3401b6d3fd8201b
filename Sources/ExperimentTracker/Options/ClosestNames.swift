import ExperimentStore
package import TrackingEntities

/// The names closest to an unknown one, for callers that write the message themselves.
package enum ClosestNames {
  /// The names of a JSON array, the closest to a text first and the others after them, at most
  /// twelve.
  package static func list(json: [UInt8], to text: String) throws(TrackingError) -> Value {
    let expected = TrackingError(.invalidArgument, "the names must be a JSON array of texts")
    guard case .list(let elements) = try Value(json: json, options: .lenient) else {
      throw expected
    }
    var names: [String] = []
    for element in elements {
      guard let name = element.text else { throw expected }
      names.append(name)
    }
    return .list(LookupSuggestions.ordered(names, closestTo: text).map { .text($0) })
  }
}
