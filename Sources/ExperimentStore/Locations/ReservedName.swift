import FileSystem

/// Names with a meaning of their own: to the store, to TensorBoard, to git, to Windows.
package enum ReservedName {
  private static let views = Views.files + ["comparison.md"]
  private static let folders = [
    "writers", "edits", "environment", ".versions", ".saving", ".numbers", ".gitignore",
    ".gitattributes", ".turn",
  ]
  /// What SpecWeave's `.gitignore` leaves out of every project that it sets up.
  private static let ignoredFolders = ["tmp", "out", "build", "dist", "bin"]
  private static let ignoredEndings = [".tmp", ".log", ".db", ".sqlite", ".sqlite3", ".env"]

  /// Whether the store keeps a name, in any case of letters, for a file or folder of its own.
  package static func isReserved(_ name: String) -> Bool {
    let name = name.lowercased()
    return folders.contains(name) || isOutput(name)
      || views.contains { name.isContinuation(of: $0) }
      || name.isContinuation(of: "pending-") || isEventFile(name)
  }

  /// Whether it is a file of what the program said: the owner's, or another writer's.
  private static func isOutput(_ name: String) -> Bool {
    name.isContinuation(of: "output.log")
      || name.isContinuation(of: "output-") && name.isEnding(in: ".log")
  }

  /// Whether TensorBoard would read it as an event file.
  static func isEventFile(_ name: String) -> Bool {
    let bytes = Array(name.lowercased().utf8)
    let word = Array("tfevents".utf8)
    return bytes.indices.contains { bytes[$0...].starts(with: word) }
  }

  /// Whether Windows takes it for a device: `con`, `nul`, `com1`, with any ending.
  static func isDevice(_ name: String) -> Bool {
    var stem = name.prefix { $0 != "." }.lowercased()
    while stem.hasSuffix(" ") { stem.removeLast() }
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].contains(stem) { return true }
    guard stem.hasPrefix("com") || stem.hasPrefix("lpt") else { return false }
    let rest = stem.dropFirst(3)
    return rest.count == 1 && "0123456789¹²³".contains(rest)
  }

  /// Whether git would leave a folder of that name out.
  static func isIgnoredByGit(_ name: String) -> Bool {
    ignoredFolders.contains(name) || ignoredEndings.contains { name.isEnding(in: $0) }
  }

  /// A slug that no longer matches a reserved pattern.
  static func disarmed(_ slug: String) -> String {
    var slug = slug
    if slug.lowercased().isContinuation(of: "pending-") {
      slug = slug.beginning(bytes: 7) + "_" + String(Substring(slug.utf8.dropFirst(8)))
    }
    if isDevice(slug) { slug = String(slug.map { $0 == "." ? "-" : $0 }) }
    return isEventFile(slug) ? splitEventWord(slug) : slug
  }

  private static func splitEventWord(_ slug: String) -> String {
    var result: [UInt8] = []
    for byte in slug.utf8 {
      result.append(byte)
      let tail = String(decoding: result.suffix(8), as: UTF8.self)
      if isEventFile(tail) { result.insert(UInt8(ascii: "-"), at: result.count - 6) }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
