import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// The curves that a dashboard was asked for: their points stay in memory, up to a limit, so that a
/// zoom reads no file and a tick only what is new.
struct DashboardCurves {
  private struct Known {
    var series = FollowedSeries()
    var keys: Set<Key> = []
    /// The revision of the experiment that was read.
    var revision = -1
    var lastUse = 0
    var bytes = 0
  }

  private let mostBytes: Int
  private var known: [String: Known] = [:]
  private var bytes = 0
  private var uses = 0

  /// - Parameter mostBytes: How much memory the points may take.
  init(mostBytes: Int = 192 << 20) { self.mostBytes = mostBytes }

  /// The curves of an experiment's metrics, the owner's first.
  mutating func curves(
    _ keys: [Key], of row: DashboardRow, in folder: ExperimentsFolder
  ) throws(TrackingError) -> [Key: [FollowedSeries.Line]] {
    uses += 1
    var now = known.removeValue(forKey: row.id) ?? Known()
    bytes -= now.bytes
    if now.revision != row.revision || !now.keys.isSuperset(of: keys) {
      let directory = try folder.directory.folder(row.snapshot.folder)
      try now.series.readOn(keys, of: row.snapshot, in: directory)
      now.keys.formUnion(keys)
      now.revision = row.revision
    }
    now.lastUse = uses
    now.bytes = now.series.bytes
    let lines = Dictionary(keys.map { ($0, now.series.lines($0)) }, uniquingKeysWith: { $1 })
    bytes += now.bytes
    known[row.id] = now
    if bytes > mostBytes { forgetOldest() }
    return lines
  }

  /// Forgets what was asked for longest ago, until a quarter of the memory is free.
  private mutating func forgetOldest() {
    for (id, oldest) in known.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      if bytes <= mostBytes / 4 * 3 { return }
      bytes -= oldest.bytes
      known[id] = nil
    }
  }
}

/// What is asked of curves.
struct CurvesRequest {
  /// The horizontal axis.
  enum Axis {
    case step
    case time
    /// Since the experiment began.
    case relative
    case metric(String)
  }

  var metrics: [String]
  /// The experiments; nil for all.
  var ids: [String]?
  var axis = Axis.step
  var range: CurveSample.Request
  /// Whether each curve has its times beside its positions, and how exact.
  var times: CurveNumbers.Precision?
  /// How many points of which curve are known already; nil where that was not said.
  var have: Value?

  static let usualColumns = 500

  init(_ request: DashboardRequest) throws(TrackingError) {
    guard let metrics = try request.texts("metrics") else {
      throw request.wrong("metrics", "a list of texts")
    }
    self.metrics = Self.once(metrics)
    ids = try request.texts("ids").map(Self.once)
    range = CurveSample.Request(
      columns: try request.size("columns") ?? Self.usualColumns,
      from: try request.number("from"), to: try request.number("to"))
    times = try request.flag("time") ? .parts(65535) : nil
    switch try request.text("x") ?? "step" {
    case "step": axis = .step
    case "time": axis = .time
    case "relative": axis = .relative
    case let text:
      guard let key = text.without(beginning: "metric:") else {
        throw request.wrong("x", "\"step\", \"time\", \"relative\" or \"metric:\" and a metric")
      }
      axis = .metric(key)
    }
    if let have = request.value("have") {
      guard case .map(let entries) = have,
        entries.allSatisfy({ if case .map = $0.value { true } else { false } })
      else { throw request.wrong("have", "an object of objects: {id: {metric: count}}") }
      self.have = have
    }
  }

  init(metrics: [String], columns: Int, times: CurveNumbers.Precision?) {
    self.metrics = metrics
    self.times = times
    range = CurveSample.Request(columns: columns)
  }

  /// Each of the texts once, so that no request makes an answer longer than what there is.
  private static func once(_ texts: [String]) -> [String] {
    var seen: Set<Key> = []
    return texts.filter { seen.insert(Key($0)).inserted }
  }

