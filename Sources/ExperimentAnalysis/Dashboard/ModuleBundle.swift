package import TrackingEntities

/// The page's modules joined into one script, each after those that it imports.
///
/// So that this is a matter of lines and not of parsing JavaScript, a module imports names from its
/// neighbours with `import { a, b } from "./x.js";` on one line, exports only declarations, and has
/// no text of several lines. All share one scope in the end, so every name at the outermost level
/// is there once. Indentation and lines of comments are left out: they are a quarter of the bytes.
package struct ModuleBundle {
  /// The modules in the order in which they are joined.
  package private(set) var order: [String] = []
  private var lines: [String] = []
  private var visiting: [String] = []
  private let files: PageFiles

  /// - Parameter entry: The module that imports all others, directly or through others.
  /// - Throws: `internalError` for a module that is missing, imports in a circle or is written in
  ///   another way.
  package init(_ files: PageFiles, entry: String = "main.js") throws(TrackingError) {
    self.files = files
    try add(entry)
  }

  /// The one script.
  package var script: String { lines.joined(separator: "\n") + "\n" }

  private mutating func add(_ name: String) throws(TrackingError) {
    if order.contains(name) { return }
    if visiting.contains(name) {
      throw Self.wrong(name, "imports itself: " + (visiting + [name]).joined(separator: " > "))
    }
    guard let text = files[name] else { throw Self.wrong(name, "is imported, but is not there") }
    visiting.append(name)
    var own: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("import ") || line.hasPrefix("import{") {
        try add(try Self.imported(by: line, in: name))
      } else {
        own.append(try Self.withoutExport(line, in: name))
      }
    }
    visiting.removeLast()
    order.append(name)
    lines += Self.withoutComments(own)
  }

  /// Lines without their indentation, those left out that hold nothing but a comment.
  private static func withoutComments(_ lines: [String]) -> [String] {
    var kept: [String] = []
    var isInComment = false
    for line in lines {
      let text = line.drop { $0 == " " || $0 == "\t" }
      if isInComment || text.hasPrefix("/*") {
        isInComment = !text.hasSuffix("*/")
      } else if !text.isEmpty, !text.hasPrefix("//") {
        kept.append(String(text))
      }
    }
    return kept
  }

  /// The module of `import { a, b } from "./x.js";`.
  private static func imported(
    by line: Substring, in name: String
  ) throws(TrackingError) -> String {
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2] == ";", parts[1].hasPrefix("./"), parts[1].hasSuffix(".js"),
      parts[0].hasPrefix("import {"), parts[0].hasSuffix("} from "), !parts[0].contains(" as ")
    else {
      throw wrong(name, "imports in another way than import { a } from \"./x.js\"; in: \(line)")
    }
    return String(parts[1].dropFirst(2))
  }

  private static let declarations = [
    "function ", "function* ", "async function ", "const ", "let ", "class ",
  ]

  private static func withoutExport(
    _ line: Substring, in name: String
  ) throws(TrackingError) -> String {
    guard line.hasPrefix("export ") else { return String(line) }
    let declaration = line.dropFirst("export ".count)
    guard declarations.contains(where: declaration.hasPrefix) else {
      throw wrong(name, "exports something else than a declaration in: \(line)")
    }
    return String(declaration)
  }

  private static func wrong(_ name: String, _ reason: String) -> TrackingError {
    TrackingError(.internalError, "the page's module '\(name)' \(reason)")
  }
}
