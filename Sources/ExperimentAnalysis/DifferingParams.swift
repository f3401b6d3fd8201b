package import TrackingEntities

/// Which parameters differ between rows: experiments, groups of runs, combinations of a sweep.
///
/// A parameter differs where two rows have different values of it, or only some rows have one.
/// `ParamValue` says which values are the same.
package struct DifferingParams {
  /// A parameter that differs.
  package struct Param {
    /// The parameter.
    package let key: Key
    /// Which of its values each row has, counted from 0 in the order of first appearance; nil where
    /// a row has none.
    package let values: [Int?]
  }

  /// Those that differ, in the order of first appearance.
  package let params: [Param]

  /// - Parameter rows: The parameters of each row. Maps are compared as wholes.
  package init(_ rows: [[Value.Entry]]) {
    let members = rows.map(ParamValue.members)
    params = Self.keys(rows).map { key in
      var places: [ParamValue: Int] = [:]
      let values = members.map { row in
        row[key].map { value in
          let place = places[value] ?? places.count
          places[value] = place
          return place
        }
      }
      return Param(key: key, values: values)
    }
  }

  /// The parameters that differ, in the order of first appearance.
  static func keys(_ rows: [[Value.Entry]]) -> [Key] {
    let members = rows.map { row in
      Dictionary(row.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
    return all(rows).filter { key in
      guard let first = members.first?[key] else { return true }
      return members.contains { row in
        row[key].map { !ParamValue.areSame($0, first) } ?? true
      }
    }
  }

  /// All parameters, each once, in the order of first appearance.
  static func all(_ rows: [[Value.Entry]]) -> [Key] {
    var seen: Set<Key> = []
    return rows.joined().map(\.key).filter { seen.insert($0).inserted }
  }

  /// Reads the rows as C and Python give them: a JSON array of objects.
  package init(json: [UInt8]) throws(TrackingError) {
    let expected = TrackingError(.invalidArgument, "the rows must be a JSON array of objects")
    guard case .list(let elements) = try Value(json: json, options: .lenient) else {
      throw expected
    }
    var rows: [[Value.Entry]] = []
    for element in elements {
      guard case .map(let row) = element else { throw expected }
      rows.append(row)
    }
    self.init(rows)
  }

  /// As C and Python get them: `{"depth": [0, 1, 0, null]}`.
  package var value: Value {
    .map(
      params.map { param in
        let values = param.values.map { $0.map { Value.integer(Int64($0)) } ?? .null }
        return Value.Entry(param.key, .list(values))
      })
  }
}
