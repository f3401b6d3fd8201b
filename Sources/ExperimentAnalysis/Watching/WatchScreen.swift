package import TrackingEntities

/// What a terminal shows of the experiments that are watched: a table of those that run and those
/// that ended last, with how their metrics went, and what has happened.
package struct WatchScreen: Sendable {
  /// One experiment.
  package struct Row: Sendable {
    package let snapshot: ExperimentSnapshot
    /// When it logged its last point, in seconds since 1970.
    let lastActive: Double
    /// What is wrong with it.
    let alerts: [WatchEvent]
    /// What it is called: one inside another after that one's name.
    let name: String

    /// - Parameter parent: The experiment around it.
    package init(
      _ snapshot: ExperimentSnapshot, lastActive: Double, alerts: [WatchEvent],
      inside parent: ExperimentSnapshot? = nil
    ) {
      (self.snapshot, self.lastActive, self.alerts) = (snapshot, lastActive, alerts)
      name = (parent.map { Names.shown($0) + " / " } ?? "") + Names.shown(snapshot)
    }
  }

  /// The space there is.
  package struct Space: Sendable {
    let width: Int
    /// How many lines; nil for as many as there are experiments.
    let height: Int?
    let colours: Bool

    package init(width: Int, height: Int?, colours: Bool) {
      (self.width, self.height, self.colours) = (max(width, 1), height, colours)
    }
  }

  private static let gap = 2
  private static let mostMetrics = 12
  private static let mostEvents = 8
  private static let mostRows = 50
  private static let longestCurve = 32
  private static let usefulCurve = 6
  private static let widestName = 40
  private static let narrowestName = 12

  private let increment: String
  private let rows: [Row]
  private let metrics: [Key]
  private let events: [WatchEvent]
  private let now: Double
  private let remark: String

  /// - Parameters:
  ///   - rows: All experiments, in any order.
  ///   - metrics: The metrics to show; empty for those that most have.
  ///   - events: What has happened, the latest last.
  ///   - now: Seconds since 1970.
  ///   - remark: What stands in the last line.
  package init(
    of increment: String, _ rows: [Row], metrics: [Key] = [], events: [WatchEvent] = [],
    now: Double, remark: String = ""
  ) {
    self.increment = increment
    self.rows = rows
    self.metrics = metrics
    self.events = events
    self.now = now
    self.remark = remark
  }

  /// The lines, none wider or more than the space has.
  ///
  /// - Parameter curve: How a metric of an experiment went.
  package func lines(
    _ space: Space, curve: (ExperimentSnapshot, Key) -> [Double]
  ) -> [String] {
    let height = space.height ?? .max
    var room = height - 2
    let hasRemark = !remark.isEmpty && height >= 6
    if hasRemark { room -= 1 }
    let shownEvents = Self.together(events).suffix(
      height < 10 ? 0 : min(Self.mostEvents, space.height.map { $0 / 4 } ?? Self.mostEvents))
    if !shownEvents.isEmpty { room -= shownEvents.count + 1 }
    let ordered = Self.ordered(rows)
    var shown = ordered.prefix(min(Self.mostRows, max(1, room)))
    if shown.count < ordered.count, room > 1 || space.height == nil {
      shown = ordered.prefix(min(Self.mostRows, room - 1))
    }
    var lines = [heading(space)]
    if rows.isEmpty {
      lines.append(cut("No experiments yet.", space))
    } else {
      lines += table(Array(shown), space, curve)
      if shown.count < ordered.count, lines.count < height {
        lines.append(cut("… and \(ordered.count - shown.count) more", space))
      }
    }
    if !shownEvents.isEmpty {
      lines.append("")
      lines += shownEvents.map { line($0.event, more: $0.more, space) }
    }
    if hasRemark {
      // It stays where it is when the table grows.
      if let height = space.height {
        while lines.count < height - 1 { lines.append("") }
      }
      lines = Array(lines.prefix(height - 1))
      lines.append(TextColour.faint.paint(cut(remark, space), if: space.colours))
    }
    return Array(lines.prefix(height))
  }

  private func cut(_ text: String, _ space: Space) -> String {
    TextWidth.cut(text, to: space.width)
  }

  /// What runs first, the newest of it first; then what ended last.
  private static func ordered(_ rows: [Row]) -> [Row] {
    rows.enumerated().sorted { left, right in
      let (a, b) = (left.element.snapshot, right.element.snapshot)
      if a.status.isFinal != b.status.isFinal { return b.status.isFinal }
      let (one, other) =
        a.status.isFinal ? (a.lastActive, b.lastActive) : (a.identity.created, b.identity.created)
      return one != other ? one > other : left.offset > right.offset
    }.map(\.element)
  }

  private func heading(_ space: Space) -> String {
    var counts: [(ExperimentStatus, Int)] = []
    for status in ExperimentStatus.allCases {
      let count = rows.count { $0.snapshot.status == status }
      if count > 0 { counts.append((status, count)) }
    }
    let time = Timestamp.text(now).utf8.dropFirst(11).prefix(8)
    let clock = String(decoding: time, as: UTF8.self) + " UTC"
    let facts = counts.map { "\($0.1) \($0.0.rawValue)" }
    let title = VisibleText.line(increment)
    // Where space is short the clock goes first, then what has ended.
    let room = space.width - min(TextWidth.of(title), Self.narrowestName) - Self.gap
    let choices = [facts + [clock], facts, Array(facts.prefix(1))].map {
      $0.joined(separator: " · ")
    }
    let right = choices.first { TextWidth.of($0) <= room } ?? ""
    let name = TextWidth.cut(title, to: max(4, space.width - TextWidth.of(right) - Self.gap))
    let blanks = max(0, space.width - TextWidth.of(name) - TextWidth.of(right))
    let line = right.isEmpty ? name : name + String(repeating: " ", count: blanks) + right
    return TextColour.bold.paint(cut(line, space), if: space.colours)
  }

  /// What happened to several metrics of an experiment at once is one line.
  private static func together(_ events: [WatchEvent]) -> [(event: WatchEvent, more: Int)] {
    var lines: [(event: WatchEvent, more: Int)] = []
    for event in events {
      if let last = lines.last?.event, last.kind == event.kind, last.folder == event.folder,
        last.time == event.time, last.metric != nil, event.metric != nil
      {
        lines[lines.count - 1].more += 1
      } else {
        lines.append((event, 0))
      }
    }
    return lines
  }

  private func line(_ event: WatchEvent, more: Int, _ space: Space) -> String {
    let time = Timestamp.text(event.time).utf8.dropFirst(11).prefix(8)
    let text =
      String(decoding: time, as: UTF8.self) + "  " + event.message
      + (more > 0 ? " (and \(CountText.of(more, "more metric")))" : "")
    let colour: TextColour =
      switch event.kind {
      case .notFinite, .crashed, .failed: .red
      case .stalled, .interrupted, .gone: .yellow
      case .completed, .recovered: .green
      case .started, .resumed: .cyan
      }
    return colour.paint(cut(text, space), if: space.colours)
  }
}

