import TrackingEntities

/// Which experiments are inside which.
///
/// A copied folder brings the same ids a second time, so the folder decides first and the id of the
/// parent only where no enclosing folder fits.
struct ExperimentTree {
  /// No line of descent is followed further, whatever the files claim.
  static let deepest = 32

  /// The experiments, in the order given.
  let members: [ExperimentSnapshot]
  /// The experiments directly inside each, by position, in order.
  private(set) var children: [[Int]]
  /// The experiments inside no other.
  private(set) var roots: [Int] = []

  /// Finds the parent of each experiment.
  init(_ members: [ExperimentSnapshot]) {
    self.members = members
    children = Array(repeating: [], count: members.count)
    if members.allSatisfy(\.identity.parent.isEmpty) {
      roots = Array(members.indices)
      return
    }
    let byFolder = Dictionary(
      members.indices.map { (Key(members[$0].folder), $0) }, uniquingKeysWith: { first, _ in first }
    )
    let byId = Dictionary(
      members.indices.map { (members[$0].identity.id, $0) }, uniquingKeysWith: { first, _ in first }
    )
    var parents = members.indices.map { index in
      Self.parent(of: members[index], members, byFolder, byId)
    }
    for index in members.indices {
      if Self.isInLoop(index, parents) { parents[index] = nil }
      if let parent = parents[index] {
        children[parent].append(index)
      } else {
        roots.append(index)
      }
    }
  }

  /// All experiments inside one, at any depth, in order.
  func descendants(of index: Int) -> [Int] {
    var found: [Int] = []
    var waiting = Array(children[index].reversed())
    while let next = waiting.popLast() {
      found.append(next)
      waiting.append(contentsOf: children[next].reversed())
    }
    return found
  }

  private static func parent(
    of member: ExperimentSnapshot, _ members: [ExperimentSnapshot], _ byFolder: [Key: Int],
    _ byId: [String: Int]
  ) -> Int? {
    let wanted = member.identity.parent
    guard !wanted.isEmpty, wanted != member.identity.id else { return nil }
    var folder = Key(member.folder).bytes[...]
    while let slash = folder.lastIndex(of: UInt8(ascii: "/")) {
      folder = folder[..<slash]
      if let index = byFolder[Key(bytes: Array(folder))], members[index].identity.id == wanted {
        return index
      }
    }
    return byId[wanted]
  }

  private static func isInLoop(_ start: Int, _ parents: [Int?]) -> Bool {
    var current = parents[start]
    for _ in 0..<deepest {
      guard let next = current else { return false }
      if next == start { return true }
      current = parents[next]
    }
    return true
  }
}
