package import TrackingEntities

/// A page that is written to a file of the user's.
package enum SavedPage {
  /// Writes the page, which is there whole or not at all, and takes the place of an earlier one.
  ///
  /// - Returns: The absolute path.
  package static func write(_ page: [UInt8], to path: String) throws(TrackingError) -> String {
    let place = try ExportPlace(path)
    try place.writeFile { (file) throws(TrackingError) in
      try file.write(String(decoding: page, as: UTF8.self))
    }
    return place.path
  }
}
