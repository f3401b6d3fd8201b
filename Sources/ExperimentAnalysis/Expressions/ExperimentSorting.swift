package import TrackingEntities

/// Puts experiments in the order of one of their fields.
package struct ExperimentSorting {
  private let field: ExpressionField
  private let isDescending: Bool

  /// - Parameters:
  ///   - text: A field as in an expression, such as `params.lr` or `created`; any other word is the
  ///     key of a metric.
  ///   - isDescending: Whether the largest comes first.
  /// - Throws: `invalidArgument` if the field is a list.
  package init(by text: String, isDescending: Bool) throws(TrackingError) {
    field = try ExpressionField(alone: text)
    guard field.kind != .list else {
      throw TrackingError(
        .invalidArgument,
        "experiments cannot be sorted by \(field.name), which is a list; sort by a metric, a "
          + "parameter or a field such as created")
    }
    self.isDescending = isDescending
  }

  /// The experiments sorted: numbers, then text, then those without a value, which come last
  /// whatever the direction. Equals keep their order.
  package func sorted(
    _ snapshots: [ExperimentSnapshot], in increment: String
  ) -> [ExperimentSnapshot] {
    order(snapshots.map { ($0, increment) }).map { snapshots[$0] }
  }

  /// The places of the experiments in the order of `sorted`, each with the increment it is in.
  package func order(_ experiments: [(ExperimentSnapshot, increment: String)]) -> [Int] {
    let rated = experiments.enumerated().map { place, one in
      (place, Self.Rated(field.value(in: Subject(snapshot: one.0, increment: one.increment))))
    }
    let order = rated.sorted { left, right in
      if left.1.group != right.1.group {
        let isLast = left.1.group == .none || right.1.group == .none
        return (left.1.group.rawValue < right.1.group.rawValue) != (isDescending && !isLast)
      }
      switch ValueOrder.between(left.1.value, right.1.value) {
      case .before: return !isDescending
      case .after: return isDescending
      case .same, nil: return left.0 < right.0
      }
    }
    return order.map(\.0)
  }

  /// What a reader should know if no experiment has the field.
  package func notes(on snapshots: [ExperimentSnapshot]) -> [String] {
    snapshots.isEmpty ? [] : [UnknownField.note(on: field, in: snapshots)].compactMap { $0 }
  }

  private struct Rated {
    enum Group: Int {
      case number
      case text
      case none
    }

    let group: Group
    let value: Value

    init(_ value: Value?) {
      switch value {
      case .text: group = .text
      case .boolean, .integer, .bigInteger: group = .number
      case .number(let number): group = number.isNaN ? .none : .number
      case .null, .list, .map, nil: group = .none
      }
      self.value = value ?? .null
    }
  }
}
