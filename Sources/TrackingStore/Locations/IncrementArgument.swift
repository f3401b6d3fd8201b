internal import TrackingEntities

/// What a user gave to say which increment: a reference, or a path to its folder, its `experiments/`
/// or anything below, also with the `0042...` of documents in it.
struct IncrementArgument {
  /// The reference itself, as `0042`.
  let reference: String
  /// The project that an absolute path names; nil means the current one.
  let root: ProjectRoot?

  /// Reads the argument.
  init(_ text: String, from workingDirectory: String) throws(TrackingError) {
    try NameText.requireReadable(text, "increment")
    let parts = text.pathParts
    guard text.utf8.contains(UInt8(ascii: "/")) || text == "." || text == ".." else {
      (reference, root) = (text, nil)
      return
    }
    let path = RootPath.absolute(text, from: RootPath.absolute(workingDirectory, from: "/"))
    let resolved = SystemCalls.realPath(path) ?? path
    if let place = IncrementArgument.place(in: path) ?? IncrementArgument.place(in: resolved) {
      reference = place.reference
      let store = RootPath.isFolder(place.root + "/.specweave/increments")
      let isRelative = text.utf8.first != UInt8(ascii: "/")
      root = isRelative && !store ? nil : ProjectRoot(path: place.root)
    } else if let part = parts.first(where: { IncrementReference($0) != nil }),
      text.utf8.first != UInt8(ascii: "/")
    {
      (reference, root) = (part, nil)
    } else {
      throw TrackingError(
        .incrementNotFound,
        "'\(NameText.shown(text))' is not inside a .specweave/increments folder; give the "
          + "increment's number, its name or its path")
    }
  }

  /// The increment that a path lies in, and the project around it.
  static func place(in path: String) -> (root: String, reference: String)? {
    let parts = path.pathParts
    for index in parts.indices.dropLast()
    where parts[index] == ".specweave" && parts[index + 1] == "increments" {
      let below = parts[(index + 2)...].drop { IncrementCatalog.lifecycles.contains($0) }
      guard let reference = below.first else { return nil }
      return ("/" + parts[..<index].joined(separator: "/"), reference)
    }
    return nil
  }
}
