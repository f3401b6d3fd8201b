import TrackingEntities

/// Which columns a comparison has, and their cells.
struct TableColumns {
  /// More columns than this help no reader; the rest is counted in a note.
  static let mostMetrics = 24

  /// The columns in order: parameters, metrics, changes in a series, the training time.
  private(set) var columns: [Comparison.Column] = []
  /// How many metrics got no column.
  private(set) var hiddenMetrics = 0
  /// Metrics that were asked for and that no experiment has.
  private(set) var unknown: [Key] = []
  /// Parameters that were asked for and that no experiment has.
  private(set) var unknownParams: [Key] = []
  /// How many parameters got no column.
  private(set) var hiddenParams = 0
  /// The metrics and the parameters that there are.
  let logged: [Key]
  let loggedParams: [Key]
  private let primary: PrimaryMetric?

  init(
    _ rows: [Comparison.Row], _ primary: PrimaryMetric?, _ options: ComparisonOptions
  ) {
    self.primary = primary
    let order = Self.order(rows)
    logged = order
    let selection = ParamSelection(options.params, rows)
    let params = selection.keys
    loggedParams = selection.logged
    unknownParams = selection.unknown
    hiddenParams = selection.hidden
    var keys: [Key] = []
    var hasTime = rows.contains { $0.trainingTime != nil }
    if let asked = options.metrics {
      let known = Set(order)
      hasTime = asked.contains { TrainingTime.isAsked(for: $0) }
      keys = Self.unique(asked).filter { !TrainingTime.isAsked(for: $0) }
      unknown = keys.filter { !known.contains($0) }
      show(primary, &keys, &hasTime)
    } else {
      let sources = Self.timeSources(rows)
      keys = order.filter { !sources.contains($0) && !DetailMetric.matches($0) }
      hide(&keys)
      show(primary, &keys, &hasTime)
    }
    let headings = Heading.titles(params + keys)
    for (key, heading) in zip(params + keys, headings).prefix(params.count) {
      columns.append(Comparison.Column(content: .param(key), heading: heading))
    }
    for (key, heading) in zip(keys, headings.dropFirst(params.count)) {
      let own = key == primary?.key && primary?.isAssumed == false ? primary?.direction : nil
      let direction = options.directions[key] ?? own ?? MetricDirection(knownFor: key)
      columns.append(
        Comparison.Column(content: .metric(key), heading: heading, direction: direction))
    }
    if options.series != nil {
      if let primary {
        let heading = Heading.title(primary.key) + " Change"
        columns.append(.init(content: .change(primary.key), heading: heading))
      }
      columns.append(.init(content: .changedParams, heading: "Changed Params"))
    }
    if hasTime {
      columns.append(
        .init(content: .trainingTime, heading: "Training Time", direction: .lower))
    }
  }

  /// Writes the cells of all rows.
  func fill(_ rows: inout [Comparison.Row]) {
    for index in rows.indices {
      rows[index].cells = Array(repeating: .missing, count: columns.count)
    }
    fillMetrics(&rows)
    let style = primary?.style(rows) ?? .decimals(2)
    for (position, column) in columns.enumerated() {
      for index in rows.indices {
        switch column.content {
        case .metric, .range, .runs: break
        case .param(let key):
          guard let value = ParamSelection.value(key, of: rows[index].snapshot) else { continue }
          rows[index].cells[position] = .init(value: value, text: ValueText.line(value))
        case .trainingTime:
          guard let seconds = rows[index].trainingTime else { continue }
          rows[index].cells[position] = .init(
            value: .number(seconds), text: DurationText.seconds(seconds))
        case .change:
          guard index > 0 else { continue }
          rows[index].cells[position] = OrderedComparison.change(
            rows[index - 1], rows[index], style)
        case .changedParams:
          guard index > 0 else { continue }
          rows[index].cells[position] = OrderedComparison.changedParams(
            rows[index - 1].snapshot, rows[index].snapshot)
        }
      }
    }
  }

  private func fillMetrics(_ rows: inout [Comparison.Row]) {
    var positions: [Key: Int] = [:]
    for (position, column) in columns.enumerated() {
      if case .metric(let key) = column.content { positions[key] = position }
    }
    var values = Array(repeating: [(row: Int, value: MetricValue)](), count: columns.count)
    for row in rows.indices {
      for metric in rows[row].snapshot.metrics {
        if let position = positions[metric.key] { values[position].append((row, metric.last)) }
      }
    }
    for (position, entries) in values.enumerated() where !entries.isEmpty {
      guard case .metric(let key) = columns[position].content else { continue }
      let style = NumberStyle(for: entries.map(\.value), of: key)
      for entry in entries {
        rows[entry.row].cells[position] = .init(
          value: entry.value.value, text: style.text(entry.value))
      }
    }
  }

  /// Shows the metric that decides too, whatever else was named: a star without its reason
  /// misleads.
  private func show(_ primary: PrimaryMetric?, _ keys: inout [Key], _ hasTime: inout Bool) {
    guard let primary else { return }
    if primary.isTime {
      hasTime = true
    } else if !keys.contains(primary.key) {
      keys.append(primary.key)
    }
  }

  /// Keeps the first columns and, whatever its place, the primary metric.
  private mutating func hide(_ keys: inout [Key]) {
    guard keys.count > Self.mostMetrics else { return }
    hiddenMetrics = keys.count - Self.mostMetrics
    let hidden = keys.dropFirst(Self.mostMetrics)
    let isPrimaryHidden = hidden.contains { $0 == primary?.key }
    keys = Array(keys.prefix(Self.mostMetrics))
    if isPrimaryHidden, let key = primary?.key { keys[Self.mostMetrics - 1] = key }
  }

  private static func order(_ rows: [Comparison.Row]) -> [Key] {
    unique(rows.lazy.flatMap { $0.snapshot.metrics.lazy.map(\.key) })
  }

  private static func unique(_ keys: some Sequence<Key>) -> [Key] {
    var known: Set<Key> = []
    return keys.filter { known.insert($0).inserted }
  }

  /// The metrics that are shown as the training time of every row that has them.
  private static func timeSources(_ rows: [Comparison.Row]) -> Set<Key> {
    var sources = Set(TrainingTime.keys)
    for snapshot in rows.lazy.map(\.snapshot) {
      let used = TrainingTime.of(snapshot)?.source
      for metric in snapshot.metrics where sources.contains(metric.key) && metric.key != used {
        sources.remove(metric.key)
      }
    }
    return sources
  }
}
