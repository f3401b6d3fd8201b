import FileSystem
package import TrackingEntities

/// Which experiment a user means.
package enum ExperimentLookup {
  /// Finds the experiment for a name (its newest run that reproduces no other), a folder, a path, a
  /// number, an identifier, or the start of one name only; what is archived counts only if nothing
  /// else fits.
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

  /// Finds the experiment of that name, folder or number, as `find` does.
  package static func exact(
    _ text: String, among entries: [LookupEntry]
  ) throws(TrackingError) -> LookupEntry? {
    try only(exact(text, in: entries), text)
  }

  /// Finds the experiment whose name, or path, begins like that, as `find` does.
  package static func beginning(
    _ text: String, among entries: [LookupEntry]
  ) throws(TrackingError) -> LookupEntry? {
    try only(starting(text, in: entries), text)
  }

  /// Whether a text may be the number of an experiment, which no folder tells.
  package static func mayBeNumber(_ text: String) -> Bool { LookupNumber(text) != nil }

  /// Whether an experiment has a number for its name, and it is its own: `exp-003`, as one has that
  /// was started without a name.
  package static func isNamedByNumber(_ entry: LookupEntry) -> Bool {
    LookupNumber(entry.name)?.isName(of: entry) ?? false
  }

  /// The names that an experiment may have that is called so: itself, and what follows the number
  /// in `exp-003-xgboost`.
  package static func names(in text: String) -> [String] {
    [text] + (NumberedName(text).map { [$0.name] } ?? [])
  }

  /// The error for a text that fits nothing, with what may have been meant.
  package static func notFound(
    _ text: String, in entries: [LookupEntry], at place: String? = nil
  ) -> TrackingError {
    let shown = NameText.shown(text)
    let place = place.map { " in \($0)" } ?? ""
    if entries.isEmpty {
      return TrackingError(
        .experimentNotFound,
        "there is no experiment '\(shown)'\(place): there are none at all here")
    }
    var seen: Set<Key> = []
    let names = entries.flatMap { [$0.name, $0.folder] }.filter { seen.insert(Key($0)).inserted }
    let close = LookupSuggestions.closest(to: text, in: names)
    let advice = close.isEmpty ? "; list them to see the names" : "; the closest ones:"
    return TrackingError(
      .experimentNotFound, "there is no experiment '\(shown)'\(place)\(advice)",
      candidates: close)
  }

  /// The folder in a path, relative to `experiments/`; nil for a text that is not a path.
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
    if let number = LookupNumber(text), !hits.contains(where: number.isName(of:)) {
      others += number.find(in: entries)
    }
    if text.utf8.count == LookupEntry.idDigits { others += entries.filter { $0.id == text } }
    if hits.isEmpty, let label = NumberedName(text) { others += label.find(in: entries) }
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

  /// Of each name within one parent, the newest re-run. One that was made to reproduce another does
  /// not take its place, and counts only where there is nothing else.
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
      if known.isReproduction != entry.isReproduction {
        if known.isReproduction { newest[key] = entry }
      } else if (known.rerun, known.created) < (entry.rerun, entry.created) {
        newest[key] = entry
      }
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
      candidates: found.prefix(20).map { "experiments/" + $0.folder }, isAmbiguous: true)
  }
}

/// An experiment said by number: `exp-003`, `3`, and `exp-003.12` for the twelfth child.
struct LookupNumber: Equatable {
  /// The number of the top-level experiment.
  let number: UInt64
  /// The places within it, from the outside in.
  let children: [UInt64]

  /// Reads a number; nil if the text is something else.
  init?(_ text: String) {
    let digits = text.isContinuation(of: "exp-") ? text.utf8.dropFirst(4) : text.utf8[...]
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    var numbers: [UInt64] = []
    for part in parts {
      guard part.allSatisfy({ (48...57).contains($0) }), let number = UInt64(Substring(part)) else {
        return nil
      }
      numbers.append(number)
    }
    guard let first = numbers.first else { return nil }
    number = first
    children = Array(numbers.dropFirst())
  }

  /// Whether the name of an experiment says its own number.
  func isName(of entry: LookupEntry) -> Bool {
    children.isEmpty && entry.child == 0 && entry.number == number
      && LookupNumber(entry.name) == self
  }

