import FileSystem
package import TrackingEntities

/// Fields of experiments as the columns of a table.
package struct ListingFields: Sendable {
  private enum Source: Sendable {
    case label
    case field(ExpressionField)
  }

  private let columns: [(name: String, source: Source)]

  /// The fields of a list with commas, as `name,metrics.auc.max,params.lr`.
  ///
  /// A word that is no field is a metric, or a parameter where no experiment has such a metric.
  package init(
    _ list: String, of snapshots: [ExperimentSnapshot]
  ) throws(TrackingError) {
    columns = try CommaList.parts(list, of: "fields", example: "name,metrics.accuracy").map {
      (name) throws(TrackingError) in
      if name == "label" { return (name, Source.label) }
      let field = try ExpressionField(alone: name)
      guard case .metric = field.source, !name.isContinuation(of: "metrics."),
        !snapshots.contains(where: { field.value(in: Subject(snapshot: $0, increment: "")) != nil }
        ),
        snapshots.contains(where: { $0.param(Key(name)) != nil })
      else { return (name, .field(field)) }
      let path = FieldPath(parts: [.init(text: name, isQuoted: true)])
      return (name, .field(ExpressionField(name: "params." + name, source: .param(path))))
    }
  }

  /// The usual fields: who each experiment is and how it stands, every metric and every parameter.
  package init(
    usualOf snapshots: [ExperimentSnapshot], telling increments: Bool
  ) {
    var columns: [(name: String, source: Source)] = [("label", .label)]
    for field in [SimpleField.name] + (increments ? [.increment] : [])
      + [.status, .created, .duration]
    {
      columns.append((field.rawValue, .field(.init(name: field.rawValue, source: .simple(field)))))
    }
    func add(_ prefix: String, _ key: Key, _ source: (FieldPath) -> ExpressionField.Source) {
      let name = prefix + key.text
      let path = FieldPath(parts: [.init(text: key.text, isQuoted: true)])
      columns.append((name, .field(ExpressionField(name: name, source: source(path)))))
    }
    for key in Self.unique(snapshots.lazy.flatMap { $0.metrics.map(\.key) }) {
      add("metrics.", key) { .metric($0, nil) }
    }
    for key in Self.unique(snapshots.lazy.flatMap { FlattenedParams.ofParams($0).map(\.key) }) {
      add("params.", key) { _ in
        .param(FieldPath(parts: Self.parts(key)))
      }
    }
    let tags = SimpleField.tags
    columns.append((tags.rawValue, .field(.init(name: tags.rawValue, source: .simple(tags)))))
    self.columns = columns
  }

  /// The columns of a table that has no rows yet.
  package var table: DataTable {
    DataTable(
      columns.map { column in
        if case .field(let field) = column.source {
          return .init(column.name, isTime: field.kind == .time)
        }
        return .init(column.name)
      })
  }

  /// One experiment as a row.
  package func row(_ entry: ListingEntry, shown: ExperimentSnapshot) -> [Value] {
    let subject = Subject(snapshot: shown, increment: entry.increment)
    return columns.map { column in
      switch column.source {
      case .label: entry.label.isEmpty ? .null : .text(entry.label)
      case .field(let field): field.value(in: subject) ?? .null
      }
    }
  }

  /// What a reader should know of fields that no experiment has.
  package func notes(on snapshots: [ExperimentSnapshot]) -> [String] {
    columns.compactMap { column in
      guard case .field(let field) = column.source, !snapshots.isEmpty else { return nil }
      return UnknownField.note(on: field, in: snapshots)
    }
  }

  private static func parts(_ key: Key) -> ArraySlice<FieldPath.Part> {
    key.text.split(separator: ".", omittingEmptySubsequences: false)
      .map { FieldPath.Part(text: String($0), isQuoted: false) }[...]
  }

  private static func unique(_ keys: some Sequence<Key>) -> [Key] {
    var seen: Set<Key> = []
    return keys.filter { seen.insert($0).inserted }
  }
}
