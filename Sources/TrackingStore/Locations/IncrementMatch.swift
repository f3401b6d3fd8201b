internal import TrackingEntities

/// Which increment a user means.
struct IncrementMatch {
  let catalog: IncrementCatalog

  /// The increment for a number, a number with its letter, a slug, a folder name or the start of one;
  /// nil if there is none. Throws if several fit.
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

  /// Those in plain sight hide those in lifecycle folders; one name in two of these is one increment.
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
    let advice = candidates.isEmpty ? "" : "; the closest ones:"
    return TrackingError(
      .incrementNotFound, "there is no increment '\(shown)' in \(catalog.root.path)\(advice)",
      candidates: Array(candidates.prefix(5)))
  }
}
