package import TrackingEntities

/// A difference of code for people and as data.
package enum CodeDifferenceText {
  /// One line that says how much differs.
  package static func summary(_ code: CodeDifference) -> String {
    guard !code.files.isEmpty else {
      return code.basis == .none ? "Code: not compared." : "Code: the same in both."
    }
    let added = code.files.reduce(0) { $0 + ($1.added ?? 0) }
    let removed = code.files.reduce(0) { $0 + ($1.removed ?? 0) }
    let files = CountText.of(code.files.count, "file")
    let verb = code.files.count == 1 ? "differs" : "differ"
    return "Code: \(files) \(verb), \(CountText.of(added, "line")) added, \(removed) removed."
  }

  /// The summary, the files where there is no diff or else the diff, and the notes.
  ///
  /// - Parameter mostLines: How many lines of the diff are shown.
  package static func blocks(
    _ code: CodeDifference, mostLines: Int = .max, colours: Bool = false
  ) -> [String] {
    var blocks = [TextColour.bold.paint(summary(code), if: colours)]
    let lines = lines(code, colours: colours)
    let shown = lines.isEmpty ? files(code) : Array(lines.prefix(mostLines))
    if !shown.isEmpty { blocks.append(shown.joined(separator: "\n")) }
    if !code.notes.isEmpty {
      blocks.append(code.notes.map { VisibleText.line($0, limit: .max) }.joined(separator: "\n"))
    }
    return blocks
  }

  /// The lines of the unified diff, with what moves a cursor or hides written as escapes.
  package static func lines(_ code: CodeDifference, colours: Bool = false) -> [String] {
    guard let patch = code.patch, !patch.isEmpty else { return [] }
    var isInHunk = false
    return patch.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map {
      let line = VisibleText.block(String(Substring($0)), limit: .max)
      if line.hasPrefix("diff --git ") { isInHunk = false }
      if line.hasPrefix("@@ ") { isInHunk = true }
      return colour(line, isInHunk)?.paint(line, if: colours) ?? line
    }
  }

  private static func colour(_ line: String, _ isInHunk: Bool) -> TextColour? {
    guard isInHunk else { return .bold }
    return switch line.utf8.first {
    case UInt8(ascii: "+"): .green
    case UInt8(ascii: "-"): .red
    case UInt8(ascii: "@"): .cyan
    default: nil
    }
  }

  /// The files, one a line, with how many lines are new and gone.
  package static func files(_ code: CodeDifference) -> [String] {
    let names = code.files.map { file in
      let path = VisibleText.line(file.path)
      return file.previousPath.map { "\(VisibleText.line($0)) → \(path)" } ?? path
    }
    let widest = names.map(TextWidth.of).max() ?? 0
    return zip(names, code.files).map { name, file in
      var counts = "not text"
      if let added = file.added, let removed = file.removed { counts = "+\(added) -\(removed)" }
      let change = file.change == .changed ? "" : "  \(file.change.rawValue)"
      return TextWidth.padded(name, to: widest, onLeft: false) + "  " + counts + change
    }
  }

  /// The difference as a map; docs/schemas/difference.schema.json describes it.
  package static func value(_ code: CodeDifference) -> Value {
    [
      "basis": .text(code.basis.rawValue),
      "files": .list(
        code.files.map { file in
          [
            "path": .text(file.path), "previous_path": file.previousPath.map(Value.text) ?? .null,
            "change": .text(file.change.rawValue),
            "added": file.added.map { .integer(Int64($0)) } ?? .null,
            "removed": file.removed.map { .integer(Int64($0)) } ?? .null,
            "before": file.before.map(Value.text) ?? .null,
            "after": file.after.map(Value.text) ?? .null,
          ]
        }),
      "patch": code.patch.map(Value.text) ?? .null,
      "redactions": .integer(Int64(code.redactions)),
      "notes": .list(code.notes.map(Value.text)),
    ]
  }
}
