internal import CPlatform
import ExperimentStore
package import FileSystem
import Glibc
package import TrackingEntities

/// Copies the files of a folder, or with no target hashes them, and says what it left out.
///
/// A link is followed where it leads to something in the folder itself, or to a file that a cache
/// keeps under a name made of its content, as Hugging Face, DVC and git-annex do: their folders
/// hold nothing else. A folder from elsewhere could hold links to anything on the computer, so that
/// other links are followed only where the caller asks for it.
package struct FolderCopy {
  /// Which links are followed.
  package enum Links: Sendable {
    /// Those inside the folder and those into caches.
    case known
    case all
  }

  /// More folders than this behind links are links that lead to each other.
  private static let mostFolders = 10_000

  private let source: Directory
  /// The folder's path without links.
  private let home: String
  private let target: Directory?
  private let links: Links
  /// Folders that must not be copied: the experiment's own and those around it.
  private let forbidden: [FileIdentity]
  private var files: [ArtifactContent.File] = []
  private var leftOut: [ArtifactContent.LeftOut] = []
  /// Folders still to do: no depth ends the process, no number of them takes all files that it may
  /// have open.
  private var pending: [Place] = []
  private var followed = 0

  /// A folder to copy.
  private struct Place {
    /// The folder outside the source to which a link led; nil for the source.
    var base: String?
    /// The path below it, empty or with a `/` at its end.
    var path: String
    /// The path in the copy, as `path`.
    var shown: String
    /// The folders around it, those of links included.
    var around: [FileIdentity]
  }

  /// Copies a folder.
  package static func copy(
    _ source: Directory, to target: Directory?, links: Links = .known,
    forbidden: [FileIdentity] = []
  ) throws(TrackingError) -> ArtifactContent {
    var copy = FolderCopy(source, to: target, links, forbidden)
    copy.pending = [Place(path: "", shown: "", around: [])]
    while let place = copy.pending.popLast() { try copy.copyFolder(place) }
    return ArtifactContent(folder: copy.files, leftOut: copy.leftOut)
  }

  private init(
    _ source: Directory, to target: Directory?, _ links: Links, _ forbidden: [FileIdentity]
  ) {
    self.source = source
    self.target = target
    self.links = links
    self.forbidden = forbidden
    home = SystemCalls.realPath("/proc/self/fd/\(source.descriptor)") ?? source.path
  }

  private mutating func copyFolder(_ place: Place) throws(TrackingError) {
    let base = try place.base.map { (path) throws(TrackingError) in try Directory.open(path) }
    let folder = try (base ?? source).folderOrSelf(place.path)
    let identity = FileIdentity(try SystemCalls.status(folder.descriptor))
    if place.around.contains(identity) || forbidden.contains(identity) {
      leave(String(place.shown.dropLast()), .circle)
      return
    }
    let target = try target?.folderOrSelf(making: place.shown)
    let around = place.around + [identity]
    for entry in try folder.entries() {
      let shown = place.shown + entry.shown
      guard !entry.name.isEmpty else {
        leave(shown, .name)
        continue
      }
      switch entry.kind {
      case .folder:
        pending.append(
          Place(
            base: place.base, path: place.path + entry.name + "/", shown: shown + "/",
            around: around))
      case .file:
        let file = try SystemCalls.open(folder.descriptor, entry.name, O_RDONLY | O_NONBLOCK)
        defer { SystemCalls.close(file) }
        try copyFile(file, shown, to: target.map { ($0, entry.name) })
      case .other:
        try follow(entry.name, in: folder, shown, around, to: target.map { ($0, entry.name) })
      }
    }
  }

  private mutating func copyFile(
    _ file: Int32, _ shown: String, to target: (directory: Directory, name: String)?
  ) throws(TrackingError) {
    let content = try ArtifactCopy.copy(file, shown, to: target)
    files.append(.init(path: shown, size: content.size, sha256: content.sha256))
  }

  private mutating func follow(
    _ name: String, in folder: Directory, _ shown: String, _ around: [FileIdentity],
    to target: (directory: Directory, name: String)?
  ) throws(TrackingError) {
    let status = try SystemCalls.status(folder.descriptor, name)
    guard status.st_mode & S_IFMT == S_IFLNK else { return leave(shown, .special) }
    let link = "/proc/self/fd/\(folder.descriptor)/\(name)"
    guard let path = SystemCalls.realPath(link) else { return leave(shown, .nowhere) }
    let inside = inside(path)
    guard inside != nil || links == .all || CacheFile.isNamedByContent(path) else {
      return leave(shown, .outside)
    }
    let file =
      if let inside {
        try SystemCalls.open(
          source.descriptor, inside.isEmpty ? "." : inside, O_RDONLY | O_NONBLOCK)
      } else {
        try SystemCalls.openSource(path)
      }
    defer { SystemCalls.close(file) }
    let mode = try SystemCalls.status(file).st_mode
    if platform_is_regular(mode) != 0 {
      try copyFile(file, shown, to: target)
    } else if platform_is_directory(mode) != 0 {
      followed += 1
      guard followed <= Self.mostFolders else {
        throw TrackingError(
          .invalidArgument,
          "the links in '\(source.path)' lead to more than \(Self.mostFolders) folders; remove those that lead to each other"
        )
      }
      let below = inside.map { $0.isEmpty ? "" : $0 + "/" } ?? ""
      pending.append(
        Place(base: inside == nil ? path : nil, path: below, shown: shown + "/", around: around))
    } else {
      leave(shown, .special)
    }
  }

  /// The path below the source; nil for one outside.
  private func inside(_ path: String) -> String? {
    if path.utf8.elementsEqual(home.utf8) { return "" }
    let prefix = home == "/" ? home : home + "/"
    guard path.utf8.starts(with: prefix.utf8) else { return nil }
    return String(path.utf8.dropFirst(prefix.utf8.count))
  }

  private mutating func leave(_ path: String, _ reason: ArtifactContent.LeftOut.Reason) {
    leftOut.append(.init(path: path, reason: reason))
  }
}

/// Files that a cache keeps under a name made of their content.
enum CacheFile {
  /// Whether the path is of such a file: `blobs/<digest>` (Hugging Face), `ab/<30 digits>` (DVC),
  /// `.git/annex/objects/…` (git-annex).
  static func isNamedByContent(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"))
    guard parts.count > 2, let name = parts.last else { return false }
    let folder = parts[parts.count - 2]
    if folder.elementsEqual("blobs".utf8) { return isDigest(name, of: [40, 64]) }
    if isDigest(folder, of: [2]), isDigest(name, of: [30]) { return true }
    let annex = [".git", "annex", "objects"]
    return (0..<parts.count - 2).contains { start in
      zip(annex, parts[start...]).allSatisfy { $0.0.utf8.elementsEqual($0.1) }
    }
  }

  private static func isDigest(_ text: Substring.UTF8View, of lengths: [Int]) -> Bool {
    lengths.contains(text.count)
      && text.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

extension Directory {
  /// A folder below this one, or this one for the empty path.
  fileprivate func folderOrSelf(_ path: String) throws(TrackingError) -> Directory {
    path.isEmpty ? self : try folder(path)
  }

  fileprivate func folderOrSelf(making path: String) throws(TrackingError) -> Directory {
    path.isEmpty ? self : try makeFolder(path)
  }
}
