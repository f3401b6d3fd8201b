import CPlatform
package import FileSystem
import Glibc
import Synchronization
package import TrackingEntities

/// A folder that belongs to one new experiment alone.
package struct ClaimedFolder: Sendable {
  /// The folder, relative to the increment's `experiments/`.
  package let folder: String
  /// The folder, held open.
  package let directory: Directory
  /// The experiment's name: as given, or `exp-NNN`.
  package let name: String
  /// The number in the increment; 0 for a child.
  package let number: UInt64
  /// The place within the parent; 0 for a top-level experiment.
  package let child: UInt64
  /// 1 for the first of this name, 2 for the next, ...
  package let rerun: UInt64
}

extension ExperimentsFolder {
  /// Claims a folder and a number for a new experiment.
  ///
  /// The same name again gets `-2`, `-3`, ...: nothing is ever overwritten.
  ///
  /// - Parameters:
  ///   - name: a valid name, or nil for `exp-NNN`.
  ///   - replacing: whether a folder may have the name of an archived one, because it takes its
  ///     place.
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

  /// A number whose folder a user has made is left out, so that name and folder stay alike.
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
  private func padded(_ place: UInt64) -> String { place.zeroPadded(4) }
}

/// Finds the end of what is taken without listing it.
enum ClaimSearch {
  /// A free place after a taken one, or the first: found by doubling and bisecting, so that ten
  /// thousand places cost some thirty questions. A hole before the end may be found as well.
  static func free(from first: UInt64, _ isTaken: (UInt64) -> Bool) -> UInt64 {
    guard isTaken(first) else { return first }
    var taken = first
    var free = max(first, 1) &* 2
    while free < 1 << 62 && isTaken(free) {
      taken = free
      free = free &* 2
    }
    while free - taken > 1 {
      let middle = taken + (free - taken) / 2
      if isTaken(middle) { taken = middle } else { free = middle }
    }
    return free
  }
}

/// The number that this process claimed last, where the search for the next one begins: with
/// thousands of experiments beside it, the next number costs as little as the first.
///
/// Only a hint where to begin: the files of the numbers alone decide which are taken.
struct ClaimHint: Sendable {
  private let folder: UInt64?

  /// One word, so that neither a thread nor a fork ever sees a half of it: what tells the folder of
  /// the numbers above, the number below.
  private static let newest = Atomic<UInt64>(0)
  private static let bits: UInt64 = 24

  /// - Parameter folder: The folder of the numbers.
  init(in folder: Directory) {
    let status = try? SystemCalls.status(folder.descriptor)
    self.folder = status.map { status in
      (UInt64(status.st_ino) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(status.st_dev)) >> Self.bits
    }
  }

  /// The number; nil if this process has claimed none here, or one in another folder since.
  var number: UInt64? {
    let newest = Self.newest.load(ordering: .relaxed)
    guard newest != 0, newest >> Self.bits == folder else { return nil }
    return newest & ((1 << Self.bits) - 1)
  }

  func remember(_ number: UInt64) {
    guard let folder, number < 1 << Self.bits else { return }
    Self.newest.store(folder << Self.bits | number, ordering: .relaxed)
  }
}

/// The numbers that experiments of one folder have, or had: one empty file each in `.numbers/`.
///
/// The file system arbitrates, so two processes never get one number. The folder is not in git;
/// what a clone has is read from the experiments themselves once.
struct ClaimedNumbers {
  private let folder: Directory
  private let last: ClaimHint
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
    last = ClaimHint(in: folder)
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

  /// Fills a folder aside and moves it into place as a whole, so that no process claims from a part
  /// of it. Gaps below the highest number are filled: something that is gone may have had them.
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
