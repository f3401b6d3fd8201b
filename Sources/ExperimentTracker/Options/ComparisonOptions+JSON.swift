import ExperimentAnalysis
import TrackingEntities

extension ComparisonOptions {
  /// Reads the options as the C API and Python give them, and as comparison.md keeps them.
  package init(_ reader: inout OptionReader) throws(TrackingError) {
    self.init()
    metrics = try reader.texts("metrics").map { $0.map { Key($0) } }
    sortBy = try reader.text("sort_by").map { Key($0) }
    for entry in try reader.map("directions") ?? [] {
      guard let direction = entry.value.text.flatMap(MetricDirection.init(rawValue:)) else {
        throw reader.wrong("directions", "an object of \"higher\" or \"lower\" by metric")
      }
      directions[entry.key] = direction
    }
    if let reruns = try reader.text("reruns") {
      guard let choice = Reruns(rawValue: reruns) else {
        throw reader.wrong("reruns", "\"newest\" or \"all\"")
      }
      self.reruns = choice
    }
    children = try reader.flag("children") ?? false
    archived = try reader.flag("archived") ?? false
    series = try reader.texts("experiments")
    only = try reader.texts("only")
    increments = try reader.texts("increments") ?? []
    filter = try reader.text("where").map { (text) throws(TrackingError) in
      try ExperimentFilter(text)
    }
    groupBy = try reader.texts("group_by").map { (names) throws(TrackingError) in
      try RunGrouping(names: names)
    }
    params = try Self.params(&reader)
    notes = try reader.texts("notes") ?? []
    if let limit = try reader.integer("limit") { self.limit = Int(clamping: limit) }
  }

  private static func params(_ reader: inout OptionReader) throws(TrackingError) -> ParamColumns {
    switch reader.take("params") {
    case nil, .boolean(false): return .none
    case .boolean(true): return .differing
    case .text("all"): return .all
    case .list(let names)?:
      let texts = names.compactMap(\.text)
      if texts.count == names.count { return .only(texts.map { Key($0) }) }
    default: break
    }
    throw reader.wrong(
      "params", "true (those that differ), false, \"all\" or a list of parameters")
  }

  /// The options that are not as usual, by the names that `init` reads; nil if all are as usual.
  package var told: Value? {
    var members: [Value.Entry] = []
    func add(_ name: Key, _ value: Value?) {
      if let value { members.append(.init(name, value)) }
    }
    func texts(_ texts: [String]?) -> Value? { texts.map { .list($0.map { .text($0) }) } }
    add("metrics", texts(metrics?.map(\.text)))
    add("sort_by", sortBy.map { .text($0.text) })
    if !directions.isEmpty {
      let sorted = directions.sorted { $0.key < $1.key }
      add("directions", .map(sorted.map { .init($0.key, .text($0.value.rawValue)) }))
    }
    add("reruns", reruns.map { .text($0.rawValue) })
    add("children", children ? .boolean(true) : nil)
    add("archived", archived ? .boolean(true) : nil)
    add("experiments", texts(series))
    add("only", texts(only))
    add("increments", increments.isEmpty ? nil : texts(increments))
    add("where", filter.map { .text($0.text) })
    add("group_by", texts(groupBy?.names))
    switch params {
    case .none: break
    case .differing: add("params", .boolean(true))
    case .all: add("params", .text("all"))
    case .only(let keys): add("params", texts(keys.map(\.text)))
    }
    add("notes", notes.isEmpty ? nil : texts(notes))
    add("limit", limit.map { .integer(Int64($0)) })
    return members.isEmpty ? nil : .map(members)
  }
}
