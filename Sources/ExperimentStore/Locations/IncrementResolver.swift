import FileSystem
package import TrackingEntities

/// Finds the increment that experiments belong to.
package enum IncrementResolver {
  /// Finds it by the first rule that says something; never guesses between two.
  ///
  /// - Parameters:
  ///   - argument: what the user gave, if anything: `42`, `0042E`, a name, a path, `0042...`.
  ///   - root: the project; nil if there is none yet.
  ///   - create: whether an experiment is about to start, so that an increment may be made.
  ///   - branch: the git branch that is checked out, if any; asked for only where it matters.
  package static func resolve(
    _ argument: String?, environment: [String: String], workingDirectory: String,
    root: ProjectRoot?, create: Bool, branch: () -> String?
  ) throws(TrackingError) -> IncrementLocation {
    if let argument {
      return try resolve(
        argument, .argument, environment, workingDirectory, root, create: create)
    }
    if let argument = environment["SPECWEAVE_INCREMENT_ID"], !argument.isEmpty {
      do throws(TrackingError) {
        return try resolve(
          argument, .environment, environment, workingDirectory, root, create: create)
      } catch {
        throw TrackingError(
          error.code, "SPECWEAVE_INCREMENT_ID: " + error.message, candidates: error.candidates,
          systemCode: error.systemCode)
      }
    }
    let catalog = try IncrementCatalog(
      try existing(root, environment, workingDirectory, create))
    if let here = around(workingDirectory, catalog) {
      return location(here, catalog, .workingDirectory)
    }
    if let reference = branch().flatMap(IncrementBranch.reference(in:)) {
      let match = IncrementMatch(catalog: catalog)
      if let named = try match.find(reference) { return location(named, catalog, .branch) }
      if let named = try match.find(key(of: reference)) { return location(named, catalog, .branch) }
    }
    return try current(catalog, create)
  }

  private static func resolve(
    _ text: String, _ rule: IncrementLocation.Rule, _ environment: [String: String],
    _ workingDirectory: String, _ root: ProjectRoot?, create: Bool
  ) throws(TrackingError) -> IncrementLocation {
    let argument = try IncrementArgument(text, from: workingDirectory)
    let catalog = try IncrementCatalog(
      try existing(argument.root ?? root, environment, workingDirectory, create))
    let match = IncrementMatch(catalog: catalog)
    if let found = try match.find(argument.reference) { return location(found, catalog, rule) }
    if create, try IncrementCreation(catalog: catalog).allows(argument.reference) {
      return try new(argument.reference, catalog, rule)
    }
    throw match.notFound(argument.reference)
  }

  /// The one in progress; for a project without any, its first.
  private static func current(
    _ catalog: IncrementCatalog, _ create: Bool
  ) throws(TrackingError) -> IncrementLocation {
    let inFlight = IncrementProgress.inFlight(catalog)
    if inFlight.count == 1, let only = inFlight.first { return location(only, catalog, .inFlight) }
    if let hinted = IncrementProgress.hinted(inFlight, catalog.root) {
      return location(hinted, catalog, .hint)
    }
    let advice = "say which one (increment=\"0042\", SPECWEAVE_INCREMENT_ID, or work inside it):"
    if inFlight.count > 1 {
      throw TrackingError(
        .ambiguousIncrement,
        "\(inFlight.count) increments of \(catalog.root.path) are in progress; \(advice)",
        candidates: inFlight.map(\.name.folder))
    }
    if let only = IncrementProgress.onlyUnmanaged(catalog) {
      return location(only, catalog, .only)
    }
    if catalog.increments.isEmpty {
      if create { return try new(IncrementCreation.first, catalog, .first) }
      throw TrackingError(
        .incrementNotFound,
        "\(catalog.root.path) has no increments yet; start an experiment to make one")
    }
    let choice = catalog.plain.isEmpty ? catalog.increments : catalog.plain
    throw TrackingError(
      .incrementNotFound, "no increment of \(catalog.root.path) is in progress; \(advice)",
      candidates: choice.suffix(20).map(\.name.folder))
  }

  private static func around(
    _ workingDirectory: String, _ catalog: IncrementCatalog
  ) -> IncrementFolder? {
    for path in [workingDirectory, SystemCalls.realPath(workingDirectory) ?? workingDirectory] {
      guard let place = IncrementArgument.place(in: RootPath.absolute(path, from: "/")),
        RootPath.isSameFolder(place.root, catalog.root.path)
      else { continue }
      let found = catalog.increments.filter { $0.name.folder.isSame(as: place.reference) }
      let exact = found.first { path.isContinuation(of: $0.path) }
      if let here = exact ?? found.first { return here }
    }
    return nil
  }

  private static func key(of reference: String) -> String {
    IncrementReference(reference).map { IncrementName.padded($0.number) + $0.suffix } ?? reference
  }

  /// The project, or the place of a new one.
  private static func existing(
    _ root: ProjectRoot?, _ environment: [String: String], _ workingDirectory: String,
    _ create: Bool
  ) throws(TrackingError) -> ProjectRoot {
    if let root { return root }
    if create {
      return try ProjectRoot.fallback(from: workingDirectory, environment: environment)
    }
    throw noProject(workingDirectory)
  }

  /// What is said where there is no project.
  package static func noProject(_ workingDirectory: String) -> TrackingError {
    TrackingError(
      .incrementNotFound,
      "no project (.specweave/) in '\(workingDirectory)' or above it; change into the project, or "
        + "set SPECWEAVE_ROOT to its folder")
  }

  private static func new(
    _ name: String, _ catalog: IncrementCatalog, _ rule: IncrementLocation.Rule
  ) throws(TrackingError) -> IncrementLocation {
    let made = try IncrementCreation(catalog: catalog).make(name)
    let key = IncrementName(name)?.key ?? name
    return IncrementLocation(
      id: name, key: key, path: Directory.join(catalog.root.increments, name), root: catalog.root,
      lifecycle: nil, created: made, rule: rule)
  }

  private static func location(
    _ found: IncrementFolder, _ catalog: IncrementCatalog, _ rule: IncrementLocation.Rule
  ) -> IncrementLocation {
    IncrementLocation(
      id: found.name.folder, key: found.name.key, path: found.path, root: catalog.root,
      lifecycle: found.lifecycle, created: false, rule: rule)
  }
}

