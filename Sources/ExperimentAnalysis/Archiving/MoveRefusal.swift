package import TrackingEntities

/// Why an experiment stays where it is, by the state of it and of what is inside it.
///
/// What is running is never moved. What is in use, or may be, is moved by force only.
package struct MoveRefusal: Sendable, Equatable {
  /// What is the matter.
  package enum Kind: Sendable, Equatable {
    case running
    /// Another host may be writing it.
    case unknown
    /// It cannot be read, so nothing says that it is old or in nobody's use.
    case unreadable
    /// It is tagged so.
    case production
    case selected

    /// Whether force moves it anyway.
    package var yieldsToForce: Bool { self != .running }
  }

  package let kind: Kind
  /// Which of them, as it is called.
  package let name: String
  /// One sentence without its subject, as "is running, in process 12 on host".
  package let reason: String

  /// The tag of what is deployed.
  package static let productionTag = "production"

  /// - Parameters:
  ///   - snapshots: An experiment with all that is inside it.
  ///   - forced: Whether it is moved in spite of what yields to force.
  /// - Returns: nil if it may be moved.
  package static func find(in snapshots: [ExperimentSnapshot], forced: Bool) -> MoveRefusal? {
    let all = snapshots.flatMap(Self.all)
    return all.first { !$0.kind.yieldsToForce } ?? (forced ? nil : all.first)
  }

  private static func all(_ snapshot: ExperimentSnapshot) -> [MoveRefusal] {
    var found: [MoveRefusal] = []
    func add(_ kind: Kind, _ reason: String) {
      found.append(MoveRefusal(kind: kind, name: snapshot.name, reason: reason))
    }
    if snapshot.identity.id.isEmpty, snapshot.history == .damaged {
      add(.unreadable, "cannot be read")
    } else if !snapshot.status.isFinal {
      let process = snapshot.writers.last { $0.header.role == .owner }?.header.process
      let writer = process.map { "process \($0.pid) on \($0.host)" } ?? "another process"
      if snapshot.status == .running {
        add(.running, "is running, in \(writer)")
      } else {
        add(.unknown, "may still be written by \(writer), which cannot be seen from here")
      }
    }
    if snapshot.tags.contains(where: { $0.lowercased() == productionTag }) {
      add(.production, "is tagged \(productionTag)")
    }
    if snapshot.selection?.selected == true { add(.selected, "is selected") }
    return found
  }
}
