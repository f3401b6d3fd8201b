/// Something in a store that is not as it should be, and what to do about it.
public struct StoreFinding: Sendable, Equatable {
  /// How much it matters.
  public enum Severity: String, Sendable, CaseIterable {
    /// Something that was stored is lost, changed or cannot be read.
    case error
    /// Nothing is lost, but something should be done.
    case warning
    /// Good to know.
    case info
  }

  /// What it is. The texts are stable.
  public enum Kind: String, Sendable, CaseIterable {
    /// A folder or file that cannot be read.
    case unreadable
    /// Bytes of an event file that are not what was written.
    case damagedRecord = "damaged-record"
    /// An event file that is shorter than it was, or is missing.
    case incompleteCopy = "incomplete-copy"
    /// Written by a later version of this library.
    case newerFormat = "newer-format"
    /// Its process ended before the experiment did, which is not recorded yet.
    case crashed
    /// Points that a process that is gone had not moved to its event file.
    case pendingPoints = "pending-points"
    /// An artifact that is not there.
    case artifactMissing = "artifact-missing"
    /// An artifact whose size or hash is another one than was recorded.
    case artifactChanged = "artifact-changed"
    /// A view that somebody edited, or that is damaged.
    case editedView = "edited-view"
    /// A view that is not there.
    case missingView = "missing-view"
    /// A start, a save or a deletion that was cut short.
    case unfinishedMove = "unfinished-move"
    /// A temporary file that its process left behind.
    case leftoverFile = "leftover-file"
    /// A file over 5 MB that git tracks or would add.
    case largeFile = "large-file"
    /// What is not of this library.
    case foreignFile = "foreign-file"

    /// How much it matters.
    public var severity: Severity {
      switch self {
      case .unreadable, .damagedRecord, .incompleteCopy, .newerFormat, .artifactMissing,
        .artifactChanged:
        .error
      case .crashed, .pendingPoints, .editedView, .unfinishedMove, .largeFile: .warning
      case .missingView, .leftoverFile, .foreignFile: .info
      }
    }

    /// Whether a repair can set it right.
    public var isRepairable: Bool {
      switch self {
      case .crashed, .pendingPoints, .editedView, .missingView, .unfinishedMove, .leftoverFile: true
      default: false
      }
    }
  }

  /// What it is.
  public let kind: Kind
  /// The increment's name.
  public var increment: String
  /// The file or folder, relative to the increment's `experiments/`; empty for that itself.
  public var path: String
  /// What was found, one sentence.
  public let what: String
  /// What to do, one sentence.
  public package(set) var remedy: String
  /// Whether a repair has set it right.
  public var isRepaired = false

  /// Makes a finding.
  public init(_ kind: Kind, _ path: String, what: String, remedy: String, increment: String = "") {
    (self.kind, self.path) = (kind, path)
    (self.what, self.remedy, self.increment) = (what, remedy, increment)
  }
}
