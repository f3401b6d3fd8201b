import TrackingEntities

/// The differences between two experiments sorted into parts, and what is equal.
struct ExplanationParts {
  private typealias Entry = ExperimentDifference.Entry

  /// What changed, the most likely reason first.
  let changes: [Explanation.Change]
  /// What is equal, one sentence each.
  let equal: [String]
  /// What is not known to be equal, one sentence each.
  let unknown: [String]

  /// Whether seeds are all that differs.
  var isSeedOnly: Bool { changes.map(\.part) == [.seed] && unknown.isEmpty }

  /// Facts that are results, or say the same as others.
  private static let results: Set<String> = [
    "sweep", "best", "best_trials", "importance", "combination", "trial", "cross_validation",
    "failed_folds", "failed_scores", "search", "models", "stage",
  ]
  /// Facts of the environment that are about the machine.
  private static let machine: Set<String> = ["os", "cpu", "memory", "gpus", "host", "platform"]
  /// Facts of the code that follow from others, or say nothing about what was run.
  private static let besideCode: Set<String> = [
    "git.branch", "git.changed_files", "git.untracked_files", "git.directory", "git.remote",
    "git.detached", "git.shallow", "git.repository",
  ]

  init(_ difference: ExperimentDifference) {
    var parts: [Explanation.Part: [Entry]] = [:]
    for entry in difference.params {
      parts[Self.part(ofParam: entry.key), default: []].append(entry)
    }
    for entry in difference.facts {
      guard let part = Self.part(ofFact: entry.key) else { continue }
      parts[part, default: []].append(entry)
    }
    changes = Explanation.Part.allCases.compactMap { part in
      parts[part].map { entries in
        Explanation.Change(part: part, sentence: Self.sentence(part, entries), entries: entries)
      }
    }
    let sections = Sections(difference)
    equal = Self.equal(difference, sections, parts)
    unknown = Self.unknown(sections)
  }

  // MARK: Parts

  private static func part(ofParam key: Key) -> Explanation.Part {
    if SeedParameter.matches(key) { return .seed }
    let words = MetricWords.split(key)
    return words.first == "data" || words.first == "dataset" ? .data : .params
  }

  private static func part(ofFact key: Key) -> Explanation.Part? {
    let path = key.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let section = path.first, !results.contains(section), !besideCode.contains(key.text)
    else { return nil }
    switch section {
    case "data": return .data
    case "git", "code": return .code
    case "command": return .command
    case "environment": return path.count > 1 && machine.contains(path[1]) ? .machine : .packages
    case "about": return aboutPart(path)
    default: return .other
    }
  }

  /// A description, an author or a primary metric is no reason for another score.
  private static func aboutPart(_ path: [String]) -> Explanation.Part? {
    switch path.dropFirst().first {
    case "data_version": .data
    case "git_commit": .code
    case "description", "author", "primary_metric": nil
    default: .other
    }
  }

  // MARK: Sentences

  private static func sentence(_ part: Explanation.Part, _ entries: [Entry]) -> String {
    let texts = entries.map { text($0, part) }
    let list = ReviewText.list(texts, by: "; ")
    let count = entries.count
    switch part {
    case .data: return "The data changed, so that the scores may not be comparable: \(list)."
    case .params: return "\(CountText.of(count, "parameter")) changed: \(list)."
    case .code: return "The code changed: \(list)."
    case .packages:
      return "\(CountText.of(count, "version or setting", plural: "versions and settings")) of the "
        + "environment changed: \(list)."
    case .command: return "The command line changed: \(list)."
    case .machine: return "The machine changed: \(list)."
    case .seed: return "The seed changed: \(list)."
    case .other: return "Also recorded and changed: \(list)."
    }
  }

  /// `lr from 0.1 to 0.01`, `dropout only in the first (0.5)`.
  private static func text(_ entry: Entry, _ part: Explanation.Part) -> String {
    let name = name(entry.key, part)
    switch (entry.before.map(value), entry.after.map(value)) {
    case (let before?, let after?): return "\(name) from \(before) to \(after)"
    case (let before?, nil): return "\(name) (\(before)) is no longer given"
    case (nil, let after?): return "\(name) (\(after)) is new"
    case (nil, nil): return name
    }
  }

  private static func name(_ key: Key, _ part: Explanation.Part) -> String {
    var text = key.text
    let beginnings: [String] =
      switch part {
      case .data: ["data."]
      case .code: ["git."]
      case .packages: ["environment.imported.", "environment."]
      case .command: ["command."]
      case .machine: ["environment."]
      default: []
      }
    if let found = beginnings.first(where: text.hasPrefix) {
      text = String(text.dropFirst(found.count))
    }
    return VisibleText.line(text, limit: 80)
  }

  /// Of a digest or a commit the beginning is enough.
  private static func value(_ value: Value) -> String {
    let line = ValueText.line(value, limit: 60)
    guard let digest = value.text, digest.utf8.count >= 40,
      digest.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit })
    else { return line }
    return String(digest.prefix(12))
  }

  // MARK: What is equal

  /// What both recorded by section.
  private struct Sections {
    let before: Set<String>
    let after: Set<String>

    init(_ difference: ExperimentDifference) {
      before = Set(difference.before.facts.map(\.key.text))
      after = Set(difference.after.facts.map(\.key.text))
    }

    func both(_ section: String) -> Bool { before.contains(section) && after.contains(section) }
  }

  private static func equal(
    _ difference: ExperimentDifference, _ sections: Sections, _ parts: [Explanation.Part: [Entry]]
  ) -> [String] {
    var sentences: [String] = []
    let differing = Set(difference.params.map(\.key))
    let same = FlattenedParams.ofParams(difference.after).filter { !differing.contains($0.key) }
    if !same.isEmpty {
      let texts = same.map { "\(ReviewText.key($0.key)) = \(value($0.value))" }
      sentences.append(
        "\(CountText.of(same.count, "parameter")): \(ReviewText.list(texts)).")
    }
    if sections.both("data"), parts[.data] == nil {
      let names = (difference.after.fact("data")?.entries ?? []).map { ReviewText.key($0.key) }
      sentences.append("The data: \(ReviewText.list(names)).")
    }
    if sections.both("git"), parts[.code] == nil,
      let commit = difference.after.fact("git")?["commit"]
    {
      let isDirty = difference.after.fact("git")?["dirty"]?.boolean == true
      sentences.append(
        "The commit \(value(commit))"
          + (isDirty ? ", with changes that were in no commit." : "."))
    }
    if sections.both("environment"), parts[.packages] == nil {
      sentences.append("The versions of the language and of what was imported.")
    }
    if sections.both("command"), parts[.command] == nil { sentences.append("The command line.") }
    if sections.both("environment"), parts[.machine] == nil { sentences.append("The machine.") }
    return sentences
  }

  /// What was not recorded, so that nobody can say that it is the same.
  private static func unknown(_ sections: Sections) -> [String] {
    [("data", "data"), ("git", "code"), ("environment", "environment")].compactMap {
      section, name in
      if sections.both(section) { return nil }
      let isOne = sections.before.contains(section) || sections.after.contains(section)
      return "The \(name) was recorded \(isOne ? "for one of them only" : "for neither")."
    }
  }
}
