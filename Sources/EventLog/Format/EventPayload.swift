import FileSystem

/// The parts of one event, as views of its bytes.
struct EventPayload {
  private(set) var time = 0.0
  private(set) var step: Int64 = 0
  private(set) var record: UnsafeRawBufferPointer?
  private var summary: UnsafeRawBufferPointer?
  private var summaries = 0
  private let payload: UnsafeRawBufferPointer

  /// Takes an event apart; nil if the bytes are not one.
  @inline(__always)
  init?(_ payload: UnsafeRawBufferPointer) {
    self.payload = payload
    if readPlain() { return }
    (time, step) = (0, 0)
    var reader = ProtobufReader(payload)
    while reader.next() {
      switch reader.field {
      case .fixed64(EventFormat.Event.wallTime): time = reader.double()
      case .varint(EventFormat.Event.step): step = Int64(bitPattern: reader.varint())
      case .bytes(EventFormat.Event.summary):
        summary = reader.bytes()
        summaries &+= 1
      case .bytes(EventFormat.Event.record): record = reader.bytes()
      default: reader.skip()
      }
    }
    if reader.malformed { return nil }
  }

  /// Reads the form in which points are written here, its fields in this order and nothing else:
  /// time, step, one summary to the end; false for any other.
  @inline(__always)
  private mutating func readPlain() -> Bool {
    guard let start = payload.baseAddress, payload.count >= 13,
      start.load(as: UInt8.self) == Plain.time
    else { return false }
    var place = 9
    if start.load(fromByteOffset: 9, as: UInt8.self) == Plain.step {
      guard let found = Plain.varint(payload, at: 10) else { return false }
      step = Int64(bitPattern: found.value)
      place = found.end
    }
    guard place < payload.count, start.load(fromByteOffset: place, as: UInt8.self) == Plain.summary,
      let length = Plain.varint(payload, at: place + 1),
      length.value == UInt64(payload.count - length.end)
    else { return false }
    time = Double(
      bitPattern: UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 1, as: UInt64.self)))
    summary = UnsafeRawBufferPointer(rebasing: payload[length.end...])
    summaries = 1
    return true
  }

  /// The keys of the fields of the plain form, and how its numbers are read.
  private enum Plain {
    static var time: UInt8 { ProtobufField.fixed64(EventFormat.Event.wallTime).byte }
    static var step: UInt8 { ProtobufField.varint(EventFormat.Event.step).byte }
    static var summary: UInt8 { ProtobufField.bytes(EventFormat.Event.summary).byte }

    /// A number of up to eight bytes at a place of the payload; nil for a longer one.
    @inline(__always)
    static func varint(
      _ payload: UnsafeRawBufferPointer, at place: Int
    ) -> (value: UInt64, end: Int)? {
      var value: UInt64 = 0
      for index in 0..<min(8, max(0, payload.count - place)) {
        let byte = payload[place + index]
        value |= UInt64(byte & 0x7F) << UInt64(7 * index)
        if byte < 0x80 { return (value, place + index + 1) }
      }
      return nil
    }
  }

  /// Calls back with every scalar of the event in order; false if part of it makes no sense.
  @inline(__always)
  func forEachPoint(_ visit: (borrowing EventScalar) -> Void) -> Bool {
    guard let summary else { return true }
    if summaries == 1 { return EventPayload.points(of: summary, visit) }
    var sound = true
    var reader = ProtobufReader(payload)
    while reader.next() {
      if case .bytes(EventFormat.Event.summary) = reader.field {
        sound = EventPayload.points(of: reader.bytes(), visit) && sound
      } else {
        reader.skip()
      }
    }
    return sound
  }

  /// Calls back with every value of the event that is not a number, in order.
  func forEachValue(_ visit: (EventValueView) -> Void) {
    guard summary != nil else { return }
    var reader = ProtobufReader(payload)
    while reader.next() {
      if case .bytes(EventFormat.Event.summary) = reader.field {
        EventPayload.values(of: reader.bytes(), visit)
      } else {
        reader.skip()
      }
    }
  }

  private static func values(
    of summary: UnsafeRawBufferPointer, _ visit: (EventValueView) -> Void
  ) {
    var reader = ProtobufReader(summary)
    while reader.next() {
      guard case .bytes(EventFormat.Summary.value) = reader.field else {
        reader.skip()
        continue
      }
      let bytes = reader.bytes()
      var scalar = EventScalar()
      if scalar.read(bytes), !scalar.hasValue, let value = EventValueView(bytes) { visit(value) }
    }
  }

  @inline(__always)
  private static func points(
    of summary: UnsafeRawBufferPointer, _ visit: (borrowing EventScalar) -> Void
  ) -> Bool {
    var sound = true
    var reader = ProtobufReader(summary)
    while reader.next() {
      guard case .bytes(EventFormat.Summary.value) = reader.field else {
        reader.skip()
        continue
      }
      var scalar = EventScalar()
      if !scalar.read(reader.bytes()) {
        sound = false
      } else if scalar.hasValue {
        visit(scalar)
      }
    }
    return sound && !reader.malformed
  }
}
