import EventLog
import FileSystem
import TrackingEntities

/// Points in a hot loop, which pass the session by.
extension WriterSession {
  /// Takes back what the fast path did.
  mutating func close(_ fastPath: FastPath) {
    fastPath.close { summary, place, nextStep in
      log.replace(summary, at: place)
      nextSteps[summary.key] = nextStep
      isDirty = true
    }
    revision &+= 1
  }

  /// Opens the fast path if a hot loop is on, and lets these metrics in, which took the general
  /// path just now.
  func open(_ fastPath: FastPath, for keys: [Key]) {
    guard let writer, !ended else { return fastPath.forget(keys) }
    fastPath.open(for: writer, before: nextSync)
    guard fastPath.isOpen else { return fastPath.forget(keys) }
    for key in keys {
      if let (place, summary) = log.find(key) {
        fastPath.admit(summary, place: place, nextStep: nextSteps[key] ?? 0)
      }
    }
  }

  /// When a call has to force the bytes to the disk, on the coarse clock.
  private var nextSync: Double {
    if case .every(let seconds) = sync { synced + seconds } else { .infinity }
  }

  /// How points get to the disk at the moment; nil while nothing is written.
  var writing: String? {
    guard let writer, writer.isOpen else { return nil }
    return writer.isBuffered ? "buffered" : "direct"
  }

  /// How points get to the disk: what was asked for, else what the environment says.
  var batching: WriteMode {
    if sync == .always { return .direct }
    if let writes { return writes }
    return ProcessContext.variable("SPECWEAVE_WRITES").flatMap(WriteMode.init(rawValue:))
      ?? .automatic
  }
}

extension Experiment {
  /// How this process writes at the moment: `direct`, `buffered` once a hot loop is on; nil if it
  /// does not.
  package var writing: String? { lockedSession { $0.writing } }
}
