package import TrackingEntities

/// The parameters of an experiment as the HParams tab of TensorBoard takes them.
package enum TensorBoardSettings {
  /// Numbers, booleans and texts by their paths. What is none of these is text: lists as JSON, and
  /// numbers that JSON has no form for, as TensorBoard sends them to the browser in JSON.
  package static func of(_ snapshot: ExperimentSnapshot) -> [(name: String, value: Value)] {
    FlattenedParams.ofParams(snapshot).map { param in
      (name: param.key.text, value: setting(param.value))
    }
  }

  private static func setting(_ value: Value) -> Value {
    switch value {
    case .boolean, .text: value
    case .integer(let integer):
      // Each number is a double there.
      Int64(exactly: Double(integer)) == integer ? value : .text(String(integer))
    case .number(let number):
      number.isFinite ? value : .text(number.shortestText)
    case .null, .bigInteger, .list, .map: .text(ExportedText.of(value))
    }
  }
}