  /// How many points of a curve are known.
  func known(_ id: String, _ metric: String, _ writer: String?) -> Int {
    let name = writer.map { "\(metric)\u{0}\($0)" } ?? metric
    guard let count = have?[Key(id)]?[Key(name)]?.double, count >= 1, count < 0x1p53 else {
      return 0
    }
    return Int(count)
  }
}

/// Curves as the page reads them.
struct CurvesAnswer {
  private let request: CurvesRequest
  private var numbers = CurveNumbers()
  private var series: [Value] = []

  init(_ request: CurvesRequest) { self.request = request }

  /// The members of the answer.
  var members: [Value.Entry] {
    [.init("xs", .list(numbers.positions)), .init("series", .list(series))]
  }

  /// Adds the curves of one experiment.
  mutating func add(
    _ row: DashboardRow, in folder: ExperimentsFolder, _ curves: inout DashboardCurves
  ) throws(TrackingError) {
    let wanted = request.metrics.compactMap { text in
      row.snapshot.key(shownAs: text).map { (text, $0) }
    }
    guard !wanted.isEmpty else { return }
    var keys = wanted.map(\.1)
    var axis: Key?
    if case .metric(let text) = request.axis {
      guard let key = row.snapshot.key(shownAs: text) else { return }
      axis = key
      keys.append(key)
    }
    let found = try curves.curves(keys, of: row, in: folder)
    for (text, key) in wanted {
      for line in found[key] ?? [] {
        let other = axis.flatMap { found[$0] ?? [] }.map { lines in
          lines.first { $0.writer == line.writer } ?? lines.first
        }
        add(row, text, line, other ?? nil)
      }
    }
  }

  private mutating func add(
    _ row: DashboardRow, _ metric: String, _ line: FollowedSeries.Line,
    _ other: FollowedSeries.Line?
  ) {
    let curve = Curve(line.sessions)
    let known = request.known(row.id, metric, line.writer)
    let first = known <= curve.count ? known : 0
    if request.have != nil, first == curve.count { return }
    let created = row.snapshot.identity.created
    let start = curve.time(0)
    let axis: CurveAxis
    switch request.axis {
    case .step: axis = curve.steps
    case .time: axis = curve.times(since: 0)
    case .relative: axis = curve.times(since: created > 0 && created <= start ? created : start)
    case .metric:
      guard let other else { return }
      axis = curve.values(of: Curve(other.sessions))
    }
    let values = curve.values
    let sample = CurveSample(axis, values, request.range, from: first)
    var members: [Value.Entry] = [
      .init("id", .text(row.id)), .init("metric", .text(metric)),
      .init("count", .integer(Int64(curve.count))),
      .init("from", .integer(Int64(sample.first))),
      .init("x", index(of: sample.places.map { axis[$0] })),
      .init("y", CurveNumbers.values(sample.places.map { values[$0] })),
      .init("breaks", .list(sample.breaks.map { .integer(Int64($0)) })),
      .init(
        "marks",
        .list(
          sample.marks.map { [CurveNumbers.shortest(axis[$0]), .number(values[$0])] })),
      .init("start", .number(start)),
    ]
    if let precision = request.times {
      let times = sample.places.map { curve.time($0) }
      members.append(.init("t", .integer(Int64(numbers.index(of: times, precision)))))
    }
    if let writer = line.writer { members.append(.init("writer", .text(writer))) }
    series.append(.map(members))
  }

  private mutating func index(of positions: [Double]) -> Value {
    let isTime =
      switch request.axis {
      case .time, .relative: true
      case .step, .metric: false
      }
    return .integer(Int64(numbers.index(of: positions, isTime ? .parts(65535) : .exact)))
  }
}

extension ExperimentSnapshot {
  /// The metric that is shown as this text: its key may not be UTF-8.
  fileprivate func key(shownAs text: String) -> Key? {
    let key = Key(text)
    if metric(key) != nil { return key }
    return metrics.first { !$0.key.isText && $0.key.text.isSame(as: text) }?.key
  }
}
