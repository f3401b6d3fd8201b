/// The few settings of a repository that capture needs, read from its `config` file.
///
/// Files that it includes are not followed: they may lie anywhere.
struct GitConfiguration {
  private struct Setting {
    let section: String
    let subsection: String
    let name: String
    let value: String
  }

  private var settings: [Setting] = []

  init(_ bytes: [UInt8]) {
    var section = ""
    var subsection = ""
    for line in GitConfiguration.lines(bytes) {
      guard let first = line.first else { continue }
      if first == "[" {
        (section, subsection) = GitConfiguration.header(line)
      } else if first != "#", first != ";", let equals = line.firstIndex(of: "=") {
        let name = GitConfiguration.trimmed(line[..<equals]).lowercased()
        let value = GitConfiguration.value(line[line.index(after: equals)...])
        settings.append(
          Setting(section: section, subsection: subsection, name: name, value: value))
      }
    }
  }

  /// The last value of a setting.
  func value(_ section: String, _ subsection: String, _ name: String) -> String? {
    settings.last {
      $0.section == section && $0.subsection == subsection && $0.name == name
    }?.value
  }

  /// The subsections of a section in order.
  func subsections(of section: String) -> [String] {
    var names: [String] = []
    for setting in settings where setting.section == section {
      if !names.contains(setting.subsection) { names.append(setting.subsection) }
    }
    return names
  }

  /// The lines without surrounding blanks, those that end in a backslash joined with the next.
  private static func lines(_ bytes: [UInt8]) -> [Substring] {
    var joined: [Substring] = []
    var open = false
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let continues = line.hasSuffix("\\") && !line.hasSuffix("\\\\")
      let part = continues ? line.dropLast() : line
      if open, let last = joined.popLast() {
        joined.append(last + part)
      } else {
        joined.append(part.drop(while: \.isWhitespace))
      }
      open = continues
    }
    return joined
  }

  /// `[remote "origin"]` as section and subsection.
  private static func header(_ line: Substring) -> (String, String) {
    let inside = line.dropFirst().prefix { $0 != "]" || line.contains("\"") }
    guard let quote = inside.firstIndex(of: "\"") else {
      return (trimmed(inside.prefix { $0 != "]" }).lowercased(), "")
    }
    var subsection = ""
    var escaped = false
    for character in inside[inside.index(after: quote)...] {
      if escaped {
        subsection.append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        break
      } else {
        subsection.append(character)
      }
    }
    return (trimmed(inside[..<quote]).lowercased(), subsection)
  }

  /// A value without quotes, escapes and comment.
  private static func value(_ text: Substring) -> String {
    var value = ""
    var kept = 0
    var quoted = false
    var escaped = false
    for character in trimmed(text) {
      if escaped {
        value.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
        escaped = false
      } else if character == "\\" {
        escaped = true
        continue
      } else if character == "\"" {
        quoted.toggle()
      } else if !quoted, character == "#" || character == ";" {
        break
      } else {
        value.append(character)
      }
      if quoted || !character.isWhitespace { kept = value.count }
    }
    return String(value.prefix(kept))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var rest = text.drop(while: \.isWhitespace)
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }
}