/// What a user gave to say which increment: a reference, or a path to its folder, its
/// `experiments/` or anything below, also with the `0042...` of documents in it.
struct IncrementArgument {
  /// The reference itself, as `0042`.
  let reference: String
  /// The project that an absolute path names; nil means the current one.
  let root: ProjectRoot?

  /// Reads the argument.
  init(_ text: String, from workingDirectory: String) throws(TrackingError) {
    try NameText.requireReadable(text, "increment")
    let parts = text.pathParts
    guard text.utf8.contains(UInt8(ascii: "/")) || text == "." || text == ".." else {
      (reference, root) = (text, nil)
      return
    }
    let path = RootPath.absolute(text, from: RootPath.absolute(workingDirectory, from: "/"))
    let resolved = SystemCalls.realPath(path) ?? path
    if let place = IncrementArgument.place(in: path) ?? IncrementArgument.place(in: resolved) {
      reference = place.reference
      let store = RootPath.isFolder(place.root + "/.specweave/increments")
      let isRelative = text.utf8.first != UInt8(ascii: "/")
      root = isRelative && !store ? nil : ProjectRoot(path: place.root)
    } else if let part = parts.first(where: { IncrementReference($0) != nil }),
      text.utf8.first != UInt8(ascii: "/")
    {
      (reference, root) = (part, nil)
    } else {
      throw TrackingError(
        .incrementNotFound,
        "'\(NameText.shown(text))' is not inside a .specweave/increments folder; give the "
          + "increment's number, its name or its path")
    }
  }

