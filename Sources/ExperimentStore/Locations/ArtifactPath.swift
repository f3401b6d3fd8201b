package import TrackingEntities

/// Where an artifact may lie below its experiment's folder: at the path that the user gave, as long
/// as every computer of the team can check it out and nothing of the store is in its way.
package enum ArtifactPath {
  /// The longest path and the longest component, in bytes.
  package static let limit = 1024
  package static let componentLimit = 255

  /// Accepts a path given as bytes, or says what is wrong with it.
  ///
  /// - Parameter byStore: whether the library itself stores there, which may use `environment/`.
  package static func validate(
    _ bytes: [UInt8], byStore: Bool = false
  ) throws(TrackingError) -> String {
    if bytes.count > limit {
      throw TrackingError(
        .invalidName,
        "the artifact path has \(bytes.count) bytes, more than \(limit); shorten it")
    }
    let path = try NameText.decode(bytes, kind)
    try NameText.requireReadable(path, kind)
    try NameText.requireInside(path, kind)
    let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (place, part) in parts.enumerated() {
      let name = String(decoding: part, as: UTF8.self)
      try requirePortable(name, path)
      if place == 0 { try requireFree(name, path, byStore && parts.count > 1) }
    }
    return path
  }

  /// Accepts a path, or says what is wrong with it.
  package static func validate(
    _ path: String, byStore: Bool = false
  ) throws(TrackingError) -> String {
    try validate(Array(path.utf8), byStore: byStore)
  }

  /// Where the version of an artifact lies that belongs to a step: `samples.png` at step 12 is
  /// `samples/step-000012.png`.
  package static func validate(_ path: String, atStep step: Int64) throws(TrackingError) -> String {
    let path = try validate(path)
    let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
    let dot = path.utf8[(name ?? path.startIndex)...].dropFirst().lastIndex(of: UInt8(ascii: "."))
    let (stem, ending) = (path[..<(dot ?? path.endIndex)], path[(dot ?? path.endIndex)...])
    return try validate("\(stem)/step-\(step.zeroPadded(6))\(ending)")
  }

  private static let kind = "artifact path"

  private static func requirePortable(_ name: String, _ path: String) throws(TrackingError) {
    if name.isEmpty || name == "." {
      throw NameText.refusal(kind, path, "has an empty or '.' part; write it as folder/file")
    }
    if name.utf8.count > componentLimit {
      throw NameText.refusal(
        kind, path, "has a part of \(name.utf8.count) bytes, more than \(componentLimit)")
    }
    if let bad = name.unicodeScalars.first(where: { "\\:*?\"<>|".unicodeScalars.contains($0) }) {
      throw NameText.refusal(kind, path, "contains '\(bad)', which Windows cannot store; use '-'")
    }
    if name.utf8.first == UInt8(ascii: " ") || name.utf8.last == UInt8(ascii: " ")
      || name.utf8.last == UInt8(ascii: ".")
    {
      throw NameText.refusal(
        kind, path, "has a part that starts or ends with a space or ends with a dot; drop it")
    }
    if ReservedName.isDevice(name) {
      throw NameText.refusal(kind, path, "has a part that is a device on Windows; rename it")
    }
    if name.lowercased() == ".git" {
      throw NameText.refusal(kind, path, "has a part '.git', which git refuses; rename it")
    }
    if ReservedName.isEventFile(name) {
      throw NameText.refusal(
        kind, path, "contains 'tfevents', which TensorBoard reads as an event file; rename it")
    }
  }

  private static func requireFree(
    _ name: String, _ path: String, _ byStore: Bool
  ) throws(TrackingError) {
    if byStore && name == "environment" { return }
    if ReservedName.isReserved(name) {
      throw NameText.refusal(kind, path, "starts with '\(name)', which the store uses; rename it")
    }
  }
}
