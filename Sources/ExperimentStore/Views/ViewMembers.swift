import TrackingEntities

// What metadata.yaml and .summary.json write alike.

extension Failure {
  init(members: Value) {
    self.init(
      type: members["type"]?.text ?? "", message: members["message"]?.text ?? "",
      traceback: members["traceback"]?.text ?? "")
  }
}

extension Selection {
  init(members: Value) {
    self.init(
      rationale: members["rationale"]?.elements.compactMap(\.text) ?? [],
      by: members["by"]?.text ?? "",
      time: members["time"].flatMap { $0.time ?? $0.statistic })
  }

  /// What is known of it; `time` writes a time.
  func members(time write: (Double) -> Value) -> Value {
    var members = OrderedMembers()
    if !by.isEmpty { members["by"] = .text(by) }
    members["time"] = time.map(write)
    members["rationale"] = .list(rationale.map(Value.text))
    return members.value
  }
}

extension Artifact {
  init(members: Value) {
    var fields = MapFields(members)
    let (path, kind) = (fields("path")?.text ?? "", fields("kind")?.text ?? "file")
    let (size, version) = (fields("size")?.count ?? 0, fields("version")?.count ?? 1)
    self.init(
      path: path, size: size, sha256: members["sha256"]?.text ?? "", kind: kind, version: version,
      keptAs: members["kept_as"]?.text ?? "", details: members["details"] ?? .map([]))
  }
}

extension MetricValue {
  /// The metric value that metrics.json writes in this form.
  init?(_ value: Value) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .boolean(let flag): self = .boolean(flag)
    default:
      guard let double = value.statistic else { return nil }
      self = .double(double)
    }
  }
}

extension Value {
  static func count(_ number: UInt64) -> Value {
    Int64(exactly: number).map(Value.integer) ?? .bigInteger(String(number))
  }

  var count: UInt64? {
    switch self {
    case .integer(let integer): UInt64(exactly: integer)
    case .bigInteger(let digits): UInt64(digits)
    default: nil
    }
  }

  /// A time as metadata.yaml writes it.
  var time: Double? { text.flatMap { Timestamp.seconds($0) } }

  /// A double as JSON writes it, where text stands for what is not finite.
  var statistic: Double? {
    switch self {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    case .text("NaN"): .nan
    case .text("Infinity"): .infinity
    case .text("-Infinity"): -.infinity
    default: nil
    }
  }
}
