package import TrackingEntities

/// Finds the increment that experiments belong to.
package enum IncrementResolver {
  /// Finds it by the first rule that says something; never guesses between two.
  ///
  /// - Parameters:
  ///   - argument: what the user gave, if anything: `42`, `0042E`, a name, a path, `0042...`.
  ///   - root: the project; nil if there is none yet.
  ///   - create: whether an experiment is about to start, so that an increment may be made.
  package static func resolve(
    _ argument: String?, environment: [String: String], workingDirectory: String,
    root: ProjectRoot?, create: Bool
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
    if let reference = IncrementBranch.reference(from: workingDirectory) {
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
    throw TrackingError(
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
