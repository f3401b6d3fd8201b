import ExperimentAnalysis
import ExperimentRuntime
import FileSystem
public import TrackingEntities

/// The page with its data in it. What it shows of curves and details depends on how much there is:
/// the file stays small enough to be sent.
extension Dashboard {
  /// So many bytes the curves may take, and what is known of each experiment beside its row.
  private static let mostCurveBytes = 220_000
  private static let mostDetailBytes = 60_000
  /// The numbers of columns of pixels that are tried, and how many metrics are shown at least.
  private static let columns = [500, 350, 250, 175, 125, 90, 60, 40, 25, 15, 10]

  /// The page as one file that needs no server: with the experiments, their curves and their
  /// comparison as they are now.
  ///
  /// - Parameter ids: The identifiers of the experiments that it holds, with all that is inside
  ///   them; nil for all.
  public func file(of ids: [String]? = nil) throws(TrackingError) -> [UInt8] {
    try locked { () throws(TrackingError) in
      try experiments.look()
      var chosen = experiments.rows
      if let ids {
        for id in ids { _ = try row(id) }
        chosen = rows(within: Set(ids))
      }
      var members: [Value.Entry] = [.init("ask", "comparison")]
      if let ids { members.append(.init("ids", .list(ids.map { .text($0) }))) }
      // Where nothing can be compared the rest is shown.
      let compared = try? comparison(try DashboardRequest(.map(members)))
      return try page(of: chosen, compared)
    }
  }

  /// Experiments and all that is inside them. Parents come before those inside them.
  private func rows(within ids: Set<String>) -> [DashboardRow] {
    var inside = ids
    return experiments.rows.filter { row in
      if row.parent.map(inside.contains) ?? false { inside.insert(row.id) }
      return inside.contains(row.id)
    }
  }

  /// The page of a comparison: with what was compared, and the comparison as it was made.
  func file(of result: ComparisonResult) throws(TrackingError) -> [UInt8] {
    try locked { () throws(TrackingError) in
      try experiments.look()
      var wanted: Set<String> = []
      var sweeps: Set<String> = []
      for row in result.comparison.rows {
        wanted.insert(row.snapshot.identity.id)
        for member in row.group?.members ?? [] { wanted.insert(member.identity.id) }
        if let sweep = row.sweep { sweeps.insert(sweep.identity.id) }
      }
      let inside = Set(rows(within: sweeps).map(\.id))
      let rows = experiments.rows.filter { wanted.contains($0.id) || inside.contains($0.id) }
      return try page(of: rows, withIDs(result.json().entries, result), view: "comparison")
    }
  }

  /// - Parameter view: What the page opens with; nil leaves it to the page.
  private func page(
    of rows: [DashboardRow], _ comparison: [Value.Entry]?, view: String? = nil
  ) throws(TrackingError) -> [UInt8] {
    let data = try embedded(rows, comparison, view).json(layout: .compact)
    return try DashboardPage.ofLibrary().html(data: data)
  }

  private func embedded(
    _ rows: [DashboardRow], _ comparison: [Value.Entry]?, _ view: String?
  ) throws(TrackingError) -> Value {
    var answers: [Value.Entry] = [.init("experiments", Self.answer(table(of: rows)))]
    answers.append(.init("series", .list([try curves(of: rows)])))
    answers.append(.init("experiment", .map(try details(of: rows))))
    if let comparison { answers.append(.init("comparison", Self.answer(comparison))) }
    var members: [Value.Entry] = [
      .init("embedded", .boolean(true)), .init("schema_version", .integer(1)),
      .init("answers", .map(answers)),
    ]
    if let view { members.append(.init("view", .text(view))) }
    return .map(members)
  }

  /// The curves of as many metrics, and in as many columns, as there is room for.
  private func curves(of rows: [DashboardRow]) throws(TrackingError) -> Value {
    let all = Self.metrics(of: rows, primary: experiments.primary)
    var metrics = all
    var columns = Self.columns[...]
    while true {
      let estimate = Self.estimate(rows, Set(metrics.map { Key($0) }), columns.first ?? 10)
      let isSmallest = columns.count <= 1 && metrics.count <= 1
      if estimate <= Self.mostCurveBytes || isSmallest {
        var request = CurvesRequest(
          metrics: metrics, columns: columns.first ?? 10, times: .parts(1000))
        request.ids = rows.map(\.id)
        let found = Self.answer(
          curves(request) + [
            .init("metrics", .list(metrics.map { .text($0) })),
            .init("columns", .integer(Int64(columns.first ?? 10))),
            .init("left_out", .list(all.dropFirst(metrics.count).map { .text($0) })),
          ])
        let size = try found.json(layout: .compact).count
        if size <= Self.mostCurveBytes || isSmallest { return found }
      }
      // Half of the metrics are of more use than all of them as a blur.
      if columns.count > 1, (columns.first ?? 0) > 60 || metrics.count <= 1 {
        columns.removeFirst()
      } else {
        metrics.removeLast(metrics.count - max(1, metrics.count / 2))
        columns = Self.columns[...]
      }
    }
  }

  /// The metrics: the one that decides first, then those that most experiments have.
  private static func metrics(of rows: [DashboardRow], primary: PrimaryMetric?) -> [String] {
    var order: [Key] = []
    var uses: [Key: Int] = [:]
    for row in rows {
      for metric in row.snapshot.metrics where metric.count > 1 {
        if uses[metric.key] == nil { order.append(metric.key) }
        uses[metric.key, default: 0] += 1
      }
    }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    return order.sorted { left, right in
      if (left == primary?.key) != (right == primary?.key) { return left == primary?.key }
      let (one, other) = (uses[left] ?? 0, uses[right] ?? 0)
      return one != other ? one > other : (places[left] ?? 0) < (places[right] ?? 0)
    }.map(\.text)
  }

  /// About how many bytes the curves take.
  private static func estimate(_ rows: [DashboardRow], _ metrics: Set<Key>, _ columns: Int) -> Int {
    var bytes = 0
    for row in rows {
      for metric in row.snapshot.metrics where metric.count > 1 && metrics.contains(metric.key) {
        bytes += 200 + min(metric.count, 2 * columns) * 3
      }
    }
    return bytes
  }

  /// What is known of each experiment beside its row, as long as there is room.
  private func details(of rows: [DashboardRow]) throws(TrackingError) -> [Value.Entry] {
    var details: [Value.Entry] = []
    var room = Self.mostDetailBytes
    for row in rows {
      guard let known = try? experiment(row) else { continue }
      let value = Self.answer(known)
      let size = try value.json(layout: .compact).count
      guard size <= room else { continue }
      room -= size
      details.append(.init(Key(row.id), value))
    }
    return details
  }
}
