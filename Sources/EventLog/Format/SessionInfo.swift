package import TrackingEntities

/// What TensorBoard's HParams tab is told of an experiment: its settings and when it began, and how
/// it ended.
///
/// TensorBoard heeds the first of each that it reads of a run.
package enum SessionInfo {
  /// What TensorBoard calls the tab.
  static let plugin = "hparams"
  static let tagPrefix = "_hparams_/"

  /// How a run ended, as the tab knows it.
  package enum Outcome: UInt64, Sendable {
    case unknown = 0
    case success = 1
    case failure = 2
    case running = 3

    package init(_ status: ExperimentStatus) {
      self =
        switch status {
        case .running: .running
        case .completed: .success
        case .failed, .interrupted, .crashed: .failure
        case .unknown: .unknown
        }
    }
  }

  /// The settings of a run, which TensorBoard names by its folder.
  ///
  /// - Parameter settings: Numbers, booleans and texts.
  package static func start(
    _ settings: [(name: String, value: Value)], started: Double
  ) -> EventValue {
    var content = ProtobufWriter()
    let start = content.begin(.bytes(3))
    for setting in settings {
      let entry = content.begin(.bytes(1))
      content.putText(1, setting.name)
      let value = content.begin(.bytes(2))
      put(setting.value, to: &content)
      content.end(value)
      content.end(entry)
    }
    content.put(5, started)
    content.end(start)
    return .session(tagPrefix + "session_start_info", content: content.array)
  }

  /// How a run ended.
  ///
  /// - Parameter ended: When; nil where it has not.
  package static func end(_ outcome: Outcome, ended: Double?) -> EventValue {
    var content = ProtobufWriter()
    let end = content.begin(.bytes(4))
    content.put(1, outcome.rawValue)
    content.put(2, ended ?? 0)
    content.end(end)
    return .session(tagPrefix + "session_end_info", content: content.array)
  }

  /// An event file that says nothing else.
  package static func file(_ start: EventValue, _ end: EventValue, time: Double) -> [UInt8] {
    var file = ProtobufWriter()
    EventCodec.appendVersion(time: time, to: &file)
    EventCodec.append(start, step: 0, time: time, to: &file)
    EventCodec.append(end, step: 0, time: time, to: &file)
    return file.array
  }

  /// A value of `google.protobuf.Struct`.
  private static func put(_ value: Value, to writer: inout ProtobufWriter) {
    switch value {
    case .boolean(let flag): writer.putNumber(4, flag ? 1 : 0)
    case .integer, .number: writer.putDouble(2, value.double ?? 0)
    default: writer.putText(3, value.text ?? "")
    }
  }
}
