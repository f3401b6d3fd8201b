internal import TrackingEntities

extension SnapshotContent {
  /// Takes a stored artifact in, or out; the newest version of a path stays first of its path.
  mutating func apply(_ artifact: Artifact) {
    let same = { (other: Artifact) in other.path.utf8.elementsEqual(artifact.path.utf8) }
    artifacts.removeAll { same($0) && $0.version == artifact.version }
    if artifact.removed { return }
    let place =
      artifacts.firstIndex { same($0) && $0.version < artifact.version }
      ?? artifacts.lastIndex(where: same).map { $0 + 1 } ?? artifacts.count
    artifacts.insert(artifact, at: place)
  }

  /// Takes a fact in: members of the same name are replaced, others stay.
  mutating func apply(section: Key, _ value: Value) {
    guard let place = facts.firstIndex(where: { $0.key == section }) else {
      facts.append(.init(section, value))
      return
    }
    guard case .map(var members) = facts[place].value, case .map(let later) = value else {
      facts[place].value = value
      return
    }
    for member in later {
      if let known = members.firstIndex(where: { $0.key == member.key }) {
        members[known].value = member.value
      } else {
        members.append(member)
      }
    }
    facts[place].value = .map(members)
  }
}
