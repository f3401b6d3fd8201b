import ExperimentStore
package import TrackingEntities

/// A series of related experiments in the order that their author gives.
package enum OrderedComparison {
  /// The candidates for the names: each a folder, a name (its newest re-run) or `exp-NNN`.
  static func pick(
    _ names: [String], from candidates: [Candidate], _ snapshots: [ExperimentSnapshot]
  ) throws(TrackingError) -> [Candidate] {
    var picked: [Candidate] = []
    for name in names {
      if let candidate = find(name, candidates) {
        picked.append(candidate)
      } else if let inside = newest(snapshots.filter { isCalled(name, $0) }) {
        picked.append(Candidate(root: inside, parent: nil, members: [inside]))
      } else {
        let known = candidates.map(\.root.name)
        let close = LookupSuggestions.closest(to: name, in: known)
        throw TrackingError(
          .experimentNotFound,
          "no experiment to compare is called \"\(VisibleText.line(name))\"; "
            + "name the experiments by name, folder or number:",
          candidates: (close.isEmpty ? Array(known.prefix(12)) : close).map {
            VisibleText.line($0)
          })
      }
    }
    return picked
  }

  /// How the primary metric changed: `+0.02 (+2.4%)`.
  static func change(
    _ previous: Comparison.Row, _ row: Comparison.Row, _ style: NumberStyle
  ) -> Comparison.Cell {
    guard let before = previous.score?.double, let after = row.score?.double,
      before.isFinite, after.isFinite
    else { return .missing }
    let difference = after - before
    var decimals = 2
    if case .decimals(let shown) = style { decimals = shown }
    var text = NumberText.signed(difference, decimals: decimals)
    if style == .integers { text = NumberText.signed(difference, decimals: 0) }
    let percent = difference / abs(before) * 100
    if percent.isFinite { text += " (\(NumberText.signed(percent, decimals: 1))%)" }
    return .init(value: .number(difference), text: text)
  }

  /// Which parameters changed: `max_depth 3 → 6, +subsample 0.8, −alpha, model.depth 2 → 4`.
  static func changedParams(
    _ previous: ExperimentSnapshot, _ snapshot: ExperimentSnapshot
  ) -> Comparison.Cell {
    var changes: [String] = []
    let (earlier, present) = (
      FlattenedParams.ofParams(previous), FlattenedParams.ofParams(snapshot)
    )
    let known = Dictionary(earlier.map { ($0.key, $0.value) }) { $1 }
    for param in present {
      let name = VisibleText.line(param.key.text, limit: 60)
      let value = ValueText.line(param.value, limit: 40)
      guard let before = known[param.key] else {
        changes.append("+\(name) \(value)")
        continue
      }
      if !ParamValue.areSame(before, param.value) {
        changes.append("\(name) \(ValueText.line(before, limit: 40)) → \(value)")
      }
    }
    let kept = Set(present.map(\.key))
    for param in earlier where !kept.contains(param.key) {
      changes.append("−\(VisibleText.line(param.key.text, limit: 60))")
    }
    guard !changes.isEmpty else { return .missing }
    let more = changes.count > 8 ? ", and \(changes.count - 8) more" : ""
    return .init(
      value: .list(changes.map { .text($0) }),
      text: changes.prefix(8).joined(separator: ", ") + more)
  }

  private static func find(_ name: String, _ candidates: [Candidate]) -> Candidate? {
    let wanted = Key(name)
    if let exact = candidates.first(where: { Key($0.root.folder) == wanted }) { return exact }
    return candidates.filter { isCalled(name, $0.root) }.max {
      ExperimentOrder.isNewer($1.root, $0.root)
    }
  }

  private static func newest(_ snapshots: [ExperimentSnapshot]) -> ExperimentSnapshot? {
    snapshots.max { ExperimentOrder.isNewer($1, $0) }
  }

  /// Whether an experiment is meant by a name: its folder, its name, `0042-topic/name` where
  /// several increments are compared, or `exp-NNN`.
  package static func isCalled(_ name: String, _ snapshot: ExperimentSnapshot) -> Bool {
    let wanted = Key(name)
    if Key(snapshot.folder) == wanted || Key(snapshot.name) == wanted { return true }
    if !snapshot.increment.isEmpty, Key("\(snapshot.increment)/\(snapshot.name)") == wanted {
      return true
    }
    return snapshot.identity.child == 0 && snapshot.identity.number != 0
      && Key(snapshot.label()) == wanted
  }
}
