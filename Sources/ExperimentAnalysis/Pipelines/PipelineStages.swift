package import TrackingEntities

/// The stages of a pipeline: for each name its newest attempt, in the order they were first begun.
package struct PipelineStages {
  /// The section of facts in which a stage says what it depends on.
  package static let section: Key = "stage"

  /// A stage with what is inside it.
  package struct Stage {
    /// Its newest attempt.
    package var snapshot: ExperimentSnapshot
    /// Places of the stages that it depends on, among those beside it.
    package var dependsOn: [Int] = []
    /// How often it was begun.
    package var attempts = 1
    /// The stages inside it.
    package var inside: [Stage] = []
  }

  /// The stages directly in the pipeline.
  package private(set) var all: [Stage] = []

  /// - Parameters:
  ///   - pipeline: The folder of the pipeline.
  ///   - snapshots: It and everything inside it.
  package init(of pipeline: String, _ snapshots: [ExperimentSnapshot]) {
    let tree = ExperimentTree(ExperimentOrder.sorted(snapshots))
    let folder = Key(pipeline)
    guard let root = tree.members.firstIndex(where: { Key($0.folder) == folder }) else { return }
    all = Self.stages(inside: root, tree, depth: 0)
  }

  private static func stages(inside index: Int, _ tree: ExperimentTree, depth: Int) -> [Stage] {
    guard depth < ExperimentTree.deepest else { return [] }
    var stages: [Stage] = []
    var indices: [Int] = []
    var places: [Key: Int] = [:]
    for child in tree.children[index] where tree.members[child].identity.kind == "stage" {
      let member = tree.members[child]
      let name = Key(member.identity.name)
      if let place = places[name] {
        stages[place].attempts += 1
        if ExperimentOrder.isNewer(member, stages[place].snapshot) {
          stages[place].snapshot = member
          indices[place] = child
        }
      } else {
        places[name] = stages.count
        stages.append(Stage(snapshot: member))
        indices.append(child)
      }
    }
    for place in stages.indices {
      let dependencies = stages[place].snapshot.fact(section)?["depends_on"]?.elements ?? []
      stages[place].dependsOn = dependencies.compactMap { $0.text.flatMap { places[Key($0)] } }
        .filter { $0 != place }
      stages[place].inside = Self.stages(inside: indices[place], tree, depth: depth + 1)
    }
    return stages
  }
}
