import CPlatform
package import FileSystem
import Glibc
package import TrackingEntities

/// The project that a store belongs to: the folder that holds `.specweave/`.
package struct ProjectRoot: Sendable, Equatable {
  /// Absolute.
  package let path: String

  package init(path: String) { self.path = path }

  /// The folder of all increments.
  package var increments: String { Directory.join(path, ".specweave/increments") }

  /// Opens a folder of the project's store.
  ///
  /// The one rule for links on the way there, whether the store, an increment or its `experiments`:
  /// one that leads to something in the project is followed, any other is refused. What is opened
  /// is looked up again below the project's folder, so that a link that is changed meanwhile leads
  /// nowhere outside.
  ///
  /// - Parameter path: Absolute.
  package func open(_ path: String) throws(TrackingError) -> Directory {
    guard let home = SystemCalls.realPath(self.path), let target = SystemCalls.realPath(path) else {
      throw TrackingError.storage("open", path, ENOENT)
    }
    guard let below = target.without(beginning: home == "/" ? home : home + "/") else {
      throw TrackingError(
        .storage,
        "'\(path)' is a link out of the project, to '\(target)', and is not followed; put the folder "
          + "into the project, mount the other disk there, or set SPECWEAVE_ROOT to a folder on it",
        systemCode: ELOOP)
    }
    return try Directory.open(home).folder(below, shownAs: path)
  }

  /// Opens a folder some folders below one of the project's, each by the rule for links.
  ///
  /// - Parameters:
  ///   - outer: Absolute.
  ///   - create: Whether those that are missing are made.
  /// - Returns: nil if one is missing and none may be made.
  package func folder(
    _ parts: [String], below outer: String, create: Bool
  ) throws(TrackingError) -> Directory? {
    var directory = try open(outer)
    var path = outer
    for part in parts {
      path = Directory.join(path, part)
      if SystemCalls.statusFollowingLinks(path) == nil && !directory.exists(part) {
        guard create else { return nil }
        _ = try directory.claimFolder(part)
      }
      directory = try open(path)
    }
    return directory
  }

  /// The project that a path in a store names.
  package static func naming(_ path: String) -> ProjectRoot? {
    let parts = path.pathParts
    guard let store = parts.lastIndex(of: ".specweave") else { return nil }
    return ProjectRoot(path: "/" + parts[..<store].joined(separator: "/"))
  }

  /// Finds the project around a folder; nil if there is none yet. Creates nothing.
  ///
  /// `SPECWEAVE_ROOT` decides. Else the nearest folder with `.specweave/config.json`, else the
  /// nearest with `.specweave/increments/` (the configuration is often not in git); an umbrella
  /// project around it takes precedence, because increments of its parts belong to it.
  package static func find(
    from workingDirectory: String, environment: [String: String]
  ) throws(TrackingError) -> ProjectRoot? {
    if let named = try named(in: environment, workingDirectory) { return named }
    let around = RootPath.ancestors(of: outside(of: RootPath.absolute(workingDirectory, from: "/")))
    let filled = around.filter { RootPath.isFolder($0 + "/.specweave/increments") }
    let home = environment["HOME"] ?? ""
    let configured = around.filter {
      RootPath.isFile($0 + "/.specweave/config.json") && !isForbidden($0, home)
    }
    let umbrella = around.first { folder in
      (configured.contains(folder) || filled.contains(folder)) && !isForbidden(folder, home)
        && RootConfiguration.isUmbrella(folder)
    }
    return (umbrella ?? configured.first ?? filled.first).map { ProjectRoot(path: $0) }
  }

  /// Where the first experiment makes a store if there is no project: a `.specweave/` that is there
  /// without increments, else the git top level, else the working directory.
  package static func fallback(
    from workingDirectory: String, environment: [String: String]
  ) throws(TrackingError) -> ProjectRoot {
    let start = outside(of: RootPath.absolute(workingDirectory, from: "/"))
    let home = environment["HOME"] ?? ""
    let allowed = RootPath.ancestors(of: start).filter { !isForbidden($0, home) }
    let chosen =
      allowed.first { RootPath.isFolder($0 + "/.specweave") }
      ?? allowed.first { SystemCalls.statusFollowingLinks($0 + "/.git") != nil } ?? start
    if isForbidden(chosen, home) || isInstalledCode(chosen) {
      throw TrackingError(
        .incrementNotFound,
        "no project here, and none is made in '\(chosen)' (a home directory, '/' or installed "
          + "packages): change into your project, or set SPECWEAVE_ROOT to its folder")
    }
    return ProjectRoot(path: chosen)
  }

  private static func named(
    in environment: [String: String], _ workingDirectory: String
  ) throws(TrackingError) -> ProjectRoot? {
    guard let value = environment["SPECWEAVE_ROOT"], !value.isEmpty else { return nil }
    var path = RootPath.absolute(value, from: RootPath.absolute(workingDirectory, from: "/"))
    if path.pathParts.last == ".specweave" { path = RootPath.absolute("..", from: path) }
    guard RootPath.isFolder(path) else {
      throw TrackingError(
        .incrementNotFound,
        "SPECWEAVE_ROOT is '\(value)', which is not a folder; make it, or correct the variable")
    }
    return ProjectRoot(path: path)
  }

  /// The project's folder for a place inside its `.specweave/`: a second one nested there is a
  /// stray.
  private static func outside(of path: String) -> String {
    let parts = path.pathParts
    for place in parts.indices.dropFirst() where parts[place - 1] == ".specweave" {
      if parts[place] == "increments" {
        return "/" + parts[..<(place - 1)].joined(separator: "/")
      }
    }
    return parts.last == ".specweave" ? "/" + parts.dropLast().joined(separator: "/") : path
  }

  private static func isForbidden(_ path: String, _ home: String) -> Bool {
    path == "/" || (!home.isEmpty && RootPath.isSameFolder(path, home))
  }

  private static func isInstalledCode(_ path: String) -> Bool {
    path.pathParts.contains { $0 == "site-packages" || $0 == "dist-packages" }
  }
}

