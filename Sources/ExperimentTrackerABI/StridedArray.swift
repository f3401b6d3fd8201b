internal import CExperimentTracker
import ExperimentTracker

/// Numbers of any of C's types that lie at equal distances, as doubles.
struct StridedArray {
  private let start: UnsafeRawPointer
  private let stride: Int
  private let type: CInt
  let count: Int

  /// - Parameters:
  ///   - start: The first number.
  ///   - type: `ET_DOUBLE`, `ET_FLOAT`, `ET_INT` or `ET_INT32`.
  ///   - stride: From one to the next, in bytes; 0 is the size of one.
  ///   - count: How many there are; any from 0 to 2^40.
  init(
    _ start: UnsafeRawPointer, type: CInt, stride: Int, count: Int
  ) throws(TrackingError) {
    guard let size = Self.size(type) else {
      throw TrackingError(
        .invalidArgument,
        "the argument 'type' is \(type); it must be ET_DOUBLE, ET_FLOAT, ET_INT or ET_INT32")
    }
    let stride = stride == 0 ? size : stride
    let (span, isTooLarge) = stride.multipliedReportingOverflow(by: count)
    if isTooLarge || Int(bitPattern: start).addingReportingOverflow(span).overflow {
      throw TrackingError(
        .invalidArgument, "the argument 'stride' is \(stride): no array reaches that far")
    }
    (self.start, self.stride, self.type, self.count) = (start, stride, type, count)
  }

  private static func size(_ type: CInt) -> Int? {
    switch type {
    case ET_DOUBLE, ET_INT: 8
    case ET_FLOAT, ET_INT32: 4
    default: nil
    }
  }

  /// Some of the numbers.
  func doubles(_ places: Range<Int>) -> [Double] {
    switch type {
    case ET_FLOAT: numbers(places, Float.self) { Double($0) }
    case ET_INT: numbers(places, Int64.self) { Double($0) }
    case ET_INT32: numbers(places, Int32.self) { Double($0) }
    default: numbers(places, Double.self) { $0 }
    }
  }

  private func numbers<Number: BitwiseCopyable>(
    _ places: Range<Int>, _ number: Number.Type, _ convert: (Number) -> Double
  ) -> [Double] {
    places.map { convert((start + $0 * stride).loadUnaligned(as: number)) }
  }
}

@c @implementation
public func et_experiment_log_array(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ values: UnsafeRawPointer?,
  _ type: CInt, _ stride: Int, _ steps: UnsafePointer<Int64>?, _ times: UnsafePointer<Double>?,
  _ count: Int
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let key = try CText.key(key)
    try requireArrays(count, [("values", values == nil)])
    guard let values, count > 0 else { return .stored }
    let array = try StridedArray(values, type: type, stride: stride, count: count)
    var outcome = Acknowledgement.stored
    var place = 0
    while place < count {
      let end = min(place + piece, count)
      let numbers = array.doubles(place..<end)
      let kept = try numbers.withUnsafeBufferPointer { (numbers) throws(TrackingError) in
        try experiment.logSeries(
          key, numbers, steps: steps.map { $0 + place }, times: times.map { $0 + place })
      }
      if case .stored = kept {} else { outcome = kept }
      place = end
    }
    return outcome
  }
}

/// So many numbers are copied at one time.
private let piece = 1 << 16
