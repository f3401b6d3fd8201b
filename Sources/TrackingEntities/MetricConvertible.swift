/// What can be logged as a metric: the numbers of the standard library, booleans, and types that
/// say which of these they are.
public protocol MetricConvertible {
  /// The value with its type.
  var metricValue: MetricValue { get }
}

extension MetricValue: MetricConvertible {
  /// The value itself.
  @inlinable public var metricValue: MetricValue { self }
}

extension Bool: MetricConvertible {
  /// True or false.
  @inlinable public var metricValue: MetricValue { .boolean(self) }
}

extension MetricConvertible where Self: BinaryFloatingPoint {
  /// The nearest double: the same number for all but 80 bits.
  @inlinable public var metricValue: MetricValue { .double(Double(self)) }
}

extension MetricConvertible where Self: BinaryInteger {
  /// The integer, exact; the nearest double of one that has no place in 64 bits with a sign.
  @inlinable public var metricValue: MetricValue {
    Int64(exactly: self).map { .integer($0) } ?? .double(Double(self))
  }
}

extension Double: MetricConvertible {
  /// The double.
  @inlinable public var metricValue: MetricValue { .double(self) }
}

extension Float: MetricConvertible {}
extension Float16: MetricConvertible {}
#if arch(x86_64)
  extension Float80: MetricConvertible {}
#endif
extension Int: MetricConvertible {}
extension Int8: MetricConvertible {}
extension Int16: MetricConvertible {}
extension Int32: MetricConvertible {}
extension Int64: MetricConvertible {}
extension UInt: MetricConvertible {}
extension UInt8: MetricConvertible {}
extension UInt16: MetricConvertible {}
extension UInt32: MetricConvertible {}
extension UInt64: MetricConvertible {}