  /// The experiments of that number: mostly one, several after a merge.
  func find(in entries: [LookupEntry]) -> [LookupEntry] {
    if number == 0 { return [] }
    var found = entries.filter { $0.number == number && $0.child == 0 }
    for child in children {
      let parents = found.map(\.folder)
      found = entries.filter { entry in
        entry.child == child && parents.contains { $0.isSame(as: entry.parent) }
      }
    }
    return found
  }
}

/// An experiment said by number and name, as tables show them: `exp-003-xgboost`.
struct NumberedName {
  private let number: UInt64
  let name: String

  init?(_ text: String) {
    guard text.isContinuation(of: "exp-") else { return nil }
    let rest = text.utf8.dropFirst(4)
    guard let dash = rest.firstIndex(of: UInt8(ascii: "-")),
      rest[..<dash].allSatisfy({ (48...57).contains($0) }),
      let number = UInt64(Substring(rest[..<dash]))
    else { return nil }
    self.number = number
    name = String(Substring(rest[rest.index(after: dash)...]))
  }

  func find(in entries: [LookupEntry]) -> [LookupEntry] {
    entries.filter { $0.number == number && $0.child == 0 && $0.name.isSame(as: name) }
  }
}

/// What a look-up needs to know of an experiment.
package struct LookupEntry: Sendable, Equatable {
  /// The folder, relative to `experiments/`.
  package let folder: String
  /// The name as given.
  package let name: String
  /// The number in the increment, 0 for a child.
  package let number: UInt64
  /// The place within the parent, 0 for a top-level experiment.
  package let child: UInt64
  /// 1 for the first of this name, 2 for the next, ...
  package let rerun: UInt64
  /// When it was created, in seconds since 1970.
  package let created: Double
  /// Whether it lies in the archive.
  package let archived: Bool
  /// The identifier; empty if it is not known.
  package let id: String
  /// Whether it was made to reproduce another.
  package let isReproduction: Bool
  /// How many digits an identifier has.
  static let idDigits = 32

  package init(
    folder: String, name: String, number: UInt64, child: UInt64 = 0, rerun: UInt64 = 1,
    created: Double = 0, archived: Bool = false, id: String = "", isReproduction: Bool = false
  ) {
    self.isReproduction = isReproduction
    self.folder = folder
    self.name = name
    self.number = number
    self.child = child
    self.rerun = rerun
    self.created = created
    self.archived = archived
    self.id = id
  }

  /// The folder of the parent; empty for a top-level experiment, `_archive` for an archived one.
  var parent: String { folder.pathParent }
}

/// What a user may have meant who mistyped a name.
package enum LookupSuggestions {
  /// The names closest to a text, the closest first; those that differ in more than a third of the
  /// text are left out, unless one contains the other.
  package static func closest(to text: String, in names: [String], limit: Int = 5) -> [String] {
    let wanted = Array(text.lowercased().unicodeScalars.prefix(80))
    let allowed = max(2, wanted.count / 3)
    var found: [(name: String, distance: Int, place: Int)] = []
    for (place, name) in names.enumerated() {
      let scalars = Array(name.lowercased().unicodeScalars.prefix(80))
      let within = distance(wanted, scalars, atMost: allowed)
      if let within {
        found.append((name, within, place))
      } else if wanted.count > 2 && contains(scalars, wanted) {
        found.append((name, allowed + 1, place))
      }
    }
    found.sort { ($0.distance, $0.place) < ($1.distance, $1.place) }
    return found.prefix(limit).map(\.name)
  }

  /// The names with the closest to a text first and the others after them in their order, at most
  /// so many: for a list of what there is instead of what was asked for.
  package static func ordered(
    _ names: [String], closestTo text: String, limit: Int = 12
  ) -> [String] {
    let close = closest(to: text, in: names, limit: limit)
    let chosen = Set(close.map { Key($0) })
    return Array((close + names.filter { !chosen.contains(Key($0)) }).prefix(limit))
  }

  /// How many insertions, removals and changes of characters (Levenshtein); nil above a limit.
  static func distance(
    _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost limit: Int
  ) -> Int? {
    if abs(left.count - right.count) > limit { return nil }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      var smallest = row[0]
      for (j, b) in right.enumerated() {
        let change = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j] + 1, diagonal + 1)
        smallest = min(smallest, row[j + 1])
      }
      if smallest > limit { return nil }
    }
    let total = row[right.count]
    return total <= limit ? total : nil
  }

  private static func contains(_ scalars: [Unicode.Scalar], _ part: [Unicode.Scalar]) -> Bool {
    scalars.indices.contains { scalars[$0...].starts(with: part) }
  }
}
