package import TrackingEntities

/// The project that a store belongs to: the folder that holds `.specweave/`.
package struct ProjectRoot: Sendable, Equatable {
  /// Absolute.
  package let path: String

  package init(path: String) { self.path = path }

  /// The folder of all increments.
  package var increments: String { Directory.join(path, ".specweave/increments") }

  /// Finds the project around a folder; nil if there is none yet. Creates nothing.
  ///
  /// `SPECWEAVE_ROOT` decides. Else the nearest folder with `.specweave/config.json`, else the nearest
  /// with `.specweave/increments/` (the configuration is often not in git); an umbrella project around
  /// it takes precedence, because increments of its parts belong to it.
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

  /// The project's folder for a place inside its `.specweave/`: a second one nested there is a stray.
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
