internal import CPlatform
import Synchronization

/// The number that this process claimed last, where the search for the next one begins: with thousands
/// of experiments beside it, the next number costs as little as the first.
///
/// Only a place to begin at: which numbers are taken is told by their files alone.
struct LastClaim: Sendable {
  private let folder: UInt64?

  /// One word, so that neither a thread nor a fork ever sees a half of it: what tells the folder of the
  /// numbers above, the number below.
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
