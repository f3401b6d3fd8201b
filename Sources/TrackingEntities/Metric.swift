/// A metric's value with its type: a double, or exactly an integer or a boolean.
public enum MetricValue: Sendable, Hashable {
  /// A double; NaN and infinities are values.
  case double(Double)
  /// An integer, exact also beyond 2^53.
  case integer(Int64)
  /// True or false.
  case boolean(Bool)

  /// The value as a double, for arithmetic and plots.
  @inlinable
  public var double: Double {
    switch self {
    case .double(let value): value
    case .integer(let value): Double(value)
    case .boolean(let value): value ? 1 : 0
    }
  }

  /// The value as a parameter-like value, for JSON and YAML.
  public var value: Value {
    switch self {
    case .double(let value): .number(value)
    case .integer(let value): .integer(value)
    case .boolean(let value): .boolean(value)
    }
  }

  /// Equal type and equal bits.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
    case (.integer(let a), .integer(let b)): a == b
    case (.boolean(let a), .boolean(let b)): a == b
    default: false
    }
  }

  /// Hashes the bits.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .double(let value): hasher.combine(value.bitPattern)
    case .integer(let value): hasher.combine(value)
    case .boolean(let value): hasher.combine(value)
    }
  }
}

/// One point of a metric's history.
public struct Point: Sendable, Equatable {
  /// The metric.
  public var key: Key
  /// The value.
  public var value: MetricValue
  /// The step: any 64-bit integer, in any order.
  public var step: Int64
  /// Seconds since 1970, always finite.
  public var time: Double

  /// Makes a point.
  public init(key: Key, value: MetricValue, step: Int64, time: Double) {
    self.key = key
    self.value = value
    self.step = step
    self.time = time
  }
}
