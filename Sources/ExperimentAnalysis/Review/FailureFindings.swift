import TrackingEntities

/// Which experiments failed, and what they have in common that no completed one has.
enum FailureFindings {
  static func all(_ scope: ReviewScope) -> [Finding] {
    let failed = scope.members.filter { $0.status == .failed || $0.status == .crashed }
    guard !failed.isEmpty else { return [] }
    let completed = scope.members.filter { $0.status == .completed }
    let compared = scope.alternatives.filter { $0.status == .completed }
    let shared = failed.count > 1 && compared.count > 1 ? conditions(failed, compared) : []
    var sentence =
      "\(failed.count) of \(CountText.of(scope.members.count, "experiment"))\(scope.place) failed: "
      + ReviewText.list(failed.map(ReviewText.name)) + "."
    sentence += " " + errors(failed)
    if !shared.isEmpty {
      sentence +=
        " All of them and no completed one have "
        + ReviewText.list(shared.map(\.text)) + "."
    } else if failed.count > 1 && compared.count > 1 {
      sentence += " No parameter tells them from those that completed."
    }
    return [
      Finding(
        .failures, scope.parent.map(\.folder) ?? "experiments", sentence,
        advice: shared.isEmpty
          ? "Note the reason with each, so that nobody repeats it."
          : "Leave \(ReviewText.list(shared.map(\.text))) out, or mend what fails there.",
        failed.map { snapshot in
          Finding.Case(
            ReviewText.name(snapshot), snapshot.folder,
            [
              .init("status", .text(snapshot.status.rawValue)),
              .init("error", snapshot.failure.map { .text(FailureText.line($0)) } ?? .null),
            ])
        },
        [
          .init("failed", .integer(Int64(failed.count))),
          .init("completed", .integer(Int64(completed.count))),
          .init("of", .integer(Int64(scope.members.count))),
          .init(
            "shared",
            .list(
              shared.map { condition in
                [
                  "param": .text(condition.key.text), "relation": .text(condition.relation),
                  "value": condition.value,
                ]
              })),
        ])
    ]
  }

  /// `All with MemoryError: out of memory.`, or each different error with its number.
  private static func errors(_ failed: [ExperimentSnapshot]) -> String {
    let texts = failed.map { snapshot in
      snapshot.failure.map(FailureText.line)
        ?? (snapshot.status == .crashed ? "no end recorded" : "no error recorded")
    }
    var order: [String] = []
    var counts: [String: Int] = [:]
    for text in texts {
      if counts[text] == nil { order.append(text) }
      counts[text, default: 0] += 1
    }
    if order.count == 1 { return (failed.count == 1 ? "" : "All: ") + order[0].ended }
    return ReviewText.list(order.map { "\(counts[$0] ?? 0)× \($0)" }, by: "; ").ended
  }

  private struct Condition {
    let key: Key
    let relation: String
    let value: Value

    var text: String { "\(ReviewText.key(key)) \(relation) \(ValueText.line(value, limit: 60))" }
  }

  /// Conditions on one parameter that all failed ones fulfil and no completed one does: one value,
  /// or all above or below a number.
  private static func conditions(
    _ failed: [ExperimentSnapshot], _ completed: [ExperimentSnapshot]
  ) -> [Condition] {
    let (lost, well) = (failed.map(Params.init), completed.map(Params.init))
    return (lost.first?.order ?? []).compactMap { key in
      let values = lost.compactMap { $0.values[key] }
      let others = well.compactMap { $0.values[key] }
      // Completed runs without the parameter do not fulfil the condition either, but one alone that
      // has it shows little.
      guard let first = values.first, values.count == lost.count, others.count > 1 else {
        return nil
      }
      if values.allSatisfy({ ParamValue.areSame($0, first) }) {
        guard !others.contains(where: { ParamValue.areSame($0, first) }) else { return nil }
        return Condition(key: key, relation: "=", value: first)
      }
      let numbers = values.compactMap { finite($0) }
      let limits = others.compactMap { finite($0) }
      guard numbers.count == values.count, limits.count == others.count,
        let least = numbers.min(), let most = numbers.max(), let lowest = limits.min(),
        let highest = limits.max()
      else { return nil }
      if least > highest { return Condition(key: key, relation: "≥", value: number(least)) }
      if most < lowest { return Condition(key: key, relation: "≤", value: number(most)) }
      return nil
    }
  }

  private struct Params {
    let order: [Key]
    let values: [Key: Value]

    init(_ snapshot: ExperimentSnapshot) {
      let params = FlattenedParams.ofParams(snapshot)
      order = params.map(\.key)
      values = Dictionary(params.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
  }

  private static func finite(_ value: Value) -> Double? {
    guard let number = value.double, number.isFinite else { return nil }
    return number
  }

  private static func number(_ value: Double) -> Value {
    Int64(exactly: value).map(Value.integer) ?? .number(value)
  }
}

extension String {
  /// The text with a full stop at its end.
  fileprivate var ended: String { hasSuffix(".") ? self : self + "." }
}
