import FileSystem
public import TrackingEntities

/// Which experiments are archived and which are kept, each with the reason.
public struct ArchiveReport: Sendable {
  /// What is done with an experiment.
  public enum Action: String, Sendable, CaseIterable {
    /// It fulfils the conditions and is moved, with all that is inside it.
    case archive
    /// It fulfils the conditions, but is in use, or could not be moved.
    case keep
    /// It does not fulfil the conditions.
    case skip
  }

  /// One top-level experiment.
  public struct Entry: Sendable {
    /// What was known of it.
    public let snapshot: ExperimentSnapshot
    /// Its increment's name.
    public let increment: String
    /// How many experiments are inside it.
    public let inside: Int
    /// When something happened in it last, or in one inside it, in seconds since 1970.
    public let lastActive: Double
    /// What is done with it.
    public internal(set) var action: Action
    /// Why, as a part of a sentence.
    public internal(set) var reason: String
    /// Where it is now, relative to `experiments/`; nil as long as it was not moved.
    public internal(set) var movedTo: String?
    /// Whether it was to be moved, and could not be.
    public internal(set) var hasFailed = false
  }

  /// The experiments by number, increment after increment.
  public private(set) var entries: [Entry]
  /// Whether nothing was moved: the report is a plan.
  public package(set) var isDryRun = true

  /// The experiments with one of the actions.
  public func entries(_ action: Action) -> [Entry] { entries.filter { $0.action == action } }
}

extension ArchiveReport {
  /// A report on nothing.
  package init(dryRun: Bool) {
    entries = []
    isDryRun = dryRun
  }

  /// Decides for each experiment of an increment.
  ///
  /// - Parameters:
  ///   - snapshots: All that are not archived, those inside others too.
  ///   - named: The folders of those that `names` mean; nil if no names were given.
  ///   - now: For what is said of ages.
  package init(
    of snapshots: [ExperimentSnapshot], _ conditions: ArchiveConditions, named: Set<String>?,
    in increment: String, now: Double
  ) {
    var groups: [(top: ExperimentSnapshot, all: [ExperimentSnapshot])] = []
    var places: [String: Int] = [:]
    for snapshot in snapshots where snapshot.folder.pathParts.count == 1 {
      places[snapshot.folder] = groups.count
      groups.append((snapshot, [snapshot]))
    }
    for snapshot in snapshots where snapshot.folder.pathParts.count > 1 {
      if let place = snapshot.folder.pathParts.first.flatMap({ places[$0] }) {
        groups[place].all.append(snapshot)
      }
    }
    entries = groups.map { group in
      let active = group.all.map(\.lastActive).max() ?? 0
      var entry = Entry(
        snapshot: group.top, increment: increment, inside: group.all.count - 1,
        lastActive: active, action: .archive, reason: "", movedTo: nil)
      let judgement = Self.judge(entry, conditions, named, now)
      (entry.action, entry.reason) = (judgement.fits ? .archive : .skip, judgement.reason)
      if judgement.fits,
        let refusal = MoveRefusal.find(in: group.all, forced: conditions.force)
      {
        entry.refuse(refusal)
      }
      return entry
    }
  }

  private static func judge(
    _ entry: Entry, _ conditions: ArchiveConditions, _ named: Set<String>?, _ now: Double
  ) -> (fits: Bool, reason: String) {
    var reasons: [String] = []
    if let named {
      guard named.contains(entry.snapshot.folder) else { return (false, "not named") }
      reasons.append("named")
    }
    if let limit = conditions.olderThan {
      let age = "last active \(Self.ago(entry.lastActive, now))"
      guard entry.lastActive < limit.moment else { return (false, age) }
      reasons.append(age)
    }
    if let filter = conditions.filter {
      let text = VisibleText.line(filter.text, limit: 60)
      guard filter.matches(entry.snapshot, in: entry.increment) else {
        return (false, "not \(text)")
      }
      reasons.append(text)
    }
    return (!reasons.isEmpty, reasons.joined(separator: "; "))
  }

  /// "214 days ago"; hours below two days.
  private static func ago(_ moment: Double, _ now: Double) -> String {
    let seconds = max(0, min(now - moment, 1e11))
    if seconds < 2 * 86_400 {
      return CountText.of(Int(seconds / 3600), "hour") + " ago"
    }
    return CountText.of(Int(seconds / 86_400), "day") + " ago"
  }

  /// Adds what was decided for another increment.
  package mutating func append(_ other: ArchiveReport) { entries += other.entries }

  /// Says where an experiment is by now.
  package mutating func moved(_ place: Int, to folder: String) {
    entries[place].movedTo = folder
  }

  /// Says why an experiment was not moved after all.
  package mutating func failed(_ place: Int, because reason: String) {
    (entries[place].action, entries[place].reason) = (.keep, reason)
    entries[place].hasFailed = true
  }
}

extension ArchiveReport.Entry {
  fileprivate mutating func refuse(_ refusal: MoveRefusal) {
    let subject = refusal.name == snapshot.name ? "" : "'\(refusal.name)' inside it "
    action = .keep
    reason = subject + refusal.reason + (refusal.kind.yieldsToForce ? "; force moves it" : "")
  }
}
