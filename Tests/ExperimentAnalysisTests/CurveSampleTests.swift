import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct CurveSampleTests {
  private func even(_ count: Int, start: Int64 = 0, stride: Int64 = 1) -> CurveAxis {
    CurveAxis(.even(start: start, stride: stride), count: count)
  }

  @Test func `few points are all drawn`() {
    let sample = CurveSample(even(20), Array(repeating: 1, count: 20), .init(columns: 10))
    #expect(sample.places == Array(0..<20))
    #expect(sample.breaks.isEmpty && sample.marks.isEmpty && sample.first == 0)
  }

  @Test func `of each column the smallest and the largest value are kept, in their order`() {
    var values = (0..<10_000).map { _ in 0.5 }
    values[1234] = 7
    values[1250] = -3
    values[9999] = 2
    let sample = CurveSample(even(10_000), values, .init(columns: 100))
    #expect(sample.places.count <= 200)
    #expect(sample.places.contains(1234) && sample.places.contains(1250))
    #expect(sample.places.contains(9999))
    #expect(sample.places == sample.places.sorted())
  }

  @Test func `the line is interrupted at what is not finite, which is marked once a column`() {
    var values = (0..<10_000).map { Double($0 % 7) }
    for place in 5000..<5200 { values[place] = .nan }
    values[7000] = .infinity
    values[7001] = -.infinity
    let sample = CurveSample(even(10_000), values, .init(columns: 100))
    #expect(sample.breaks.count == 2)
    for place in sample.breaks {
      let (before, after) = (sample.places[place - 1], sample.places[place])
      #expect((before < 5000 && after >= 5200) || (before < 7000 && after > 7001))
    }
    #expect(sample.marks.allSatisfy { !values[$0].isFinite })
    #expect(sample.marks.filter { values[$0].isNaN }.count == 2)
    #expect(sample.marks.contains(7000) && sample.marks.contains(7001))
  }

  @Test func `nothing but values that are not finite is drawn as marks`() {
    let sample = CurveSample(even(3), [.nan, .nan, .infinity], .init(columns: 10))
    #expect(sample.places.isEmpty)
    #expect(!sample.marks.isEmpty)
  }

  @Test func `a run that repeated steps is interrupted where it went back`() {
    let positions = (0..<60).map(Double.init) + (40..<100).map(Double.init)
    let sample = CurveSample(
      CurveAxis(.each(positions), count: 120), positions, .init(columns: 1000))
    #expect(sample.places == Array(0..<120))
    #expect(sample.breaks == [60])
  }

  @Test func `a curve without a direction is drawn in the order of its axis`() {
    let positions = (0..<5000).map { Double(($0 * 7919) % 5000) }
    let sample = CurveSample(
      CurveAxis(.each(positions), count: 5000), positions, .init(columns: 50))
    let drawn = sample.places.map { positions[$0] }
    #expect(drawn == drawn.sorted())
    #expect(sample.breaks.isEmpty)
    #expect(sample.places.count <= 102)
  }

  @Test func `of a range the points beside it are drawn too, so that lines leave it`() {
    let sample = CurveSample(
      even(1000), (0..<1000).map(Double.init), .init(columns: 100, from: 200.5, to: 300.5))
    #expect(sample.places == Array(200...301))
    let outside = CurveSample(
      even(1000), (0..<1000).map(Double.init), .init(columns: 100, from: 2000, to: 3000))
    #expect(outside.places.isEmpty)
  }

  @Test func `what is known is left out, and says whether the line goes on`() {
    let values = [1, 2, .nan, 4, 5]
    let sample = CurveSample(even(5), values, .init(columns: 10), from: 3)
    #expect(sample.places == [3, 4])
    #expect(sample.first == 3)
    #expect(sample.breaks == [0])
    #expect(CurveSample(even(5), values, .init(columns: 10), from: 4).breaks.isEmpty)
  }

  @Test func `new points of a long run take a few columns only`() {
    let count = 1_000_000
    let values = (0..<count).map { Double($0 % 100) }
    let sample = CurveSample(even(count), values, .init(columns: 500), from: count - 10_000)
    #expect(sample.places.count <= 14)
    #expect(sample.first == count - 10_000)
  }

  @Test func `extreme axes do not overflow`() {
    for axis in [
      CurveAxis(.even(start: .min, stride: .max), count: 3),
      CurveAxis(.even(start: .max, stride: .max), count: 100),
      CurveAxis(.each([-1e308, 1e308, .infinity, .nan]), count: 4),
      CurveAxis(.each([0, .leastNonzeroMagnitude]), count: 2), CurveAxis(.each([]), count: 0),
    ] {
      let values = Array(repeating: 1.0, count: axis.count)
      for from in [nil, -1e308, 0, 1e308] {
        let sample = CurveSample(axis, values, .init(columns: 10, from: from))
        #expect(sample.places.count <= axis.count)
        #expect(CurveSample(axis, values, .init(columns: 10, from: from), from: 1).first <= 1)
      }
    }
    #expect(CurveSample.Request(columns: -5).columns == 10)
    #expect(CurveSample.Request(columns: .max).columns == 20_000)
  }

  // MARK: Numbers

  /// Decodes what the page gets.
  private func decoded(_ value: Value) throws -> [Double] {
    let type = try #require(value["type"]?.text)
    let (base, scale) = (value["base"]?.double ?? 0, value["scale"]?.double ?? 1)
    if type == "linear" {
      return (0..<Int(try #require(value["count"]?.integer))).map { base + scale * Double($0) }
    }
    let bytes = try Self.bytes(try #require(value["data"]?.text))
    func words<Word: FixedWidthInteger>(_: Word.Type) -> [Word] {
      stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size).map { place in
        (0..<MemoryLayout<Word>.size).reduce(0) { $0 | Word(bytes[place + $1]) << Word(8 * $1) }
      }
    }
    switch type {
    case "u16":
      if let low = value["low"]?.double, let high = value["high"]?.double {
        return words(UInt16.self).map { low + (high - low) * Double($0) / 65535 }
      }
      return words(UInt16.self).map { base + scale * Double($0) }
    case "u32": return words(UInt32.self).map { base + scale * Double($0) }
    case "f32": return words(UInt32.self).map { Double(Float(bitPattern: $0)) }
    case "f64": return words(UInt64.self).map { Double(bitPattern: $0) }
    default: throw TrackingError(.format, type)
    }
  }

  /// Reads Base64 by its definition.
  private static func bytes(_ text: String) throws -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bits = 0
    var count = 0
    var bytes: [UInt8] = []
    for letter in text.utf8 where letter != UInt8(ascii: "=") {
      bits = bits << 6 | (try #require(alphabet.firstIndex(of: letter)))
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(bits >> count & 255))
      }
    }
    return bytes
  }

  private static let positions: [[Double]] = [
    (0..<1000).map(Double.init), [5], [], [0, 1, 3, 70_000], [0, 2, 5], [-7, 4_000_000_000, 1],
    [1e15, 1e15 + 1, 1e15 + 3], [0.25, 0.75, 1e300], [-9e18, 9e18, 1],
  ]

  @Test(arguments: Self.positions)
  func `positions are exact`(positions: [Double]) throws {
    var numbers = CurveNumbers()
    #expect(numbers.index(of: positions) == 0)
    #expect(numbers.index(of: positions) == 0)
    #expect(try decoded(numbers.positions[0]) == positions)
  }

  @Test func `steps in a row take no bytes, and curves share positions`() {
    var numbers = CurveNumbers()
    _ = numbers.index(of: (0..<1000).map(Double.init))
    _ = numbers.index(of: [0, 1, 3])
    #expect(numbers.index(of: (0..<1000).map(Double.init)) == 0)
    #expect(
      numbers.positions[0] == ["type": "linear", "base": 0, "count": 1000])
    #expect(numbers.positions[1]["type"]?.text == "u16")
  }

  @Test func `times are exact to a part of their range`() throws {
    let times = (0..<500).map { (place: Int) -> Double in
      let offset = Double(place) * 0.37
      return 1.7e9 + offset + Double(place % 3) * 0.1
    }
    var numbers = CurveNumbers()
    _ = numbers.index(of: times, .parts(65535))
    let read = try decoded(numbers.positions[0])
    let range = try #require(times.last) - times[0]
    #expect(zip(read, times).allSatisfy { abs($0 - $1) <= range / 65535 })
    #expect(numbers.positions[0]["type"]?.text == "u16")
  }

  private static let unusualTimes: [[Double]] = [
    [0, .nan, 7.3], [.nan, 1, 2.5], [0, 1e9, .nan, 0.25], [1, .infinity, 2.5],
  ]

  @Test(arguments: Self.unusualTimes)
  func `times of which one is not finite are as they were`(times: [Double]) throws {
    for precision in [CurveNumbers.Precision.exact, .parts(1000), .parts(65535)] {
      var numbers = CurveNumbers()
      _ = numbers.index(of: times, precision)
      #expect(numbers.positions[0]["type"]?.text == "f64")
      let read = try decoded(numbers.positions[0])
      #expect(read.map(\.bitPattern) == times.map(\.bitPattern))
    }
  }

  private static let values: [([Double], String)] = [
    ([0.1, 0.2, 0.9], "u16"), ([2, 2, 2], "u16"), ([1e-9, 1], "f32"), ([-1, 1e-6, 1], "f32"),
    ([1e300, 1], "f64"), ([1e-300, 1], "f64"), ([0, 1], "u16"), ([-1e308, 1e308], "f64"),
    ([1e9, 1e9 + 1], "u16"), ([], "f32"),
  ]

  @Test(arguments: Self.values)
  func `values are exact enough for a logarithmic axis`(values: [Double], type: String) throws {
    let value = CurveNumbers.values(values)
    #expect(value["type"]?.text == type)
    let read = try decoded(value)
    #expect(read.count == values.count)
    for (one, other) in zip(read, values) {
      #expect(abs(one - other) <= abs(other) / 1000, "\(other) became \(one)")
    }
  }
}
