internal import Glibc
internal import TrackingEntities

/// The numbers that experiments of one folder have, or had: one empty file each in `.numbers/`.
///
/// The file system arbitrates, so two processes never get one number. The folder is not in git; what a
/// clone has is read from the experiments themselves once.
struct ClaimedNumbers {
  private let folder: Directory
  private let last: LastClaim
  private static let name = ".numbers"

  /// Opens the numbers of a folder.
  ///
  /// - Parameter existing: the numbers of the experiments that are there, archived ones included;
  ///   asked only if nothing was claimed in this copy of the store yet.
  init(
    in parent: Directory, existing: () throws(TrackingError) -> [UInt64]
  ) throws(TrackingError) {
    if let present = try parent.folderIfPresent(ClaimedNumbers.name) {
      folder = present
    } else {
      try ClaimedNumbers.rebuild(in: parent, upTo: try existing().max() ?? 0)
      folder = try parent.folder(ClaimedNumbers.name)
    }
    last = LastClaim(in: folder)
  }

  /// Claims the next number.
  func claimNext() throws(TrackingError) -> UInt64 {
    let isTaken = { folder.exists(ExperimentName.padded($0)) }
    let known = last.number.flatMap { isTaken($0) ? $0 : nil } ?? 0
    var number = ClaimSearch.free(from: known &+ 1, isTaken)
    while try !claim(number) { number &+= 1 }
    last.remember(number)
    return number
  }

  /// Claims one number; false if it is taken.
  func claim(_ number: UInt64) throws(TrackingError) -> Bool {
    try folder.create(ExperimentName.padded(number), [])
  }

  /// Fills a folder aside and moves it into place as a whole, so that nobody claims from a part.
  /// Gaps below the highest number are filled: something that is gone may have had them.
  private static func rebuild(
    in parent: Directory, upTo highest: UInt64
  ) throws(TrackingError) {
    let aside = Directory.temporaryName(for: name)
    do throws(TrackingError) {
      let folder = try parent.makeFolder(aside)
      _ = try folder.create(".gitignore", Array("*\n".utf8))
      var number: UInt64 = 1
      while number <= min(highest, mostFilled) {
        _ = try folder.create(ExperimentName.padded(number), [])
        number += 1
      }
      try SystemCalls.rename(parent.descriptor, aside, parent.descriptor, name)
    } catch {
      discard(aside, in: parent)
      if error.systemCode != EEXIST && error.systemCode != ENOTEMPTY { throw error }
    }
  }

  private static func discard(_ aside: String, in parent: Directory) {
    if let folder = try? parent.folder(aside) {
      for entry in (try? folder.entries()) ?? [] {
        try? SystemCalls.remove(folder.descriptor, entry.name)
      }
    }
    try? SystemCalls.remove(parent.descriptor, aside, folder: true)
  }

  /// A damaged file may name any number; it must not fill the disk.
  private static let mostFilled: UInt64 = 1_000_000
}
