import ExperimentStore
import FileSystem
import TrackingEntities

/// The fields that are one word.
enum SimpleField: String, Sendable, CaseIterable {
  case name
  case folder
  case number
  case rerun
  case kind
  case status
  case increment
  case parent
  case created
  case ended
  /// Another word for `ended`.
  case finished
  case duration
  case tags
  case artifacts
  case selected

  var kind: ExpressionField.Kind {
    switch self {
    case .name, .folder, .kind, .status, .increment, .parent: .text
    case .number, .rerun, .duration: .number
    case .created, .ended, .finished: .time
    case .tags, .artifacts: .list
    case .selected: .boolean
    }
  }

  func value(in subject: Subject) -> Value? {
    let snapshot = subject.snapshot
    let identity = snapshot.identity
    switch self {
    case .name: return .text(identity.name)
    case .folder: return .text(snapshot.folder)
    case .number: return identity.number == 0 ? nil : .integer(exactly: identity.number)
    case .rerun: return .integer(exactly: identity.rerun)
    case .kind: return .text(identity.kind)
    case .status: return .text(snapshot.status.rawValue)
    case .increment: return .text(subject.increment)
    case .parent: return Self.parent(snapshot).map { .text($0) }
    case .created: return .number(identity.created)
    case .ended, .finished: return snapshot.ended.map { .number($0) }
    case .duration: return snapshot.duration.map { .number($0) }
    case .tags: return .list(snapshot.tags.map { .text($0) })
    case .artifacts:
      let stored = snapshot.artifacts.filter { !$0.removed && $0.keptAs.isEmpty }
      return .list(stored.map { .text($0.path) })
    case .selected: return .boolean(snapshot.selection?.selected ?? false)
    }
  }

  /// The folder of the experiment around it.
  private static func parent(_ snapshot: ExperimentSnapshot) -> String? {
    guard !snapshot.identity.parent.isEmpty else { return nil }
    let parent = snapshot.folder.pathParent
    return parent.isEmpty ? nil : parent
  }
}
