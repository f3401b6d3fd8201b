/// What differs between the code of two experiments: their commits, uncommitted changes and files.
public struct CodeDifference: Sendable {
  /// What happened to a file.
  public enum Change: String, Sendable {
    /// Only the experiment has it.
    case added
    /// Only the other one has it.
    case removed
    /// Both have it, with different content.
    case changed
    /// It is called otherwise; its content may have changed too.
    case renamed
  }

  /// What was compared.
  public enum Basis: String, Sendable {
    /// The code as it was run: the commit, with the uncommitted changes and files in it.
    case code
    /// The recorded patches and files alone, because a commit is not to be had.
    case recorded
    /// Nothing: no code was recorded, or git cannot be run.
    case none
  }

  /// A file.
  public struct File: Sendable, Equatable {
    /// The path in the repository.
    public var path: String
    /// What it was called before; nil unless it was renamed.
    public var previousPath: String?
    /// What happened to it.
    public var change: Change
    /// How many lines are new; nil for what is no text.
    public var added: Int?
    /// How many lines are gone; nil for what is no text.
    public var removed: Int?
    /// The name that git gives the other experiment's content; nil if it has none.
    public var before: String?
    /// The name that git gives the content; nil if there is none.
    public var after: String?

    /// A file that differs.
    package init(
      path: String, previousPath: String? = nil, change: Change, added: Int?, removed: Int?,
      before: String?, after: String?
    ) {
      self.path = path
      self.previousPath = previousPath
      self.change = change
      self.added = added
      self.removed = removed
      self.before = before
      self.after = after
    }
  }

  /// What was compared.
  public let basis: Basis
  /// The files that are not the same.
  public let files: [File]
  /// A unified diff, credentials taken out; empty if nothing differs, nil if there is none.
  public let patch: String?
  /// How many credentials were taken out of the diff.
  public let redactions: Int
  /// What is missing or was compared otherwise, one sentence each.
  public let notes: [String]

  /// A difference.
  package init(
    basis: Basis, files: [File] = [], patch: String? = nil, redactions: Int = 0,
    notes: [String] = []
  ) {
    self.basis = basis
    self.files = files
    self.patch = patch
    self.redactions = redactions
    self.notes = notes
  }

  /// Whether nothing differs, as far as it could be compared.
  public var isEmpty: Bool { files.isEmpty }
}
