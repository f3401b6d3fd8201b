package import FileSystem
package import TrackingEntities

/// A file of ours that a user has edited is moved aside before it is written anew.
package enum EditedFile {
  /// Moves the file to `<name>.edited`, or to `.edited-2` and so on where there is one already, and
  /// says where it is now.
  @discardableResult
  package static func keep(_ name: String, in directory: Directory) throws(TrackingError) -> String
  {
    var kept = name + ".edited"
    var number = 2
    while directory.exists(kept) {
      kept = "\(name).edited-\(number)"
      number += 1
    }
    try SystemCalls.renameNew(directory.descriptor, name, directory.descriptor, kept)
    return kept
  }
}
