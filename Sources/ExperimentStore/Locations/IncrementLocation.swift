/// Where an increment is, and how it was found.
package struct IncrementLocation: Sendable, Equatable {
  /// The folder's name, as `0042-recommendation-model`.
  package let id: String
  /// The number with its letter, as `0042` or `0042E`.
  package let key: String
  /// The folder, absolute.
  package let path: String
  /// The project.
  package let root: ProjectRoot
  /// `_archive`, ... if it lies in a lifecycle folder.
  package let lifecycle: String?
  /// Whether it was made just now.
  package let created: Bool
  /// What led to it.
  package let rule: Rule

  package init(
    id: String, key: String, path: String, root: ProjectRoot, lifecycle: String?, created: Bool,
    rule: Rule
  ) {
    self.id = id
    self.key = key
    self.path = path
    self.root = root
    self.lifecycle = lifecycle
    self.created = created
    self.rule = rule
  }

  /// The ways to an increment, in the order in which they are tried.
  package enum Rule: String, Sendable, CaseIterable {
    case argument = "as given"
    case environment = "from SPECWEAVE_INCREMENT_ID"
    case workingDirectory = "from the working directory"
    case branch = "from the git branch"
    case inFlight = "the one in progress"
    case hint = "the one that SpecWeave's state names"
    case only = "the only one"
    case first = "the project's first"
    case disabled = "tracking is switched off"
  }
}
