import TrackingEntities

/// Something that an expression may ask of an experiment.
struct ExpressionField: Sendable {
  /// What its value can be.
  enum Kind: Sendable {
    case text
    case number
    case boolean
    /// Seconds since 1970.
    case time
    case list
    /// Whatever was logged.
    case any
  }

  /// Where its value comes from.
  enum Source: Sendable {
    case simple(SimpleField)
    case param(FieldPath)
    case metric(FieldPath, MetricAggregate?)
    /// What is known in one section: `git.commit`, `environment.python`.
    case fact(FieldPath)
  }

  /// As it was written.
  let name: String
  let source: Source

  var kind: Kind {
    switch source {
    case .simple(let field): field.kind
    case .param, .fact: .any
    case .metric: .number
    }
  }

  /// Its value; nil if the experiment has none.
  func value(in subject: Subject) -> Value? {
    let snapshot = subject.snapshot
    switch source {
    case .simple(let field): return field.value(in: subject)
    case .param(let path): return path.find { snapshot.param($0) }
    case .fact(let path):
      return path.find { $0 == Self.failure ? snapshot.failure.map(Self.value) : snapshot.fact($0) }
    case .metric(let path, let aggregate):
      if let metric = snapshot.metric(path.whole) { return metric.last.value }
      guard let aggregate, let metric = snapshot.metric(path.withoutLast) else { return nil }
      return aggregate.value(of: metric)
    }
  }

  private static let failure: Key = "failure"

  private static func value(_ failure: Failure) -> Value {
    ["type": .text(failure.type), "message": .text(failure.message)]
  }
}

extension ExpressionField {
  /// A field that stands alone, as to sort by; any other word is the key of a metric.
  init(alone text: String) throws(TrackingError) {
    var parser = try? ExpressionParser(text)
    let metric = FieldPath(parts: [.init(text: text, isQuoted: true)])
    self =
      (try parser?.readOnlyField())
      ?? ExpressionField(name: "metrics.\(text)", source: .metric(metric, nil))
  }
}

/// The names after the first dot of a field, as `model.depth` of `params.model.depth`.
struct FieldPath: Sendable {
  /// One name; in brackets and quotes it stands for itself, dots and all.
  struct Part: Sendable {
    let text: String
    let isQuoted: Bool
  }

  let parts: ArraySlice<Part>
  /// All names as one key.
  let whole: Key
  /// All names but the last as one key.
  let withoutLast: Key

  init(parts: ArraySlice<Part>) {
    self.parts = parts
    whole = Key(parts.map(\.text).joined(separator: "."))
    withoutLast = Key(parts.dropLast().map(\.text).joined(separator: "."))
  }

  /// Finds a value whose key is the whole path, or lies in a map below the longest beginning of it
  /// that is a key: `model.depth` is a parameter of that name, or `depth` inside `model`.
  func find(_ member: (Key) -> Value?) -> Value? {
    for count in stride(from: parts.count, to: 0, by: -1) {
      let first = parts.prefix(count)
      if count > 1 && first.contains(where: \.isQuoted) { continue }
      let key = count == parts.count ? whole : FieldPath(parts: first).whole
      guard let value = member(key) else { continue }
      let rest = parts.dropFirst(count)
      if rest.isEmpty { return value }
      if let found = FieldPath(parts: rest).find({ value[$0] }) { return found }
    }
    return nil
  }
}

/// Which of a metric's values is meant.
enum MetricAggregate: String, Sendable, CaseIterable {
  case last
  case min
  case max
  case mean
  /// The largest or the smallest, whichever is better.
  case best
  case count
  /// The step of the last value.
  case step

  func value(of metric: MetricSummary) -> Value? {
    switch self {
    case .last: metric.last.value
    case .min: .number(metric.minimum)
    case .max: .number(metric.maximum)
    case .mean: .number(metric.mean)
    case .best:
      MetricDirection(knownFor: metric.key).map {
        .number($0 == .higher ? metric.maximum : metric.minimum)
      }
    case .count: .integer(Int64(metric.count))
    case .step: .integer(metric.lastStep)
    }
  }
}
