import SecretScanner
import TrackingEntities

/// Takes credentials out of a parameter, by the rule of the command line: a value whose name says
/// that it is one is replaced as a whole, and in any other text the credentials alone.
struct RedactedParameter {
  private(set) var clean: Value = .null
  /// The names of what was replaced, as a reader writes them: `optimizer.token`.
  private(set) var names: [String] = []

  init(_ key: Key, _ value: Value) { clean = redact(value, Path(key: key)) }

  private struct Path {
    /// The last part of a name with dots or slashes, which says what the value is.
    let name: [UInt8]
    let shown: String

    init(key: Key, in outer: Path? = nil) {
      let separators = Array("./ ".utf8)
      name = Array(key.bytes.split(whereSeparator: separators.contains).last ?? [])
      shown = (outer.map { $0.shown + "." } ?? "") + key.text
    }
  }

  private mutating func redact(_ value: Value, _ path: Path) -> Value {
    switch value {
    case .text(let text):
      let bytes = Array(text.utf8)
      if SecretScan.isSecret(bytes, of: path.name[...]) { return marked(path) }
      let (clean, redactions) = SecretScan.redact(text)
      if redactions == 0 { return value }
      note(path)
      return .text(clean)
    case .integer(let number): return redact(value, String(number), path)
    case .number(let number): return redact(value, String(number), path)
    case .list(let elements): return redact(elements, path)
    case .map(let entries):
      return .map(
        entries.map { .init($0.key, redact($0.value, Path(key: $0.key, in: path))) })
    default: return value
    }
  }

  private mutating func redact(_ number: Value, _ text: String, _ path: Path) -> Value {
    SecretScan.isSecret(Array(text.utf8), of: path.name[...]) ? marked(path) : number
  }

  /// A list may be a command line, where a flag says what the next element is.
  private mutating func redact(_ elements: [Value], _ path: Path) -> Value {
    let texts = elements.compactMap(\.text)
    if texts.count == elements.count, !SecretScan.isSecretName(path.name[...]) {
      let (clean, redactions) = SecretScan.redact(arguments: texts)
      if redactions == 0 { return .list(elements) }
      note(path)
      return .list(clean.map { .text($0) })
    }
    return .list(elements.map { redact($0, path) })
  }

  private mutating func marked(_ path: Path) -> Value {
    note(path)
    return .text(SecretScan.mark)
  }

  private mutating func note(_ path: Path) {
    if names.last != path.shown { names.append(path.shown) }
  }
}

extension WriterSession {
  /// A record as it may be stored; the user is warned once that something was removed from a
  /// parameter.
  mutating func withoutCredentials(_ record: Record) -> Record {
    if case .fact("data", let value) = record {
      return .fact(section: "data", value: value.withoutCredentials)
    }
    guard case .param(let key, let value) = record else { return record }
    let redacted = RedactedParameter(key, value)
    if redacted.names.isEmpty { return record }
    if !toldCredentials {
      toldCredentials = true
      let names = redacted.names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      notices.append(
        "the parameter \(names) looks like a credential and is stored as \(SecretScan.mark), as on the command line; so is any other of this experiment"
      )
    }
    return .param(key: key, value: redacted.clean)
  }
}

extension Value {
  /// The value with the credentials in its texts replaced, such as those of an address. The names
  /// in it say nothing: a table may have a column `password`.
  fileprivate var withoutCredentials: Value {
    switch self {
    case .text(let text): .text(SecretScan.redact(text).text)
    case .list(let elements): .list(elements.map(\.withoutCredentials))
    case .map(let entries): .map(entries.map { .init($0.key, $0.value.withoutCredentials) })
    default: self
    }
  }
}
