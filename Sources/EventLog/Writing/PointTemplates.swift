internal import CPlatform
internal import TrackingEntities

/// The frames of one metric's doubles, with everything in place but what changes from point to
/// point.
///
/// The codec writes the first of a shape. After that a frame is a copy, filled in with time, step,
/// value and sum. The shape depends on the length of the step and on whether a float says all of
/// the double; step 0 stands in no frame.
struct PointTemplates {
  /// How much may be written where a frame is put: the size of a copy is known, so it needs no
  /// call.
  static let size = 128
  private static let smallSize = 64
  /// With longer keys a frame would not fit.
  static let longestKey = 64
  /// Longer steps take the general path: a word holds seven bytes of a step and its field's key.
  private static let highestStep: UInt64 = 1 << 49 - 1

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

  /// Puts the frame of a point at a place with room for `size` bytes; returns how many it has.
  ///
  /// The sum is made of what is in registers and in the template: to load what was just stored in
  /// parts would wait for the stores.
  ///
  /// - Parameter key: Always the same, a tag as it is, of at most `longestKey` bytes.
  @inline(__always)
  mutating func put(
    _ key: UnsafeRawBufferPointer, _ value: Double, step: Int64, time: Double,
    at place: UnsafeMutableRawPointer
  ) -> Int {
    let float = Float(value)
    let isFloat = EventCodec.isExact(float, value)
    let stepBits = UInt64(bitPattern: step)
    if stepBits < lowest || stepBits > highest || (isFloat ? floatCount : doubleCount) == 0 {
      if step == 0 || stepBits > PointTemplates.highestStep {
        return PointTemplates.encode(key, value, step: step, time: time, at: place)
      }
      prepare(key, value, step: step, isFloat: isFloat)
    }
    let count = isFloat ? floatCount : doubleCount
    let template = isFloat ? memory : memory + PointTemplates.size
    if count <= PointTemplates.smallSize {
      place.copyMemory(from: template, byteCount: PointTemplates.smallSize)
    } else {
      place.copyMemory(from: template, byteCount: PointTemplates.size)
    }
    let time = EventCodec.finite(time).bitPattern
    let stepWord =
      UInt64(
        littleEndian: template.loadUnaligned(fromByteOffset: EventCodec.stepField, as: UInt64.self))
      | PointTemplates.spread(stepBits) << 8
    place.storeLittleEndian(time, at: EventCodec.timePlace)
    place.storeLittleEndian(stepWord, at: EventCodec.stepField)
    let floatPlace = count &- (isFloat ? EventCodec.floatEnd : EventCodec.floatEndBeforeDouble)
    place.storeLittleEndian(float.bitPattern, at: floatPlace)
    if !isFloat { place.storeLittleEndian(value.bitPattern, at: count &- EventCodec.doubleEnd) }
    let constants = EventCodec.stepField &+ 8
    let sum = platform_crc32c_point(
      sumBeforeTime, time, stepWord, template + constants, floatPlace &- constants,
      float.bitPattern, isFloat ? 0 : EventCodec.exactKey, value.bitPattern)
    place.storeLittleEndian(TFRecordFrame.masked(sum), at: count &- TFRecordFrame.footerSize)
    return count
  }

  /// Seven bits of the step in each byte, as a varint has them, without the bits that say that
  /// another byte follows.
  @inline(__always)
  private static func spread(_ step: UInt64) -> UInt64 {
    var bits = step & 0x0FFF_FFFF | (step & 0x01FF_FFFF_F000_0000) << 4
    bits = bits & 0x0000_3FFF_0000_3FFF | (bits & 0x0FFF_C000_0FFF_C000) << 2
    return bits & 0x007F_007F_007F_007F | (bits & 0x3F80_3F80_3F80_3F80) << 1
  }

  /// Makes the template of a shape; those of another length of steps are of no use any more.
  private mutating func prepare(
    _ key: UnsafeRawBufferPointer, _ value: Double, step: Int64, isFloat: Bool
  ) {
    let stepBits = UInt64(bitPattern: step)
    let stepSize = ProtobufWriter.size(stepBits)
    if stepBits < lowest || stepBits > highest {
      (floatCount, doubleCount) = (0, 0)
      lowest = stepSize == 1 ? 1 : 1 << UInt64(7 * (stepSize - 1))
      highest = 1 << UInt64(7 * stepSize) - 1
    }
    let template = isFloat ? memory : memory + PointTemplates.size
    let count = PointTemplates.encode(key, value, step: step, time: 0, at: template)
    sumBeforeTime = platform_crc32c(
      0, template + TFRecordFrame.headerSize, EventCodec.timePlace - TFRecordFrame.headerSize)
    for byte in 1...stepSize {
      template.storeBytes(
        of: byte < stepSize ? 0x80 : 0, toByteOffset: EventCodec.stepField + byte, as: UInt8.self)
    }
    if isFloat { floatCount = count } else { doubleCount = count }
  }

  private static func encode(
    _ key: UnsafeRawBufferPointer, _ value: Double, step: Int64, time: Double,
    at place: UnsafeMutableRawPointer
  ) -> Int {
    var frame = ProtobufWriter(borrowing: place, capacity: PointTemplates.size)
    let event = EventCodec.beginPoints(step: step, time: time, to: &frame)
    EventCodec.appendPoint(key: key, tag: .key, .double(value), to: &frame)
    EventCodec.endPoints(event, to: &frame)
    return frame.count
  }
}

/// Where the parts that change stand in the frame of a single double, from its start or from its
/// end.
extension EventCodec {
  static let timePlace = TFRecordFrame.headerSize + 1
  /// The step comes after the byte of its field's key.
  static let stepField = timePlace + 8
  static let doubleEnd = TFRecordFrame.footerSize + 8
  static let floatEnd = TFRecordFrame.footerSize + 4
  /// The exact double follows with a key of two bytes.
  static let floatEndBeforeDouble = doubleEnd + 2 + 4
  /// These two bytes, the first one lowest.
  static var exactKey: UInt16 {
    let key = ProtobufField.fixed64(EventFormat.SummaryValue.exactDouble).key
    return UInt16(truncatingIfNeeded: key & 0x7F | 0x80 | (key >> 7) << 8)
  }
}

extension UnsafeMutableRawPointer {
  @inline(__always)
  fileprivate func storeLittleEndian(_ word: some FixedWidthInteger, at place: Int) {
    storeBytes(of: word.littleEndian, toByteOffset: place, as: type(of: word))
  }
}