/// Paths that users give or stand in, before anything is opened.
package enum RootPath {
  /// The path as an absolute one, `.` and `..` resolved as text.
  package static func absolute(_ path: String, from base: String) -> String {
    let full = path.utf8.first == UInt8(ascii: "/") ? path : base + "/" + path
    var parts: [String] = []
    for part in full.pathParts where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder and all folders around it, from the inside out, `/` last.
  static func ancestors(of path: String) -> [String] {
    var parts = path.pathParts
    var found: [String] = []
    while !parts.isEmpty {
      found.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    return found + ["/"]
  }

  /// Whether a folder is there, links followed.
  static func isFolder(_ path: String) -> Bool {
    guard let information = SystemCalls.statusFollowingLinks(path) else { return false }
    return platform_is_directory(information.st_mode) != 0
  }

  /// Whether a regular file is there, links followed.
  static func isFile(_ path: String) -> Bool {
    guard let information = SystemCalls.statusFollowingLinks(path) else { return false }
    return platform_is_regular(information.st_mode) != 0
  }

  /// Whether two paths are one folder, whatever the links on the way.
  package static func isSameFolder(_ left: String, _ right: String) -> Bool {
    guard let a = SystemCalls.statusFollowingLinks(left),
      let b = SystemCalls.statusFollowingLinks(right)
    else { return false }
    return FileIdentity(a) == FileIdentity(b)
  }

  /// Whether a path lies below a folder once all links are resolved.
  static func resolves(_ path: String, inside folder: String) -> Bool {
    guard let path = SystemCalls.realPath(path), let folder = SystemCalls.realPath(folder) else {
      return false
    }
    return path.isContinuation(of: folder == "/" ? folder : folder + "/")
  }
}

/// What of SpecWeave's `config.json` says where increments belong.
enum RootConfiguration {
  /// Whether a project is an umbrella over others, whose increments then belong to it.
  ///
  /// A missing or broken configuration says nothing; SpecWeave reads it the same way.
  static func isUmbrella(_ root: String) -> Bool {
    if RootPath.isFolder(root + "/repositories") { return true }
    guard let folder = try? Directory.open(root + "/.specweave"),
      let bytes = try? folder.read("config.json", limit: 4 << 20),
      let config = try? JSONParser.parse(bytes)
    else { return false }
    if config["umbrella"]?["enabled"]?.boolean == true { return true }
    return isSet(config["repository"]?["umbrellaRepo"])
  }

  private static func isSet(_ value: Value?) -> Bool {
    switch value {
    case .none, .null, .boolean(false): false
    case .text(let text): !text.isEmpty
    default: true
    }
  }
}
