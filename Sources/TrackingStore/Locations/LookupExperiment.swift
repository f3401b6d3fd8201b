package import TrackingEntities

/// Which experiment a user means.
package enum ExperimentLookup {
  /// Finds the experiment for a name (its newest re-run), a folder, a path, a number, or the start of
  /// one name only; what is archived counts only if nothing else fits.
  ///
  /// - Returns: nil if nothing fits. Several that fit are an error that lists them.
  package static func find(
    _ text: String, in entries: [LookupEntry]
  ) throws(TrackingError) -> LookupEntry? {
    if let folder = folder(in: text) {
      return entries.first { $0.folder.isSame(as: folder) }
    }
    let present = entries.filter { !$0.archived }
    let archived = entries.filter(\.archived)
    for group in [present, archived] {
      if let found = try only(exact(text, in: group), text) { return found }
    }
    for group in [present, archived] {
      if let found = try only(starting(text, in: group), text) { return found }
    }
    return nil
  }

  /// The error for a text that fits nothing, with what may have been meant.
  package static func notFound(_ text: String, in entries: [LookupEntry]) -> TrackingError {
    let shown = NameText.shown(text)
    if entries.isEmpty {
      return TrackingError(
        .experimentNotFound, "there is no experiment '\(shown)': there are none at all here")
    }
    var seen: Set<Key> = []
    let names = entries.flatMap { [$0.name, $0.folder] }.filter { seen.insert(Key($0)).inserted }
    let close = LookupSuggestions.closest(to: text, in: names)
    let advice = close.isEmpty ? "; list them to see the names" : "; the closest ones:"
    return TrackingError(
      .experimentNotFound, "there is no experiment '\(shown)'\(advice)",
      candidates: close)
  }

  /// The folder in a path, relative to `experiments/`; nil for a text that is no path.
  package static func folder(in text: String) -> String? {
    let parts = text.pathParts.filter { $0 != "." }
    if let place = parts.firstIndex(of: "experiments"), place + 1 < parts.count {
      return parts[(place + 1)...].joined(separator: "/")
    }
    let isPath = text.isContinuation(of: "./") || text.utf8.last == UInt8(ascii: "/")
    return isPath ? parts.joined(separator: "/") : nil
  }

  private static func exact(_ text: String, in entries: [LookupEntry]) -> [LookupEntry] {
    let named = entries.filter { $0.name.isSame(as: text) }
    var hits = newest(named.filter { $0.child == 0 })
    var others = entries.filter { $0.folder.isSame(as: text) || isArchived($0, text) }
    if let number = LookupNumber(text) { others += number.find(in: entries) }
    for other in others where !named.contains(other) && !hits.contains(other) { hits.append(other) }
    return hits.isEmpty ? newest(named) : hits
  }

  private static func isArchived(_ entry: LookupEntry, _ text: String) -> Bool {
    entry.archived && entry.folder.isSame(as: ExperimentsFolder.archive + "/" + text)
  }

  private static func starting(_ text: String, in entries: [LookupEntry]) -> [LookupEntry] {
    if text.isEmpty || LookupNumber(text) != nil { return [] }
    if text.utf8.contains(UInt8(ascii: "/")) {
      return entries.filter { $0.folder.isContinuation(of: text) }
    }
    return newest(entries.filter { $0.child == 0 && $0.name.isContinuation(of: text) })
  }

  /// Of each name within one parent, the newest re-run.
  private static func newest(_ entries: [LookupEntry]) -> [LookupEntry] {
    var newest: [Key: LookupEntry] = [:]
    var order: [Key] = []
    for entry in entries {
      let key = Key(bytes: Array(entry.parent.utf8) + [0] + Array(entry.name.utf8))
      guard let known = newest[key] else {
        newest[key] = entry
        order.append(key)
        continue
      }
      if (known.rerun, known.created) < (entry.rerun, entry.created) { newest[key] = entry }
    }
    return order.compactMap { newest[$0] }
  }

  private static func only(
    _ found: [LookupEntry], _ text: String
  ) throws(TrackingError) -> LookupEntry? {
    if found.count < 2 { return found.first }
    throw TrackingError(
      .experimentNotFound,
      "'\(NameText.shown(text))' fits \(found.count) experiments; say which one with its folder:",
      candidates: found.prefix(20).map { "experiments/" + $0.folder })
  }
}
