import TrackingEntities

/// The JSON that commands give: an object with `schema_version`, its lists one element a line.
///
/// Members are added in later versions, never renamed; docs/schemas/ describes each command's.
enum JSONDocument {
  /// Changes only when a member that exists changes its meaning.
  static let schemaVersion: Int64 = 1

  static func text(_ members: [Value.Entry]) throws(TrackingError) -> String {
    var bytes = Array("{\"schema_version\": \(schemaVersion)".utf8)
    for member in members {
      bytes += ",\n".utf8
      bytes += try Value.text(member.key.text).json(layout: .compact)
      bytes += ": ".utf8
      guard case .list(let elements) = member.value, !elements.isEmpty else {
        bytes += try member.value.json(layout: .compact)
        continue
      }
      for (place, element) in elements.enumerated() {
        bytes += (place == 0 ? "[\n" : ",\n").utf8
        bytes += try element.json(layout: .compact)
      }
      bytes += "\n]".utf8
    }
    return VisibleText.json(String(decoding: bytes + Array("}\n".utf8), as: UTF8.self))
  }
}
