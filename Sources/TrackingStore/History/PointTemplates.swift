internal import CPlatform
internal import TrackingEntities

/// The frames of one metric's doubles, with everything in place but what changes from point to point.
///
/// The codec writes the first of a shape. After that a frame is a copy, filled in with time, step, value
/// and sum. The shape depends on the length of the step and on whether a float says all of the double;
/// step 0 stands in no frame.
struct PointTemplates {
  /// How much may be written where a frame is put: the size of a copy is known, so it needs no call.
  static let size = 128
  /// With longer keys a frame would not fit.
  static let longestKey = 64

  /// One for floats, one for doubles.
  private let memory: UnsafeMutableRawPointer
  /// The bytes of the two; 0 for one that is not made yet.
  private var floatCount = 0
  private var doubleCount = 0
  /// The steps that are as long as those in the templates.
  private var lowest: UInt64 = 1
  private var highest: UInt64 = 0
  /// The sum of the byte before the time.
  private var sumBeforeTime: UInt32 = 0

  init() {
    memory = .allocate(byteCount: 2 * PointTemplates.size, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: 2 * PointTemplates.size)
  }

  func deallocate() { memory.deallocate() }

  /// Puts the frame of a point at a place with room for `size` bytes; returns how many it has. It is
  /// whole when `seal` has added the time.
  ///
  /// - Parameter key: Always the same, a tag as it is, of at most `longestKey` bytes.
  @inline(__always)
  mutating func put(
    _ key: UnsafeRawBufferPointer, _ value: Double, step: Int64, at place: UnsafeMutableRawPointer
  ) -> Int {
    let float = Float(value)
    let isFloat = EventCodec.isExact(float, value)
    let stepBits = UInt64(bitPattern: step)
    if stepBits < lowest || stepBits > highest || (isFloat ? floatCount : doubleCount) == 0 {
      if step == 0 { return encode(key, value, step: 0, at: place) }
      prepare(key, value, step: step, isFloat: isFloat)
    }
    let count = isFloat ? floatCount : doubleCount
    let template = isFloat ? memory : memory + PointTemplates.size
    place.copyMemory(from: template, byteCount: PointTemplates.size)
    _ = ProtobufWriter.store(stepBits, at: place + EventCodec.stepPlace)
    if isFloat {
      place.storeLittleEndian(float.bitPattern, at: count &- EventCodec.floatEnd)
    } else {
      place.storeLittleEndian(float.bitPattern, at: count &- EventCodec.floatEndBeforeDouble)
      place.storeLittleEndian(value.bitPattern, at: count &- EventCodec.doubleEnd)
    }
    return count
  }

  /// Fills in the time and the sum.
  @inline(__always)
  func seal(_ place: UnsafeMutableRawPointer, count: Int, time: Double) {
    let time = EventCodec.finite(time).bitPattern
    place.storeLittleEndian(time, at: EventCodec.timePlace)
    let rest = EventCodec.timePlace &+ 8
    let sum = platform_crc32c_after(
      sumBeforeTime, time.littleEndian, place + rest,
      count &- rest &- TFRecordFrame.footerSize)
    place.storeLittleEndian(TFRecordFrame.masked(sum), at: count &- TFRecordFrame.footerSize)
  }

  /// Puts one or two points of a series at a place with room for two, and moves on in the series.
  ///
  /// The sum of the first waits for its stores while the second is put.
  @inline(__always)
  mutating func put(
    _ key: UnsafeRawBufferPointer, _ columns: PointColumns, _ index: inout Int,
    at place: UnsafeMutableRawPointer
  ) -> Int {
    let (first, next) = (index, index &+ 1)
    let count = put(key, columns.values[first], step: columns.step(first), at: place)
    index = next
    guard next < columns.count else {
      seal(place, count: count, time: columns.time(first))
      return count
    }
    let other = put(key, columns.values[next], step: columns.step(next), at: place + count)
    seal(place, count: count, time: columns.time(first))
    seal(place + count, count: other, time: columns.time(next))
    index = next &+ 1
    return count &+ other
  }

  /// Makes the template of a shape; those of another length of steps are of no use any more.
  private mutating func prepare(
    _ key: UnsafeRawBufferPointer, _ value: Double, step: Int64, isFloat: Bool
  ) {
    let stepBits = UInt64(bitPattern: step)
    if stepBits < lowest || stepBits > highest {
      (floatCount, doubleCount) = (0, 0)
      let bits = ProtobufWriter.size(stepBits) * 7
      lowest = bits == 7 ? 1 : 1 << UInt64(bits - 7)
      highest = bits > 63 ? .max : 1 << UInt64(bits) - 1
    }
    let template = isFloat ? memory : memory + PointTemplates.size
    let count = encode(key, value, step: step, at: template)
    if isFloat { floatCount = count } else { doubleCount = count }
  }

  private mutating func encode(
    _ key: UnsafeRawBufferPointer, _ value: Double, step: Int64, at place: UnsafeMutableRawPointer
  ) -> Int {
    var frame = ProtobufWriter(borrowing: place, capacity: PointTemplates.size)
    let event = EventCodec.beginPoints(step: step, time: 0, to: &frame)
    EventCodec.appendPoint(key: key, tag: .key, .double(value), to: &frame)
    EventCodec.endPoints(event, to: &frame)
    sumBeforeTime = platform_crc32c(
      0, place + TFRecordFrame.headerSize, EventCodec.timePlace - TFRecordFrame.headerSize)
    return frame.count
  }
}

/// Where the parts that change stand in the frame of a single double, from its start or from its end.
extension EventCodec {
  static let timePlace = TFRecordFrame.headerSize + 1
  static let stepPlace = timePlace + 8 + 1
  static let doubleEnd = TFRecordFrame.footerSize + 8
  static let floatEnd = TFRecordFrame.footerSize + 4
  /// The exact double follows with a key of two bytes.
  static let floatEndBeforeDouble = doubleEnd + 2 + 4
}

extension UnsafeMutableRawPointer {
  @inline(__always)
  fileprivate func storeLittleEndian(_ word: some FixedWidthInteger, at place: Int) {
    storeBytes(of: word.littleEndian, toByteOffset: place, as: type(of: word))
  }
}
