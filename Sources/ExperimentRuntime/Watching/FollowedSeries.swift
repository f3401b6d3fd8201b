import EventLog
package import FileSystem
package import TrackingEntities

/// The points of some metrics of one experiment for who looks again and again: only what was added
/// is read.
package struct FollowedSeries: Sendable {
  /// The points of one metric by one writer.
  package struct Line: Sendable {
    /// Which writer: what it calls itself; nil for the owner.
    package let writer: String?
    /// The points of its sessions, one after the other.
    package let sessions: [PointSeries]
  }

  private var files: [String: SeriesFollower] = [:]
  /// Which files belong to which writer: the owner's first, by their sessions.
  private var writers: [(name: String?, files: [String])] = []

  package init() {}

  /// How much memory the points take.
  package var bytes: Int { files.values.reduce(0) { $0 + $1.bytes } }

  /// Reads on.
  ///
  /// - Parameters:
  ///   - keys: The metrics that are wanted from now on.
  ///   - snapshot: What is known of the experiment, which says who writes which file.
  package mutating func readOn(
    _ keys: [Key], of snapshot: ExperimentSnapshot, in directory: Directory
  ) throws(TrackingError) {
    writers = Self.writers(of: snapshot)
    let names = writers.flatMap(\.files)
    var known: [String: SeriesFollower] = [:]
    for name in names {
      var file = files.removeValue(forKey: name) ?? SeriesFollower(file: name)
      try file.readOn(keys, in: directory)
      known[name] = file
    }
    files = known
  }

  /// The lines of a metric, the owner's first.
  package func lines(_ key: Key) -> [Line] {
    writers.compactMap { writer in
      let sessions = writer.files.compactMap { files[$0]?[key] }.filter { $0.count > 0 }
      return sessions.isEmpty ? nil : Line(writer: writer.name, sessions: sessions)
    }
  }

  private static func writers(
    of snapshot: ExperimentSnapshot
  ) -> [(name: String?, files: [String])] {
    var owner: [String] = []
    var order: [String] = []
    var others: [String: (name: String, files: [String])] = [:]
    for writer in snapshot.writers {
      let header = writer.header
      switch header.role {
      case .owner: owner.append(writer.file)
      case .editor: break
      case .attached:
        if others[header.writer] == nil { order.append(header.writer) }
        let name = header.label.isEmpty ? header.writer : header.label
        others[header.writer, default: (name, [])].files.append(writer.file)
      }
    }
    return [(nil, owner)] + order.compactMap { others[$0].map { ($0.name, $0.files) } }
  }
}
