package import TrackingEntities

/// Numbers of many curves in as few bytes as they need, as the page reads them: little-endian in
/// Base64. Positions that several curves share are there once.
package struct CurveNumbers {
  /// The positions, which curves name by their index here.
  package private(set) var positions: [Value] = []
  private var known: [[UInt8]: Int] = [:]

  package init() {}

  /// How exact positions have to be.
  package enum Precision {
    /// To the last bit.
    case exact
    /// To so many parts of their range.
    case parts(Double)
  }

  /// The index of positions among all.
  package mutating func index(of numbers: [Double], _ precision: Precision = .exact) -> Int {
    let encoded = Self.encoded(numbers, precision)
    let identity =
      Array(encoded.type.utf8) + Self.bytes([encoded.base, encoded.scale])
      + Self.bytes([Double(encoded.count)]) + encoded.data
    if let index = known[identity] { return index }
    known[identity] = positions.count
    positions.append(encoded.value)
    return positions.count - 1
  }

  private struct Positions {
    var type: String
    var base = 0.0
    var scale = 1.0
    var count: Int
    var data: [UInt8] = []

    var value: Value {
      var members: [Value.Entry] = [
        .init("type", .text(type)), .init("base", CurveNumbers.shortest(base)),
      ]
      if scale != 1 { members.append(.init("scale", CurveNumbers.shortest(scale))) }
      if type == "linear" {
        members.append(.init("count", .integer(Int64(count))))
      } else {
        members.append(.init("data", .text(Base64.text(data))))
      }
      return .map(members)
    }
  }

  private static let largestInteger = 9_007_199_254_740_992.0

  private static func encoded(_ numbers: [Double], _ precision: Precision) -> Positions {
    let count = numbers.count
    guard let low = numbers.min(), let high = numbers.max(), let first = numbers.first,
      let last = numbers.last
    else { return Positions(type: "linear", count: 0) }
    let range = high - low
    let whole = Positions(type: "f64", count: count, data: bytes(numbers))
    // No minimum tells of a NaN, which a time has where a file says so.
    guard range.isFinite, numbers.allSatisfy(\.isFinite) else { return whole }
    let stride = count > 1 ? (last - first) / Double(count - 1) : 1
    var tolerance = 0.0
    if case .parts(let parts) = precision { tolerance = range / parts / 2 }
    let isEven = numbers.enumerated().allSatisfy { place, number in
      abs(first + stride * Double(place) - number) <= tolerance
    }
    if isEven { return Positions(type: "linear", base: first, scale: stride, count: count) }
    if range <= Double(UInt32.max), max(abs(low), abs(high)) <= largestInteger,
      numbers.allSatisfy({ $0 == $0.rounded() })
    {
      return range <= Double(UInt16.max)
        ? Positions(
          type: "u16", base: low, count: count, data: bytes(numbers.map { UInt16($0 - low) }))
        : Positions(
          type: "u32", base: low, count: count, data: bytes(numbers.map { UInt32($0 - low) }))
    }
    guard case .parts(let parts) = precision, parts <= Double(UInt16.max), range > 0 else {
      return whole
    }
    let scale = range / Double(UInt16.max)
    guard scale > 0 else { return whole }
    return Positions(
      type: "u16", base: low, scale: scale, count: count,
      data: bytes(numbers.map { UInt16(min(max((($0 - low) / scale).rounded(), 0), 65535)) }))
  }

  /// Finite values as the page reads them: 16 bits a value between the smallest and the largest,
  /// or floats where that would be seen on a logarithmic axis.
  package static func values(_ numbers: [Double]) -> Value {
    guard let low = numbers.min(), let high = numbers.max() else {
      return ["type": "f32", "data": ""]
    }
    let range = high - low
    let smallest = numbers.lazy.map(abs).filter { $0 > 0 }.min() ?? 0
    let largest = max(abs(low), abs(high))
    let scale = range / Double(UInt16.max)
    if range == 0 || (scale.isNormal && scale / 2 <= smallest / 1000) {
      let data = numbers.map { number -> UInt16 in
        range == 0 ? 0 : UInt16(min(max(((number - low) / scale).rounded(), 0), 65535))
      }
      return [
        "type": "u16", "low": shortest(low), "high": shortest(high),
        "data": .text(Base64.text(bytes(data))),
      ]
    }
    let fitsFloat =
      largest <= Double(Float.greatestFiniteMagnitude)
      && smallest >= Double(Float.leastNormalMagnitude) && range > largest / 10_000
    return fitsFloat
      ? ["type": "f32", "data": .text(Base64.text(bytes(numbers.map { Float($0) })))]
      : ["type": "f64", "data": .text(Base64.text(bytes(numbers)))]
  }

  /// Bytes as the page reads them.
  package static func base64(_ bytes: [UInt8]) -> String { Base64.text(bytes) }

  /// Whole numbers without a fraction: the page knows one kind of number.
  package static func shortest(_ number: Double) -> Value {
    if abs(number) <= largestInteger, let integer = Int64(exactly: number) {
      return .integer(integer)
    }
    return .number(number)
  }

  private static func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
    // Every machine that this runs on is little-endian.
    numbers.withUnsafeBytes { Array($0) }
  }
}
