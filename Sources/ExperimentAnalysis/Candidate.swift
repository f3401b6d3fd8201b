import TrackingEntities

/// What may become one row: an experiment, or a sweep with the experiments inside it.
struct Candidate {
  /// The experiment that gives the row its name.
  var root: ExperimentSnapshot
  /// The experiment above the root, where a child has a row of its own.
  var parent: ExperimentSnapshot?
  /// The experiments whose values the row may show; more than one for a sweep.
  var members: [ExperimentSnapshot]

  /// Whether the row stands for several experiments.
  var isSweep: Bool { members.count > 1 || members.first?.folder != root.folder }

  /// The completed members; only they are ranked.
  var completed: [ExperimentSnapshot] { members.filter { $0.status == .completed } }

  /// The candidate for the experiments that are wanted; all of them if the root is, nil if none.
  func only(where isWanted: (ExperimentSnapshot) -> Bool) -> Candidate? {
    if isWanted(root) { return self }
    var chosen = self
    chosen.members = members.filter(isWanted)
    return chosen.members.isEmpty ? nil : chosen
  }
}

/// The experiments of a comparison sorted into candidates.
struct Candidates {
  /// The candidates in the order of their numbers.
  var all: [Candidate] = []
  /// How many earlier re-runs were left out.
  private(set) var earlierReruns = 0
  /// Which experiments may have a row.
  private let isWanted: (ExperimentSnapshot) -> Bool

  /// Sorts experiments into candidates: one for each top-level experiment, or one for each
  /// experiment if `children` says so. What is not wanted has none, and gives way to an earlier run
  /// of its name.
  init(
    _ snapshots: [ExperimentSnapshot], reruns: ComparisonOptions.Reruns, children: Bool,
    isWanted: @escaping (ExperimentSnapshot) -> Bool = { _ in true }
  ) {
    self.isWanted = isWanted
    let tree = ExperimentTree(ExperimentOrder.sorted(snapshots))
    var roots = wanted(tree.roots, in: tree)
    if reruns == .newest { roots = newest(of: roots, in: tree) }
    for root in roots {
      if children {
        append(tree, root, parent: nil, reruns: reruns, depth: 0)
      } else {
        let candidate = Candidate(
          root: tree.members[root], members: Self.representatives(tree, root))
        if let candidate = candidate.only(where: isWanted) { all.append(candidate) }
      }
    }
  }

  /// Those of which something may have a row: the experiment itself or one inside it.
  private func wanted(_ indices: [Int], in tree: ExperimentTree) -> [Int] {
    indices.filter { index in
      isWanted(tree.members[index])
        || tree.descendants(of: index).contains { isWanted(tree.members[$0]) }
    }
  }

  /// Adds an experiment and, after it, all inside it. A parent that measured nothing itself is only
  /// a bracket around its children and gets no row, nor does a sweep, whose values are those of its
  /// best.
  private mutating func append(
    _ tree: ExperimentTree, _ index: Int, parent: ExperimentSnapshot?,
    reruns: ComparisonOptions.Reruns, depth: Int
  ) {
    let member = tree.members[index]
    var inside = tree.children[index]
    let isBracket = member.metrics.isEmpty || member.identity.kind == "sweep"
    if isWanted(member) && (inside.isEmpty || !isBracket) {
      all.append(Candidate(root: member, parent: parent, members: [member]))
    }
    inside = wanted(inside, in: tree)
    if reruns == .newest { inside = newest(of: inside, in: tree) }
    guard depth < ExperimentTree.deepest else { return }
    for child in inside {
      append(tree, child, parent: member, reruns: reruns, depth: depth + 1)
    }
  }

  /// A sweep is represented by what it tried. Any other parent (a pipeline, a cross-validation)
  /// is a row of its own as soon as it has a metric of its own.
  private static func representatives(_ tree: ExperimentTree, _ root: Int) -> [ExperimentSnapshot] {
    let member = tree.members[root]
    if tree.children[root].isEmpty { return [member] }
    let inside = tree.descendants(of: root).map { tree.members[$0] }
    let speaksForItself = !member.metrics.isEmpty && member.identity.kind != "sweep"
    let measured = inside.filter { !$0.metrics.isEmpty }
    return speaksForItself || measured.isEmpty ? [member] : measured
  }

  private mutating func newest(of indices: [Int], in tree: ExperimentTree) -> [Int] {
    // Runs of one name in two increments are not re-runs.
    let names = indices.map { index in
      [Key(tree.members[index].increment), Key(tree.members[index].name)]
    }
    var kept: [[Key]: Int] = [:]
    for (name, index) in zip(names, indices) {
      if let other = kept[name],
        !ExperimentOrder.standsForName(tree.members[index], before: tree.members[other])
      {
        continue
      }
      kept[name] = index
    }
    if kept.count == indices.count { return indices }
    let remaining = zip(names, indices).filter { kept[$0] == $1 }.map(\.1)
    earlierReruns += indices.count - remaining.count
    return remaining
  }
}
