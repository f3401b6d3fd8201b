internal import TrackingEntities

/// What of SpecWeave's `config.json` says where increments belong.
enum RootConfiguration {
  /// Whether a project is an umbrella over others, whose increments then belong to it.
  ///
  /// A missing or broken configuration says nothing; SpecWeave reads it the same way.
  static func isUmbrella(_ root: String) -> Bool {
    if RootPath.isFolder(root + "/repositories") { return true }
    guard let folder = try? Directory.open(root + "/.specweave"),
      let bytes = try? folder.read("config.json", limit: 4 << 20),
      let config = try? JSONParser.parse(bytes)
    else { return false }
    if config["umbrella"]?["enabled"]?.boolean == true { return true }
    return isSet(config["repository"]?["umbrellaRepo"])
  }

  private static func isSet(_ value: Value?) -> Bool {
    switch value {
    case .none, .null, .boolean(false): false
    case .text(let text): !text.isEmpty
    default: true
    }
  }
}
