import CPlatform
package import ExperimentStore
import FileSystem
package import TrackingEntities

/// The experiments of an increment, where finished ones are read again only when their
/// `.summary.json` changed.
///
/// For the comparison that is refreshed at the end of each experiment: without it, the end of the
/// five-hundredth would read all others. Who wants the truth reads the catalog.
package final class FinishedExperiments: Sendable {
  /// The one of this process.
  package static let shared = FinishedExperiments()

  private struct Known {
    var signature: Signature
    var snapshots: [ExperimentSnapshot]
  }

  private struct Signature: Hashable {
    var inode: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
  }

  private let lock = ForkSafeLock()
  nonisolated(unsafe) private var folder = ""
  nonisolated(unsafe) private var known: [String: Known] = [:]

  /// What was found in `experiments/`.
  package struct Reading {
    /// The experiments and their children.
    package let snapshots: [ExperimentSnapshot]
    /// A number that changes when what is known of them may have changed.
    package let state: Int
    /// The temporary files of the comparison.
    package let temporary: [String]
  }

  /// What is known of the experiments; nil if there are more than `limit`.
  ///
  /// - Parameter document: The file that is made of it.
  package func read(
    _ experiments: ExperimentsFolder, limit: Int, for document: String
  ) throws(TrackingError) -> Reading? {
    var temporary: [String] = []
    let folders = try names(in: experiments, limit: limit) { entry in
      if entry.isTemporary(for: document) { temporary.append(entry.name) }
    }
    guard let names = folders else { return nil }
    return lock.withLock { forked in
      // Not released: a thread that is not here may have been in the middle of changing it.
      if forked { withUnsafeMutablePointer(to: &known) { $0.initialize(to: [:]) } }
      if folder != experiments.directory.path {
        folder = experiments.directory.path
        known = [:]
      }
      let signatures = names.map { signature(of: $0, in: experiments) }
      let snapshots = zip(names, signatures).flatMap { read($0, $1, in: experiments) }
      return Reading(
        snapshots: snapshots, state: Self.state(names, signatures), temporary: temporary)
    }
  }

  /// Whether all of it is still as it was read.
  package func isCurrent(
    _ reading: Reading, _ experiments: ExperimentsFolder, limit: Int
  ) throws(TrackingError) -> Bool {
    guard let names = try names(in: experiments, limit: limit) else { return false }
    let signatures = names.map { signature(of: $0, in: experiments) }
    return Self.state(names, signatures) == reading.state
  }

  private static func state(_ names: [String], _ signatures: [Signature?]) -> Int {
    var state = Hasher()
    state.combine(names)
    state.combine(signatures)
    return state.finalize()
  }

  private func names(
    in experiments: ExperimentsFolder, limit: Int, _ look: (DirectoryEntry) -> Void = { _ in }
  ) throws(TrackingError) -> [String]? {
    try experiments.directory.names(atMost: limit) { entry in
      look(entry)
      return entry.kind == .folder && !entry.name.isHiddenName
        && entry.name.utf8.first != UInt8(ascii: "_")
    }?.sorted()
  }

  private func read(
    _ name: String, _ now: Signature?, in experiments: ExperimentsFolder
  ) -> [ExperimentSnapshot] {
    if let now, let known = known[name], known.signature == now { return known.snapshots }
    let snapshots = ExperimentCatalog(experiments).snapshots(below: name)
    if let now, snapshots.allSatisfy({ $0.status.isFinal && $0.history == .complete }) {
      known[name] = Known(signature: now, snapshots: snapshots)
    } else {
      known[name] = nil
    }
    return snapshots
  }

  private func signature(of name: String, in experiments: ExperimentsFolder) -> Signature? {
    guard
      let status = try? SystemCalls.status(
        experiments.directory.descriptor, "\(name)/\(Views.summary)")
    else { return nil }
    return Signature(
      inode: UInt64(status.st_ino), size: Int64(status.st_size),
      seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
  }
}