extension WatchScreen {
  /// A column as it is printed.
  private struct Column {
    let heading: String
    var cells: [(text: String, colour: TextColour?)]
    var width: Int
    var isOnLeft = false

    init(_ heading: String, _ cells: [(text: String, colour: TextColour?)], isOnLeft: Bool = false)
    {
      (self.heading, self.cells, self.isOnLeft) = (heading, cells, isOnLeft)
      width = max(TextWidth.of(heading), cells.map { TextWidth.of($0.text) }.max() ?? 0)
    }
  }

  private func table(
    _ rows: [Row], _ space: Space, _ curve: (ExperimentSnapshot, Key) -> [Double]
  ) -> [String] {
    var name = Column("name", rows.map { ($0.name, nil) })
    let status = Column("status", rows.map(status))
    let idle = Column(
      "idle",
      rows.map { row in
        let isOver = row.snapshot.status.isFinal
        return (isOver ? "" : SpanText.of(now - row.lastActive), nil)
      }, isOnLeft: true)
    let time = Column("time", rows.map { (duration($0), nil) }, isOnLeft: true)
    var fixed = [status, time, idle]
    let wanted = min(name.width, space.width < 100 ? Self.narrowestName * 2 : Self.widestName)
    var left = space.width - wanted
    var metrics: [Metric] = []
    let all = keys(rows).prefix(Self.mostMetrics).map { Metric($0, rows) }
    // Where there is no space for one metric, what else is known of the experiments is left out.
    while let first = all.first, fixed.count > 1,
      left - Self.taken(fixed) < Self.gap + first.width(curve: Self.usefulCurve)
    {
      if left - Self.taken(fixed) >= Self.gap + first.width(curve: 0) { break }
      fixed.removeLast()
    }
    left -= Self.taken(fixed)
    for metric in all {
      let taken = Self.gap + metric.width(curve: Self.usefulCurve)
      let isFirst = metrics.isEmpty
      guard taken <= left || (isFirst && Self.gap + metric.width(curve: 0) <= left) else {
        continue
      }
      left -= min(taken, left)
      metrics.append(metric)
    }
    // The space that is left: names first, then longer curves.
    let more = max(0, min(name.width - wanted, left))
    name.width = max(1, min(wanted + more, space.width))
    left -= more
    var columns = [name] + fixed
    var unshared = space.width - name.width - Self.taken(fixed)
    for (place, metric) in metrics.enumerated() {
      let share = unshared / (metrics.count - place)
      let room = min(Self.longestCurve, max(0, share - Self.gap - metric.width(curve: 0) - 1))
      let column = self.column(metric, rows, curve: room < 4 ? 0 : room, curve)
      unshared -= Self.gap + column.width
      columns.append(column)
    }
    name.cells = name.cells.map { (TextWidth.cut($0.text, to: name.width), $0.colour) }
    columns[0] = name
    var lines = [
      TextColour.bold.paint(
        cut(line(columns.map { ($0.heading, nil, $0) }, colours: false), space), if: space.colours)
    ]
    for row in rows.indices {
      let cells = columns.map { ($0.cells[row].text, $0.cells[row].colour, $0) }
      let plain = line(cells, colours: false)
      let fits = TextWidth.of(plain) <= space.width
      lines.append(fits ? line(cells, colours: space.colours) : cut(plain, space))
    }
    return lines
  }

