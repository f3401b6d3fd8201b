package import TrackingEntities
import TrackingStore

/// Which runs belong together: those that differ in nothing but their seed, or that agree in what is
/// studied.
public struct RunGrouping: Sendable, Equatable {
  /// The parameters that are named.
  public let params: [String]
  /// Whether all parameters but the named ones must agree, rather than the named ones.
  public let isAllBut: Bool

  /// Runs that agree in these parameters are one group.
  public static func by(_ params: [String]) -> RunGrouping {
    RunGrouping(params: params, isAllBut: false)
  }

  /// Runs that agree in everything but these parameters are one group.
  public static func allBut(_ params: [String]) -> RunGrouping {
    RunGrouping(params: params, isAllBut: true)
  }

  private init(params: [String], isAllBut: Bool) {
    self.params = params
    self.isAllBut = isAllBut
  }

  /// Reads names as other languages give them: `lr`, `model.depth`; `-seed` is all but the seed.
  package init(names: [String]) throws(TrackingError) {
    let left = names.filter { $0.utf8.first == UInt8(ascii: "-") }
    guard !names.isEmpty, left.isEmpty || left.count == names.count else {
      throw TrackingError(
        .invalidArgument,
        "runs are grouped by parameters (\"lr\", \"depth\") or by all but some (\"-seed\"), not by "
          + (names.isEmpty ? "nothing" : "both"))
    }
    params = left.isEmpty ? names : names.map { String($0.dropFirst()) }
    isAllBut = !left.isEmpty
  }

  /// The names as `init(names:)` reads them.
  package var names: [String] { isAllBut ? params.map { "-" + $0 } : params }

  /// What a run has of the parameters that must agree.
  func values(of snapshot: ExperimentSnapshot) -> [Value.Entry] {
    guard isAllBut else {
      return params.compactMap { name in
        let path = FieldPath(dotted: name)
        return path.find { snapshot.param($0) }.map { Value.Entry(Key(name), $0) }
      }
    }
    return Leaves.of(snapshot.params.map { Value.Entry($0.key, $0.value) })
      .filter { leaf in !params.contains { Self.covers(Key($0), leaf.key) } }
  }

  /// Refuses a parameter that no run has: misspelt, it would make one group or many of all.
  func check(_ snapshots: [ExperimentSnapshot]) throws(TrackingError) {
    guard !snapshots.isEmpty else { return }
    let leaves = snapshots.map { Leaves.of($0.params.map { Value.Entry($0.key, $0.value) }) }
    var known: [String] = []
    var seen: Set<Key> = []
    for key in leaves.joined().map(\.key) where seen.insert(key).inserted { known.append(key.text) }
    for name in params {
      let isKnown = seen.contains { Self.covers(Key(name), $0) }
      if isKnown { continue }
      let close = LookupSuggestions.closest(to: name, in: known)
      throw TrackingError(
        .notFound,
        "no experiment has a parameter \"\(VisibleText.line(name, limit: 80))\" to group by; "
          + "there are:",
        candidates: (close.isEmpty ? Array(known.prefix(12)) : close).map { VisibleText.line($0) })
    }
  }

  /// Whether a name is a parameter or a map that it lies in.
  private static func covers(_ name: Key, _ leaf: Key) -> Bool {
    name == leaf || leaf.bytes.starts(with: name.bytes + [UInt8(ascii: ".")])
  }
}

extension FieldPath {
  /// The path that a text with dots stands for.
  init(dotted text: String) {
    let names = text.split(separator: ".", omittingEmptySubsequences: false)
    self.init(parts: names.prefix(12).map { Part(text: String($0), isQuoted: false) }[...])
  }
}
