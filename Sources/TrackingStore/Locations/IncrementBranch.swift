internal import TrackingEntities

/// The increment that the git branch is named after: `inc/0042-agent`, `0042-topic`.
enum IncrementBranch {
  /// The reference in the current branch; nil without git, on a detached head, on other branches.
  static func reference(from workingDirectory: String) -> String? {
    guard let branch = current(from: workingDirectory) else { return nil }
    let parts = branch.pathParts
    let name = parts.first == "inc" && parts.count > 1 ? parts[1] : parts.first ?? ""
    guard let reference = IncrementReference(name), (3...4).contains(reference.digits),
      parts.first == "inc" || (parts.count == 1 && reference.slug != nil)
    else { return nil }
    return name
  }

  /// The branch, read from `HEAD`; a worktree's `.git` is a file that says where that is.
  private static func current(from workingDirectory: String) -> String? {
    let start = RootPath.absolute(workingDirectory, from: "/")
    for folder in RootPath.ancestors(of: start) {
      let git = Directory.join(folder, ".git")
      if RootPath.isFolder(git) { return branch(in: git) }
      if RootPath.isFile(git) {
        guard let target = line(of: ".git", in: folder, after: "gitdir: ") else { return nil }
        return branch(in: RootPath.absolute(target, from: folder))
      }
    }
    return nil
  }

  private static func branch(in git: String) -> String? {
    line(of: "HEAD", in: git, after: "ref: refs/heads/")
  }

  private static func line(of file: String, in folder: String, after prefix: String) -> String? {
    guard let bytes = try? Directory.open(folder).read(file, limit: 65_536),
      bytes.starts(with: prefix.utf8)
    else { return nil }
    let rest = bytes.dropFirst(prefix.utf8.count).prefix { $0 != 10 && $0 != 13 }
    return String(validating: rest, as: UTF8.self)
  }
}
