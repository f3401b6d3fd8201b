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