  /// The increment that a path lies in, and the project around it.
  static func place(in path: String) -> (root: String, reference: String)? {
    let parts = path.pathParts
    for index in parts.indices.dropLast()
    where parts[index] == ".specweave" && parts[index + 1] == "increments" {
      let below = parts[(index + 2)...].drop { IncrementCatalog.lifecycles.contains($0) }
      guard let reference = below.first else { return nil }
      return ("/" + parts[..<index].joined(separator: "/"), reference)
    }
    return nil
  }
}

/// Which increment a user means.
struct IncrementMatch {
  let catalog: IncrementCatalog

  /// The increment for a number, a number with its letter, a slug, a folder name or the start of
  /// one; nil if there is none. Throws if several fit.
  func find(_ text: String) throws(TrackingError) -> IncrementFolder? {
    let increments = catalog.increments
    if let exact = increments.first(where: { $0.name.folder.isSame(as: text) }) { return exact }
    guard let reference = IncrementReference(text) else {
      return try only(increments.filter { $0.name.slug.isSame(as: text) }, text)
    }
    let sameKey = increments.filter {
      $0.name.number == reference.number && $0.name.suffix == reference.suffix
    }
    guard let slug = reference.slug else { return try only(sameKey, text) }
    let exact = sameKey.filter { $0.name.slug.isSame(as: slug) }
    return try only(
      exact.isEmpty ? sameKey.filter { $0.name.slug.isContinuation(of: slug) } : exact, text)
  }

  /// Those in `increments/` itself hide those in lifecycle folders; one name in two of these is one
  /// increment.
  private func only(
    _ found: [IncrementFolder], _ text: String
  ) throws(TrackingError) -> IncrementFolder? {
    let plain = found.filter { $0.lifecycle == nil }
    let choice = plain.isEmpty ? found : plain
    guard let first = choice.first else { return nil }
    if choice.allSatisfy({ $0.name.folder.isSame(as: first.name.folder) }) { return first }
    throw TrackingError(
      .ambiguousIncrement,
      "'\(NameText.shown(text))' fits \(choice.count) increments of \(catalog.root.path); "
        + "say which one with its full name:",
      candidates: choice.map(\.name.folder))
  }

  /// The error for a text that fits nothing, with what may have been meant.
  func notFound(_ text: String) -> TrackingError {
    let shown = NameText.shown(text)
    if catalog.strayLinks.contains(where: { $0.isContinuation(of: text) }) {
      return TrackingError(
        .incrementNotFound,
        "the increment '\(shown)' is a link out of the project \(catalog.root.path), which is not "
          + "followed; move the folder into the project")
    }
    if catalog.increments.isEmpty {
      return TrackingError(
        .incrementNotFound,
        "there is no increment '\(shown)', and \(catalog.root.path) has none at all; start an "
          + "experiment with a full name as '0001-my-topic' to make one")
    }
    let number = IncrementReference(text)?.number
    let related = catalog.increments.filter { $0.name.number == number }.map(\.name.folder)
    let close = LookupSuggestions.closest(to: text, in: catalog.increments.map(\.name.folder))
    let candidates = related + close.filter { !related.contains($0) }
    let present = catalog.plain.isEmpty ? catalog.increments : catalog.plain
    let all = present.map(\.name.folder)
    let isFew = all.count <= 5
    let advice = !candidates.isEmpty ? "the closest ones:" : isFew ? "it has:" : "the last ones:"
    return TrackingError(
      .incrementNotFound, "there is no increment '\(shown)' in \(catalog.root.path); \(advice)",
      candidates: candidates.isEmpty ? Array(all.suffix(5)) : Array(candidates.prefix(5)))
  }
}

/// The increment that the git branch is named after: `inc/0042-agent`, `0042-topic`.
enum IncrementBranch {
  /// The reference in the name of a branch; nil for other branches.
  static func reference(in branch: String) -> String? {
    let parts = branch.pathParts
    let name = parts.first == "inc" && parts.count > 1 ? parts[1] : parts.first ?? ""
    guard let reference = IncrementReference(name), (3...4).contains(reference.digits),
      parts.first == "inc" || (parts.count == 1 && reference.slug != nil)
    else { return nil }
    return name
  }
}
