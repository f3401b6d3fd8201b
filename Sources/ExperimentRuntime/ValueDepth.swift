package import TrackingEntities

/// How deep the values may be nested that users give: metadata.yaml nests them a few levels deeper,
/// and every reader of it has a limit.
package enum ValueDepth {
  package static let limit = 50

  /// Refuses members that are nested too deep, and says which.
  package static func check(_ members: [Value.Entry], _ kind: String) throws(TrackingError) {
    for member in members where isDeeper(member.value, than: limit) {
      throw TrackingError(
        .serialisation,
        "the \(kind) '\(member.key.text)' is nested deeper than \(limit) levels; flatten it or "
          + "save it as an artifact")
    }
  }

  /// Looks no deeper than asked, so that no value exhausts the stack.
  private static func isDeeper(_ value: Value, than levels: Int) -> Bool {
    switch value {
    case .list(let elements):
      levels == 0 || elements.contains { isDeeper($0, than: levels - 1) }
    case .map(let entries):
      levels == 0 || entries.contains { isDeeper($0.value, than: levels - 1) }
    default: false
    }
  }
}
