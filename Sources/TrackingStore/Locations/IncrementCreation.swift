internal import TrackingEntities

/// Making an increment's folder: the only thing that is ever made of an increment.
struct IncrementCreation {
  let catalog: IncrementCatalog

  /// The increment of a project that had none.
  static let first = "0001-experiments"

  /// Whether a text is the full name of an increment that may be made: `NNNN-slug` with a number that
  /// no other has, whatever its letter and wherever it lies.
  func allows(_ text: String) throws(TrackingError) -> Bool {
    guard let name = IncrementName(text), text.utf8.dropFirst(4).first == UInt8(ascii: "-"),
      !catalog.increments.contains(where: { $0.name.number == name.number })
    else { return false }
    if FolderName.isPlain(name.folder) && !name.slug.isEmpty { return true }
    throw TrackingError(
      .invalidName,
      "there is no increment '\(NameText.shown(text))', and none is made of that name: after the "
        + "number use small letters, digits, '.', '_' and '-'")
  }

  /// Makes the folder; false if somebody else made it meanwhile.
  func make(_ name: String) throws(TrackingError) -> Bool {
    if !RootPath.isFolder(catalog.root.increments) {
      let store = Directory.join(catalog.root.path, ".specweave")
      if !RootPath.isFolder(store) {
        _ = try Directory.open(catalog.root.path).makeFolder(".specweave")
      }
      _ = try Directory.open(store).makeFolder("increments")
    }
    return try Directory.open(catalog.root.increments).claimFolder(name)
  }
}
