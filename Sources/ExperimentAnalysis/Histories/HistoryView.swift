package import TrackingEntities

/// The history of one metric, as much of it as a reader wants.
package struct HistoryView: Sendable {
  /// One point.
  package struct Point: Sendable, Equatable {
    package let step: Int64
    package let value: Value
    package let time: Double

    package init(step: Int64, value: Value, time: Double) {
      self.step = step
      self.value = value
      self.time = time
    }
  }

  /// The metric.
  package let key: String
  /// How many of the points are not finite.
  package let notFinite: Int
  /// The points that are shown, in order: all, or those of `PointSelection`.
  package let points: [Point]
  /// The smallest and the largest of all; nil where there is no number.
  package let minimum: Point?
  package let maximum: Point?
  private let values: [Double]
  /// How the numbers of the points are written.
  private let style: NumberStyle

  /// How many points there are.
  package var count: Int { values.count }

  /// - Parameters:
  ///   - most: How many points are shown; nil for all.
  ///   - point: A point by its place.
  package init(_ key: String, values: [Double], most: Int?, point: (Int) -> Point) {
    self.key = key
    self.values = values
    points = PointSelection.places(of: values.count, most: most ?? .max) { values[$0] }.map(point)
    var lowest: Int?
    var highest: Int?
    for (place, value) in values.enumerated() where !value.isNaN {
      if lowest.map({ value < values[$0] }) ?? true { lowest = place }
      if highest.map({ value > values[$0] }) ?? true { highest = place }
    }
    notFinite = values.count { !$0.isFinite }
    minimum = lowest.map(point)
    maximum = highest.map(point)
    let shown = [minimum, maximum].compactMap { $0 } + points
    style = NumberStyle(for: shown.compactMap(\.value.double).map(MetricValue.double))
  }

  /// The history in one line of at most so many characters.
  package func sparkline(width: Int) -> String {
    Sparkline.text(of: count, width: width) { values[$0] }
  }

  /// The points that are shown, a row each.
  package var table: DataTable {
    DataTable(
      [.init("step"), .init("value"), .init("time", isTime: true)],
      rows: points.map { [.integer($0.step), $0.value, .number($0.time)] })
  }

  /// As JSON values.
  package var json: Value {
    .map([
      .init("key", .text(key)),
      .init("count", .integer(Int64(count))),
      .init("not_finite", .integer(Int64(notFinite))),
      .init("min", minimum.map(Self.json) ?? .null),
      .init("max", maximum.map(Self.json) ?? .null),
      .init("points", .list(points.map(Self.json))),
    ])
  }

  private static func json(_ point: Point) -> Value {
    .map([
      .init("step", .integer(point.step)), .init("value", point.value),
      .init("time", .number(point.time)),
    ])
  }

  private func text(_ point: Point) -> String {
    if case .integer(let integer) = point.value { return String(integer) }
    if case .boolean(let flag) = point.value { return flag ? "true" : "false" }
    return style.text(.double(point.value.double ?? .nan))
  }

  /// For a terminal: the line, the extremes, and the points that are shown.
  package func text(of name: String, width: Int, colours: Bool = false) -> String {
    let shown = VisibleText.line(key)
    var lines = [
      TextColour.bold.paint("\(shown) of \(VisibleText.line(name))", if: colours),
      TextColour.cyan.paint(sparkline(width: width), if: colours),
    ]
    var facts = [CountText.of(count, "point")]
    for (name, point) in [
      ("first", points.first), ("last", points.last), ("min", minimum), ("max", maximum),
    ] {
      if let point { facts.append("\(name) \(text(point)) at step \(point.step)") }
    }
    if notFinite > 0 { facts.append("\(notFinite) not finite") }
    lines += TextWidth.wrapped(facts, to: width)
    let columns = [("step", points.map { String($0.step) }), ("value", points.map(text))]
    let widths = columns.map { column in
      (column.1.map(\.utf8.count) + [column.0.utf8.count]).max() ?? 0
    }
    lines.append("")
    lines.append(
      TextColour.bold.paint(
        zip(columns, widths).map { TextWidth.padded($0.0, to: $1, onLeft: true) }
          .joined(separator: "  ") + "  time", if: colours))
    for (place, point) in points.enumerated() {
      lines.append(
        zip(columns, widths).map { TextWidth.padded($0.1[place], to: $1, onLeft: true) }
          .joined(separator: "  ") + "  " + DateText.utc(point.time))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension HistoryView {
  /// Several histories, a line each.
  ///
  /// - Parameter exact: Whether numbers keep all their digits.
  package static func overview(_ views: [HistoryView], exact: Bool) -> DataTable {
    DataTable(
      ["metric", "history", "last", "min", "max", "points"].map { .init($0) },
      rows: views.map { view in
        func shown(_ point: Point?) -> Value {
          point.map { exact ? $0.value : .text(view.text($0)) } ?? .null
        }
        return [
          .text(view.key), .text(view.sparkline(width: 24)), shown(view.points.last),
          shown(view.minimum), shown(view.maximum), .integer(Int64(view.count)),
        ]
      })
  }
}
