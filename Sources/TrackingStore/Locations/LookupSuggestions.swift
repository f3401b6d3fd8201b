import TrackingEntities

/// What a user may have meant who mistyped a name.
package enum LookupSuggestions {
  /// The names closest to a text, the closest first; those that differ in more than a third of the
  /// text are left out, unless one contains the other.
  package static func closest(to text: String, in names: [String], limit: Int = 5) -> [String] {
    let wanted = Array(text.lowercased().unicodeScalars.prefix(80))
    let allowed = max(2, wanted.count / 3)
    var found: [(name: String, distance: Int, place: Int)] = []
    for (place, name) in names.enumerated() {
      let scalars = Array(name.lowercased().unicodeScalars.prefix(80))
      let within = distance(wanted, scalars, atMost: allowed)
      if let within {
        found.append((name, within, place))
      } else if wanted.count > 2 && contains(scalars, wanted) {
        found.append((name, allowed + 1, place))
      }
    }
    found.sort { ($0.distance, $0.place) < ($1.distance, $1.place) }
    return found.prefix(limit).map(\.name)
  }

  /// The names with the closest to a text first and the others after them in their order, at most so
  /// many: for a list of what there is instead of what was asked for.
  package static func ordered(
    _ names: [String], closestTo text: String, limit: Int = 12
  ) -> [String] {
    let close = closest(to: text, in: names, limit: limit)
    let chosen = Set(close.map { Key($0) })
    return Array((close + names.filter { !chosen.contains(Key($0)) }).prefix(limit))
  }

  /// How many insertions, removals and changes of characters (Levenshtein); nil above a limit.
  static func distance(
    _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost limit: Int
  ) -> Int? {
    if abs(left.count - right.count) > limit { return nil }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      var smallest = row[0]
      for (j, b) in right.enumerated() {
        let change = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j] + 1, diagonal + 1)
        smallest = min(smallest, row[j + 1])
      }
      if smallest > limit { return nil }
    }
    let total = row[right.count]
    return total <= limit ? total : nil
  }

  private static func contains(_ scalars: [Unicode.Scalar], _ part: [Unicode.Scalar]) -> Bool {
    scalars.indices.contains { scalars[$0...].starts(with: part) }
  }
}
