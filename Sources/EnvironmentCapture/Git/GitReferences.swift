internal import ExperimentStore
internal import FileSystem
internal import TrackingEntities

/// The references of a repository as files: loose ones, then the packed list.
struct GitReferences {
  private static let deepest = 5
  private static let packedLimit = 64 << 20

  /// The folder of this work tree: `HEAD` is here.
  let own: Directory
  /// The folder that all work trees share: branches are here.
  let shared: Directory

  /// What `HEAD` says.
  struct Head {
    /// The commit in hexadecimal; nil before the first one.
    var commit: String?
    /// The branch; nil if `HEAD` names a commit directly.
    var branch: String?
    /// Whether the references are kept in a form that only git reads.
    var unreadable = false
  }

  func head() -> Head {
    guard let text = firstLine(own, "HEAD") else { return Head(unreadable: true) }
    guard let name = GitReferences.target(text) else {
      let commit = GitReferences.commit(text)
      return Head(commit: commit, unreadable: commit == nil)
    }
    if name == "refs/heads/.invalid" { return Head(unreadable: true) }
    let branch = name.hasPrefix("refs/heads/") ? String(name.dropFirst(11)) : name
    return Head(commit: commit(of: name, depth: 0), branch: branch)
  }

  private func commit(of name: String, depth: Int) -> String? {
    guard depth < GitReferences.deepest, GitReferences.isValid(name) else { return nil }
    for folder in [own, shared] {
      guard let text = firstLine(folder, name) else { continue }
      if let next = GitReferences.target(text) { return commit(of: next, depth: depth + 1) }
      return GitReferences.commit(text)
    }
    return packed(name)
  }

  /// Looks the name up in `packed-refs`, whose lines are `<commit> <name>`.
  private func packed(_ name: String) -> String? {
    guard
      let bytes = try? shared.read("packed-refs", limit: GitReferences.packedLimit)
    else { return nil }
    let wanted = Array((" " + name).utf8)
    var rest = bytes[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      if line.count > wanted.count, line.suffix(wanted.count).elementsEqual(wanted) {
        return GitReferences.commit(String(decoding: line.dropLast(wanted.count), as: UTF8.self))
      }
    }
    return nil
  }

  private func firstLine(_ folder: Directory, _ name: String) -> String? {
    guard let bytes = try? folder.read(name, limit: 4096) else { return nil }
    return String(validating: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// The name in `ref: refs/heads/main`.
  private static func target(_ line: String) -> String? {
    guard line.hasPrefix("ref:") else { return nil }
    let name = line.dropFirst(4).split(separator: " ").first
    return name.map(String.init)
  }

  /// A full commit id, 40 or 64 hexadecimal digits.
  private static func commit(_ line: String) -> String? {
    let digits = line.prefix { $0 != " " && $0 != "\r" }
    let whole = digits.utf8.count == 40 || digits.utf8.count == 64
    return whole && digits.allSatisfy(\.isHexDigit) ? String(digits) : nil
  }

  private static func isValid(_ name: String) -> Bool {
    name.hasPrefix("refs/") && !name.split(separator: "/").contains("..")
  }
}
