/// A text that cannot be read, or a value that cannot be written.
package struct CodecError: Error, Sendable {
  package enum Kind: Sendable {
    /// The text of a file is not of the format.
    case format
    /// The text that a caller gave is not of the format.
    case invalidArgument
    /// The value has no text in the format.
    case serialisation
  }

  package let kind: Kind
  /// What is wrong, where, and what to do; it may hold what a terminal would obey.
  package let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
