internal import CExperimentTracker
import ExperimentTracker

/// A structure that C looks into, owned by a handle that its first member points to.
class StructureHandle: Handle {
  /// The handle behind a structure that a function of this library filled.
  final class func owner(
    of structure: UnsafeRawPointer?, _ parameter: String
  ) throws(TrackingError) -> Self {
    guard let structure else { throw CText.missing(parameter) }
    // Of any other handle the first word is its class, and the first word of that no handle's.
    guard let owner = structure.load(as: OpaquePointer?.self) else {
      throw TrackingError(
        .invalidArgument, "the argument '\(parameter)' is a handle of another kind")
    }
    return try of(owner, parameter)
  }

  /// Releases the structure with its handle; NULL is a no-op.
  final class func release(structure: UnsafeRawPointer?) {
    guard let structure else { return }
    release(structure.load(as: OpaquePointer?.self))
  }
}

/// Hands out a new structure; the pointer is NULL before anything can fail.
func returnStructure<Structure>(
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>?,
  _ make: () throws(TrackingError) -> (StructureHandle, UnsafePointer<Structure>)
) throws(TrackingError) {
  guard let out else { throw CText.missing("out") }
  out.pointee = nil
  let (handle, structure) = try make()
  _ = Unmanaged.passRetained(handle)
  out.pointee = UnsafeMutablePointer(mutating: structure)
}

/// An experiment at one moment, as C sees it.
final class SnapshotHandle: StructureHandle {
  private var arena = Arena()
  private(set) var structure: UnsafePointer<et_snapshot>?
  /// The parameters and their types, for messages.
  let snapshot: ExperimentSnapshot

  /// - Parameters:
  ///   - snapshot: What is known.
  ///   - increment: The name of the increment.
  ///   - path: The absolute path of its folder.
  ///   - label: `exp-003`; empty where it is not known.
  init(_ snapshot: ExperimentSnapshot, increment: String, path: String, label: String) {
    self.snapshot = snapshot
    super.init()
    var filled = et_snapshot()
    filled.reserved = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    filled.path = arena.text(path)
    filled.increment = arena.text(increment)
    filled.label = arena.text(label)
    arena.fill(&filled, from: snapshot)
    arena.fill(&filled, artifactsOf: snapshot, in: path)
    structure = arena.one(filled)
  }

  deinit { arena.release() }
}

extension Arena {
  fileprivate mutating func fill(
    _ filled: inout et_snapshot, from snapshot: ExperimentSnapshot
  ) {
    let identity = snapshot.identity
    filled.name = text(identity.name)
    filled.status = text(snapshot.status.rawValue)
    filled.folder = text(snapshot.folder)
    filled.id = text(identity.id)
    filled.parent = text(identity.parent)
    filled.kind = text(identity.kind)
    filled.number = identity.number
    filled.child = identity.child
    filled.rerun = identity.rerun
    filled.created = identity.created
    filled.ended = snapshot.ended ?? .nan
    filled.last_write = snapshot.lastWrite
    filled.duration = snapshot.duration ?? .nan
    if let failure = snapshot.failure {
      filled.failure_type = text(failure.type)
      filled.failure_message = text(failure.message)
      filled.failure_traceback = text(failure.traceback)
    }
    (filled.param_count, filled.params) = items(
      snapshot.params.map { Value.Entry($0.key, $0.value) })
    let metrics = snapshot.metrics.map { Optional(metric($0)) }
    (filled.metric_count, filled.metrics) = (metrics.count, many(metrics))
    (filled.tag_count, filled.tags) = texts(snapshot.tags)
    var notes: [UnsafePointer<et_note>?] = []
    for note in snapshot.notes {
      notes.append(one(et_note(text: text(note.text), time: note.time)))
    }
    (filled.note_count, filled.notes) = (notes.count, many(notes))
    let json = SnapshotJSON.value(snapshot)
    filled.facts = node(.map(snapshot.facts))
    filled.selection = snapshot.selection == nil ? nil : node(json["selection"] ?? .null)
    filled.writers = node(json["writers"] ?? .list([]))
    (filled.problem_count, filled.problems) = texts(snapshot.problems)
    filled.dropped = snapshot.dropped
  }

  fileprivate mutating func fill(
    _ filled: inout et_snapshot, artifactsOf snapshot: ExperimentSnapshot, in path: String
  ) {
    var artifacts: [UnsafePointer<et_artifact_info>?] = []
    for artifact in snapshot.artifacts {
      let isNewest = artifact.keptAs.isEmpty
      var info = et_artifact_info()
      info.path = text(artifact.path)
      info.file = text(path + "/" + (isNewest ? artifact.path : artifact.keptAs))
      info.kind = text(artifact.kind)
      info.sha256 = text(artifact.sha256)
      info.size = artifact.size
      info.version = artifact.version
      info.is_newest = isNewest ? 1 : 0
      info.details = node(artifact.details)
      artifacts.append(one(info))
    }
    (filled.artifact_count, filled.artifacts) = (artifacts.count, many(artifacts))
  }

  private mutating func texts(_ texts: [String]) -> (Int, UnsafePointer<UnsafePointer<CChar>?>) {
    var pointers: [UnsafePointer<CChar>?] = []
    for text in texts { pointers.append(self.text(text)) }
    return (pointers.count, many(pointers))
  }

  private mutating func metric(_ summary: MetricSummary) -> UnsafePointer<et_metric> {
    var metric = et_metric()
    metric.key = text(summary.key.bytes)
    metric.last = summary.last.double
    switch summary.last.value {
    case .integer(let integer): (metric.type, metric.last_integer) = (ET_INT, integer)
    case .boolean(let flag): (metric.type, metric.last_integer) = (ET_BOOL, flag ? 1 : 0)
    default: metric.type = ET_DOUBLE
    }
    metric.last_step = summary.lastStep
    metric.last_time = summary.lastTime
    (metric.minimum, metric.minimum_step) = (summary.minimum, summary.minimumStep)
    (metric.maximum, metric.maximum_step) = (summary.maximum, summary.maximumStep)
    metric.mean = summary.mean
    metric.count = UInt64(clamping: summary.count)
    metric.numbers = UInt64(clamping: summary.numbers)
    metric.highest_step = summary.highestStep
    return one(metric)
  }
}
