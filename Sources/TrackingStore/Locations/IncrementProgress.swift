internal import TrackingEntities

/// What SpecWeave's own files say about the work on increments. Read, never written.
enum IncrementProgress {
  /// The increments in plain sight that are being worked on.
  static func inFlight(_ catalog: IncrementCatalog) -> [IncrementFolder] {
    catalog.plain.filter { status(of: $0).map(isInFlight) ?? false }
  }

  /// The one increment in plain sight if SpecWeave knows nothing of it, as one that this library made.
  static func onlyUnmanaged(_ catalog: IncrementCatalog) -> IncrementFolder? {
    let plain = catalog.plain
    guard plain.count == 1, let only = plain.first,
      !RootPath.isFile(only.path + "/metadata.json")
    else { return nil }
    return only
  }

  /// The one that SpecWeave's state file names, if it is among these. The file is a cache, often
  /// stale, so it is a hint and not an authority.
  static func hinted(_ increments: [IncrementFolder], _ root: ProjectRoot) -> IncrementFolder? {
    guard let state = object("active-increment.json", in: root.path + "/.specweave/state") else {
      return nil
    }
    var ids = state["ids"]?.elements.compactMap(\.text) ?? []
    if ids.isEmpty, let id = state["id"]?.text { ids = [id] }
    let named = increments.filter { increment in
      ids.contains { $0.isSame(as: increment.name.folder) }
    }
    return named.count == 1 && ids.count == 1 ? named.first : nil
  }

  private static func status(of increment: IncrementFolder) -> String? {
    object("metadata.json", in: increment.path)?["status"]?.text
  }

  private static func isInFlight(_ status: String) -> Bool {
    let words = status.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 }
    return ["active", "in-progress", "started", "ready-for-review"].contains(String(words))
  }

  private static func object(_ file: String, in folder: String) -> Value? {
    guard let bytes = try? Directory.open(folder).read(file, limit: 4 << 20) else { return nil }
    return try? JSONParser.parse(bytes)
  }
}