  private static func taken(_ columns: [Column]) -> Int {
    columns.reduce(0) { $0 + gap + $1.width }
  }

  private func line(
    _ cells: [(text: String, colour: TextColour?, column: Column)], colours: Bool
  ) -> String {
    var line = ""
    for (place, cell) in cells.enumerated() {
      if place > 0 { line += String(repeating: " ", count: Self.gap) }
      let blanks = String(
        repeating: " ", count: max(0, cell.column.width - TextWidth.of(cell.text)))
      let text = cell.colour?.paint(cell.text, if: colours) ?? cell.text
      let isLast = place == cells.count - 1
      line += cell.column.isOnLeft ? blanks + text : text + (isLast ? "" : blanks)
    }
    while line.utf8.last == UInt8(ascii: " ") { line.unicodeScalars.removeLast() }
    return line
  }

  private func status(_ row: Row) -> (text: String, colour: TextColour?) {
    let kinds = row.alerts.map(\.kind)
    if kinds.contains(.stalled), row.snapshot.status == .running { return ("stalled", .yellow) }
    if kinds.contains(.notFinite), !row.snapshot.status.isFinal {
      return (row.snapshot.status.rawValue + " !", .red)
    }
    return (row.snapshot.status.rawValue, TextColour(row.snapshot.status))
  }

  private func duration(_ row: Row) -> String {
    let snapshot = row.snapshot
    if let duration = snapshot.duration { return SpanText.of(duration) }
    guard !snapshot.status.isFinal else { return "" }
    let elapsed = snapshot.elapsed ?? 0
    return SpanText.of(elapsed + max(0, now - max(snapshot.lastWrite, snapshot.identity.created)))
  }

  private func keys(_ rows: [Row]) -> [Key] {
    if !metrics.isEmpty { return metrics }
    let running = rows.map(\.snapshot).filter { !$0.status.isFinal && !$0.metrics.isEmpty }
    let snapshots = running.isEmpty ? rows.map(\.snapshot) : running
    return MetricOrder.keys(
      of: snapshots, common: MetricOrder.common(snapshots.map { $0.metrics.map(\.key) }))
  }

  /// A metric with its last values.
  private struct Metric {
    let key: Key
    let heading: String
    let values: [String]
    let valueWidth: Int

    init(_ key: Key, _ rows: [Row]) {
      self.key = key
      heading = WatchEvent.shown(key, limit: 28)
      let found = rows.map { $0.snapshot.metric(key)?.last }
      let style = NumberStyle(for: found.compactMap { $0 }.filter(\.double.isFinite), of: key)
      values = found.map { $0.map(style.text) ?? "" }
      valueWidth = values.map(TextWidth.of).max() ?? 0
    }

    func width(curve: Int) -> Int {
      max(TextWidth.of(heading), valueWidth + (curve > 0 ? 1 + curve : 0))
    }
  }

  private func column(
    _ metric: Metric, _ rows: [Row], curve room: Int,
    _ curve: (ExperimentSnapshot, Key) -> [Double]
  ) -> Column {
    let cells = rows.enumerated().map { place, row -> (text: String, colour: TextColour?) in
      let value = metric.values[place]
      guard !value.isEmpty else { return ("", nil) }
      let isBad = row.alerts.contains { $0.kind == .notFinite && $0.metric == metric.key }
      let values = room > 0 ? curve(row.snapshot, metric.key) : []
      let padded = TextWidth.padded(value, to: metric.valueWidth, onLeft: true)
      guard values.count > 1 else { return (padded, isBad ? .red : nil) }
      let line = Sparkline.text(of: values.count, width: room) { values[$0] }
      return (padded + " " + line, isBad ? .red : nil)
    }
    return Column(metric.heading, cells)
  }
}
