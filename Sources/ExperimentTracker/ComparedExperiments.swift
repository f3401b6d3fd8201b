import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// The experiments of a comparison, which may lie in several increments.
///
/// Each is identified by its folder relative to the `experiments/` that the comparison is made for:
/// those of another increment are `../../0002-topic/experiments/baseline`, so that no two have one
/// name, and a project that is moved keeps them.
struct ComparedExperiments {
  /// All of them; their increment is set where there are several.
  private(set) var snapshots: [ExperimentSnapshot]
  /// The options with every path as such a folder.
  private(set) var options: ComparisonOptions
  private let increment: String
  private let folder: ExperimentsFolder?
  /// The path of the `experiments/` that the comparison is made for.
  private let home: String
  private var added: Set<String> = []

  /// - Parameters:
  ///   - own: The experiments of the increment.
  ///   - increment: Its name.
  ///   - path: Its folder.
  ///   - folder: Its `experiments/`, if there is one.
  /// - Throws: `experimentNotFound` for a path where there is none.
  init(
    _ own: [ExperimentSnapshot], _ options: ComparisonOptions, in increment: String,
    at path: String, _ folder: ExperimentsFolder?
  ) throws(TrackingError) {
    snapshots = own
    self.options = options
    self.increment = increment
    self.folder = folder
    home = folder?.directory.path ?? path + "/experiments"
    if options.archived, let folder {
      for snapshot in try ExperimentCatalog(folder).archivedSnapshots()
      where added.insert(snapshot.folder).inserted {
        snapshots.append(snapshot)
      }
    }
    for name in options.increments { try add(increment: name, from: path) }
    self.options.series = try options.series.map { (names) throws(TrackingError) in
      try resolved(names)
    }
    self.options.only = try options.only.map { (names) throws(TrackingError) in
      try resolved(names)
    }
    if snapshots.contains(where: { !$0.increment.isEmpty }) {
      for index in snapshots.indices where snapshots[index].increment.isEmpty {
        snapshots[index].increment = increment
      }
    }
  }

  /// The comparison of them.
  func comparison() throws(TrackingError) -> Comparison {
    var comparison = try Comparison(of: snapshots, options, in: increment)
    comparison.notes += options.filter?.notes(on: snapshots) ?? []
    return comparison
  }

  private mutating func add(increment name: String, from path: String) throws(TrackingError) {
    let found = try Increment.find(name, from: path)
    guard let folder = try found.experimentsFolder(), folder.directory.path != home else { return }
    append(
      try ExperimentCatalog(folder).snapshots(children: true, archived: options.archived),
      of: folder)
  }

  private mutating func append(_ found: [ExperimentSnapshot], of folder: ExperimentsFolder) {
    let prefix = Self.relative(folder.directory.path, to: home) + "/"
    for var snapshot in found where added.insert(prefix + snapshot.folder).inserted {
      snapshot.folder = prefix + snapshot.folder
      snapshot.increment = folder.increment
      snapshots.append(snapshot)
    }
  }

  private mutating func resolved(_ names: [String]) throws(TrackingError) -> [String] {
    var folders: [String] = []
    for name in names {
      try refuseAmbiguous(name)
      let isAbsolute = name.utf8.first == UInt8(ascii: "/")
      let isPath = isAbsolute || name.utf8.starts(with: "../".utf8)
      folders.append(
        isPath
          ? try folder(of: isAbsolute ? name : home + "/" + name) : name)
      if let own = folders.last, own.utf8.starts(with: "_archive/".utf8) { appendArchived(own) }
    }
    return folders
  }

  /// Refuses a name that experiments of several increments have, where these are compared as
  /// equals.
  private func refuseAmbiguous(_ name: String) throws(TrackingError) {
    guard !options.increments.isEmpty else { return }
    var places: [String] = []
    for snapshot in snapshots
    where snapshot.identity.child == 0 && OrderedComparison.isCalled(name, snapshot) {
      let place = snapshot.increment.isEmpty ? increment : snapshot.increment
      if !places.contains(place) { places.append(place) }
    }
    guard places.count > 1 else { return }
    throw TrackingError(
      .experimentNotFound,
      "'\(name)' is in \(places.count) of the increments; say which one is meant:",
      candidates: places.map { "\($0)/\(name)" }, isAmbiguous: true)
  }

  /// The folder of the experiment at an absolute path, which takes part from now on.
  private mutating func folder(of path: String) throws(TrackingError) -> String {
    let plain = "/" + Self.text(Self.parts(path))
    if let inside = Self.below(home, plain) { return inside }
    guard let increment = try Increment.around(path: plain),
      let folder = try increment.experimentsFolder(),
      let inside = Self.below(folder.directory.path, plain)
    else {
      throw TrackingError(
        .experimentNotFound,
        "'\(plain)' is in no increment's experiments/; compare experiments by name or path")
    }
    if folder.directory.path == home { return inside }
    append(ExperimentCatalog(folder).snapshots(below: Self.top(inside)), of: folder)
    return Self.relative(folder.directory.path, to: home) + "/" + inside
  }

  /// Archived experiments take part only where they are named.
  private mutating func appendArchived(_ folder: String) {
    guard let home = self.folder else { return }
    for snapshot in ExperimentCatalog(home).snapshots(below: Self.top(folder))
    where added.insert(snapshot.folder).inserted {
      snapshots.append(snapshot)
    }
  }

  /// `sweep` of `sweep/0003`, `_archive/old` of `_archive/old/0003`.
  private static func top(_ folder: String) -> String {
    let parts = parts(folder)
    let isArchived = parts.first?.elementsEqual("_archive".utf8) == true
    return text(parts.prefix(isArchived ? 2 : 1))
  }

  /// What follows a folder in a path; nil if it is not below it.
  private static func below(_ folder: String, _ path: String) -> String? {
    let (outer, inner) = (parts(folder), parts(path))
    guard inner.count > outer.count, inner.prefix(outer.count).elementsEqual(outer) else {
      return nil
    }
    return text(inner.dropFirst(outer.count))
  }

  /// The way from one folder to another: `../../0002-topic/experiments`.
  private static func relative(_ path: String, to start: String) -> String {
    let (end, begin) = (parts(path), parts(start))
    let shared = zip(end, begin).prefix { $0 == $1 }.count
    let up = Array(repeating: Array("..".utf8), count: begin.count - shared)
    return text(up + end.dropFirst(shared))
  }

  /// The names of a path by their bytes, `..` taken away with the name before it.
  private static func parts(_ path: String) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    for part in path.utf8.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
      } else if !part.elementsEqual(".".utf8) {
        parts.append(Array(part))
      }
    }
    return parts
  }

  private static func text(_ parts: some Sequence<[UInt8]>) -> String {
    String(decoding: Array(parts.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
  }
}
