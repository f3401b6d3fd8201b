internal import Glibc
package import TrackingEntities

extension ExperimentsFolder {
  /// Claims a folder and a number for a new experiment.
  ///
  /// The same name again gets `-2`, `-3`, ...: nothing is ever overwritten.
  ///
  /// - Parameters:
  ///   - name: a valid name, or nil for `exp-NNN`.
  ///   - replacing: whether a folder may have the name of an archived one, because it takes its place.
  ///   - existing: the numbers of all experiments, archived ones included; asked once in a copy of
  ///     the store in which nothing was claimed yet.
  package func claim(
    name: String?, replacing: Bool = false, existing: () throws(TrackingError) -> [UInt64]
  ) throws(TrackingError) -> ClaimedFolder {
    let numbers = try ClaimedNumbers(in: directory, existing: existing)
    guard let name else { return try claimUnnamed(numbers) }
    try ExperimentName.validate(name)
    let archive = replacing ? nil : try openArchive()
    var number: UInt64 = 0
    if let wanted = ExperimentName.number(in: name), try numbers.claim(wanted) { number = wanted }
    if number == 0 { number = try numbers.claimNext() }
    let place = try claimPlace(in: directory, FolderName.safe(for: name), archive)
    return ClaimedFolder(
      folder: place.folder, directory: try directory.folder(place.folder), name: name,
      number: number, child: 0, rerun: place.rerun)
  }

  /// Claims a folder within another experiment's, for a combination, a stage, a fold.
  ///
  /// - Parameters:
  ///   - parent: the parent's folder, relative to `experiments/`.
  ///   - index: the place in the grid, or nil for the next free one.
  ///   - existing: the places of the children that are there; asked as in `claim`.
  package func claimChild(
    in parent: String, name: String?, index: UInt64?,
    existing: () throws(TrackingError) -> [UInt64]
  ) throws(TrackingError) -> ClaimedFolder {
    if let name { try ExperimentName.validate(name) }
    let outer = try directory.folder(parent)
    let place: UInt64
    if let index {
      place = index
    } else {
      place = try ClaimedNumbers(in: outer, existing: existing).claimNext()
    }
    let name = name ?? padded(place)
    let claimed = try claimPlace(in: outer, FolderName.safe(for: name), nil)
    return ClaimedFolder(
      folder: Directory.join(parent, claimed.folder),
      directory: try outer.folder(claimed.folder), name: name, number: 0, child: place,
      rerun: claimed.rerun)
  }

  /// A number whose folder somebody has by hand is left out, so that name and folder stay alike.
  private func claimUnnamed(_ numbers: ClaimedNumbers) throws(TrackingError) -> ClaimedFolder {
    while true {
      let number = try numbers.claimNext()
      let name = ExperimentName.numbered(number)
      if try directory.claimFolder(name) {
        return ClaimedFolder(
          folder: name, directory: try directory.folder(name), name: name, number: number, child: 0,
          rerun: 1)
      }
    }
  }

  private func claimPlace(
    in parent: Directory, _ base: String, _ archive: Directory?
  ) throws(TrackingError) -> (folder: String, rerun: UInt64) {
    if archive?.exists(base) != true, try parent.claimFolder(base) { return (base, 1) }
    var rerun = ClaimSearch.free(from: 2) { number in
      let folder = "\(base)-\(number)"
      return parent.exists(folder) || archive?.exists(folder) == true
    }
    while true {
      let folder = "\(base)-\(rerun)"
      if archive?.exists(folder) != true, try parent.claimFolder(folder) { return (folder, rerun) }
      rerun &+= 1
    }
  }

  /// `0003`, so that a listing of a sweep is in order.
  private func padded(_ place: UInt64) -> String {
    let digits = String(place)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
