package import TrackingEntities

/// The experiments of a listing as a table: who each is and how it stands, the metrics that most
/// have, the one that decides first, and the parameters that differ.
package struct ListingTable: Sendable {
  struct Column: Sendable {
    enum Content: Sendable { case label, name, increment, status, metric, param, tags }
    let content: Content
    let heading: String
    var cells: [String]
    var isNumeric = false
  }

  private static let mostMetrics = 8
  private static let mostParams = 6
  private static let longestHeading = 28
  private static let longestCell = 32

  /// How many experiments there are, and in which order they stand.
  let title: String
  /// The columns from the left.
  private(set) var columns: [Column] = []
  /// Metrics, parameters and tags by importance: the first ones stay where space is short.
  private(set) var byWorth: [Int] = []
  /// How deep each line is inside others.
  let depths: [Int]
  /// Whether a line follows inside the same experiment.
  let hasNext: [Bool]
  /// The status of each line; nil where it stands for several experiments.
  let statuses: [ExperimentStatus?]
  /// What else to say.
  private(set) var remarks: [String] = []

  /// - Parameters:
  ///   - entries: All experiments of the listing.
  ///   - order: Which of them are shown.
  ///   - shown: What is shown of an experiment: for a sweep the values of its best.
  ///   - telling: Whether a column says in which increment each is.
  ///   - namingParents: Whether one whose parent is not in the table is named with it.
  package init(
    _ entries: [ListingEntry], _ order: ListingOrder, telling increments: Bool,
    namingParents: Bool = true, shown: (Int) -> ExperimentSnapshot
  ) {
    title = Self.title(entries.count, order)
    depths = order.lines.map { line in
      switch line {
      case .experiment(_, let depth), .more(_, let depth): depth
      }
    }
    hasNext = Self.followers(depths)
    let lines = order.lines.map { (line) -> ExperimentSnapshot? in
      guard case .experiment(let place, _) = line else { return nil }
      return shown(place)
    }
    statuses = lines.map { $0?.status }
    guard !lines.isEmpty else { return }
    addIdentity(entries, order, telling: increments, namingParents: namingParents)
    let rows = Rows(lines)
    let metrics = addMetrics(rows)
    let params = addParams(rows, besides: metrics)
    addTags(rows)
    rate(metrics: metrics.count, params: params)
    if order.hidden > 0 {
      remarks.append(
        order.isNewestFirst
          ? "… and \(order.hidden) more, which are older" : "… and \(order.hidden) more")
    }
  }

  private static func title(_ count: Int, _ order: ListingOrder) -> String {
    let title = CountText.of(count, "experiment")
    return order.isNewestFirst ? title + ", the newest first" : title
  }

  private static func followers(_ depths: [Int]) -> [Bool] {
    depths.indices.map { line in
      let next = depths[(line + 1)...].first { $0 <= depths[line] }
      return next == depths[line] && depths[line] > 0
    }
  }

  private mutating func addIdentity(
    _ entries: [ListingEntry], _ order: ListingOrder, telling increments: Bool,
    namingParents: Bool
  ) {
    var label = Column(content: .label, heading: "", cells: [])
    var name = Column(content: .name, heading: "name", cells: [])
    var increment = Column(content: .increment, heading: "increment", cells: [])
    for line in order.lines {
      switch line {
      case .experiment(let place, let depth):
        let entry = entries[place]
        let own = Names.shown(entry.snapshot)
        let isAlone = depth == 0 && namingParents
        let parent = isAlone ? entry.parent.map { VisibleText.line($0.name) + " / " } : nil
        label.cells.append(entry.label)
        name.cells.append((parent ?? "") + own)
        increment.cells.append(VisibleText.line(entry.increment))
      case .more(let count, _):
        label.cells.append("")
        name.cells.append("… \(count) more")
        increment.cells.append("")
      }
    }
    columns = [label, name] + (increments ? [increment] : [])
    columns.append(
      Column(
        content: .status, heading: "status", cells: statuses.map { $0?.rawValue ?? "" }))
  }

  /// What is shown, and in how many lines each metric and parameter is.
  private struct Rows {
    let snapshots: [ExperimentSnapshot?]
    let params: [[Value.Entry]]

    init(_ snapshots: [ExperimentSnapshot?]) {
      self.snapshots = snapshots
      params = snapshots.map { $0.map(FlattenedParams.ofParams) ?? [] }
    }
  }

  private mutating func addMetrics(_ rows: Rows) -> [Key] {
    let snapshots = rows.snapshots.compactMap { $0 }
    let common = MetricOrder.common(snapshots.map { $0.metrics.map(\.key) })
    let keys = MetricOrder.keys(of: snapshots, common: common).prefix(Self.mostMetrics)
    for key in keys {
      let values = rows.snapshots.map { $0?.metric(key)?.last }
      let style = NumberStyle(for: values.compactMap { $0 })
      columns.append(
        Column(
          content: .metric, heading: Self.heading(key),
          cells: values.map { $0.map(style.text) ?? "" }, isNumeric: true))
    }
    return Array(keys)
  }

  private mutating func addParams(_ rows: Rows, besides metrics: [Key]) -> Int {
    let members = rows.params.map { params in
      Dictionary(params.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
    }
    let present = zip(rows.params, rows.snapshots).filter { $1 != nil }.map(\.0)
    let differing = Set(DifferingParams.keys(present))
    let keys = MetricOrder.common(rows.params.map { $0.map(\.key) }).filter(differing.contains)
      .prefix(Self.mostParams)
    for key in keys {
      let values = members.map { $0[key] }
      let heading = Self.heading(key)
      columns.append(
        Column(
          content: .param, heading: metrics.contains(key) ? "params." + heading : heading,
          cells: values.map { $0.map { ValueText.line($0, limit: Self.longestCell) } ?? "" },
          isNumeric: values.allSatisfy { $0 == nil || $0?.double != nil }))
    }
    return keys.count
  }

  private mutating func addTags(_ rows: Rows) {
    let cells = rows.snapshots.map { snapshot in
      VisibleText.line(
        snapshot?.tags.joined(separator: ", ") ?? "", limit: Self.longestCell)
    }
    if cells.contains(where: { !$0.isEmpty }) {
      columns.append(Column(content: .tags, heading: "tags", cells: cells))
    }
  }

  /// Two metrics, then parameters and further metrics by turns, then the tags.
  private mutating func rate(metrics: Int, params: Int) {
    let first = columns.count - metrics - params - (columns.last?.content == .tags ? 1 : 0)
    var waitingMetrics = Array(first..<(first + metrics))
    var waitingParams = Array((first + metrics)..<(first + metrics + params))
    byWorth = Array(waitingMetrics.prefix(2))
    waitingMetrics.removeFirst(byWorth.count)
    while !waitingMetrics.isEmpty || !waitingParams.isEmpty {
      if !waitingParams.isEmpty { byWorth.append(waitingParams.removeFirst()) }
      if !waitingMetrics.isEmpty { byWorth.append(waitingMetrics.removeFirst()) }
    }
    if columns.last?.content == .tags { byWorth.append(columns.count - 1) }
  }

  private static func heading(_ key: Key) -> String {
    key.bytes.isEmpty ? "\"\"" : VisibleText.line(key.text, limit: longestHeading)
  }
}
