package import FileSystem
package import TrackingEntities

/// A value that is not a number, as it was read.
package struct FoundValue: Sendable {
  package let key: Key
  /// What TensorBoard calls it: the key, or another name where that is taken.
  package let tag: Key
  package let kind: EventValue.Kind
  package let step: Int64
  package let time: Double
  /// What stands for the file.
  package let writer: UInt32
  /// The serialised `Summary.Value`.
  package let summary: [UInt8]

  /// The histogram; nil if it is none.
  package var histogram: Histogram? {
    view { kind == .histogram ? $0.histogram : nil }
  }

  /// The text, several by lines; nil if it is none.
  package var text: String? {
    guard kind == .text else { return nil }
    return view { view in
      view.blobs.map { String(escapingInvalid: Array($0)) }.joined(separator: "\n")
    }
  }

  /// The encoded image, the first if there are several; nil if it is none.
  package var image: [UInt8]? { view { kind == .image ? $0.image.map { Array($0) } : nil } }

  private func view<Result>(_ look: (EventValueView) -> Result?) -> Result? {
    summary.withUnsafeBytes { EventValueView($0).flatMap(look) }
  }
}

/// Reads the values of one event file that are not numbers, and passes over everything else.
package struct EventValueReader: ~Copyable {
  private var frames: TFRecordReader
  private let path: String
  private let writer: UInt32
  private var seenHeader = false
  /// What each tag is: TensorFlow says it with the first value only.
  private var kinds: [Key: EventValue.Kind] = [:]
  /// The rest of the event that was read last.
  private var found: [FoundValue] = []

  /// Opens an event file. Throws as `SessionLogReader`.
  ///
  /// - Parameter writer: What stands for the file.
  package init(
    directory: Directory, file: String, writer: UInt32 = 0
  ) throws(TrackingError) {
    frames = try TFRecordReader(directory: directory, file: file)
    path = Directory.join(directory.path, file)
    self.writer = writer
  }

  /// The next value; nil at the end.
  ///
  /// - Parameter key: Whose value; nil is any.
  package mutating func next(of key: Key? = nil) throws(TrackingError) -> FoundValue? {
    while found.isEmpty, let payload = try frames.next() {
      guard let event = EventPayload(payload) else {
        frames.rejectLast()
        continue
      }
      event.forEachValue { view in
        guard !view.saysSession, let shown = view.kind else { return }
        let name = Key(bytes: Array(view.key))
        let known = shown == EventValueView.bare ? kinds[name] ?? shown : shown
        kinds[name] = known
        guard key == nil || key == name else { return }
        found.append(
          FoundValue(
            key: name, tag: Key(bytes: view.tag.map { Array($0) } ?? []), kind: known,
            step: event.step, time: event.time, writer: writer,
            summary: Array(view.bytes)))
      }
      if !seenHeader, let record = event.record { try readHeader(record) }
    }
    return found.isEmpty ? nil : found.removeFirst()
  }

  /// What could not be read since this was asked last.
  package mutating func takeDamages() -> [TFRecordDamage] {
    defer { frames.forgetDamages() }
    return frames.damages
  }

  private mutating func readHeader(_ record: UnsafeRawBufferPointer) throws(TrackingError) {
    guard case .record(.header(let header), _) = RecordCodec.decode(record) else { return }
    seenHeader = true
    try SessionLogReader.refuseNewer(header, file: path)
  }
}
