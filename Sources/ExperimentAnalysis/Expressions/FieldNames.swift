import ExperimentStore
import TrackingEntities

/// Which names exist, and which of them an unknown name may have meant.
enum FieldNames {
  /// The sections of facts that need no `facts.` before them.
  static let sections = ["about", "git", "command", "environment", "data"]

  /// The field of a name in its parts; nil if there is none.
  static func field(_ parts: [FieldPath.Part], name: String) -> ExpressionField? {
    guard let first = parts.first, !first.isQuoted else { return nil }
    let rest = parts.dropFirst()
    if rest.isEmpty && first.text != "failure" {
      return SimpleField(rawValue: first.text).map {
        ExpressionField(name: name, source: .simple($0))
      }
    }
    let path = FieldPath(parts: rest)
    switch first.text {
    case "params": return ExpressionField(name: name, source: .param(path))
    case "metrics":
      let last = rest.count > 1 ? rest.last : nil
      let aggregate = last.flatMap { $0.isQuoted ? nil : MetricAggregate(rawValue: $0.text) }
      return ExpressionField(name: name, source: .metric(path, aggregate))
    case "facts": return ExpressionField(name: name, source: .fact(path))
    case "failure":
      // Recorded as the status is, but asked for as the facts are.
      return ExpressionField(name: name, source: .fact(FieldPath(parts: parts[...])))
    case let section where sections.contains(section):
      return ExpressionField(name: name, source: .fact(FieldPath(parts: parts[...])))
    default: return nil
    }
  }

  /// What is wrong with a name that is not a field, and what may have been meant.
  static func complaint(about parts: [FieldPath.Part], name: String) -> String {
    let first = parts.first?.text ?? ""
    let shown = VisibleText.line(name, limit: 60)
    if parts.count == 1, ["params", "metrics", "facts"].contains(first) || sections.contains(first)
    {
      return "'\(first)' needs a name: \(first).\(example(of: first))"
    }
    let prefixes = ["params", "metrics", "facts"] + sections
    if parts.count > 1 {
      if SimpleField(rawValue: first) != nil { return "'\(first)' has no parts" }
      if let prefix = LookupSuggestions.closest(to: first, in: prefixes, limit: 1).first {
        let rest = name.unicodeScalars.drop { $0 != "." && $0 != "[" }
        let meant = VisibleText.line(prefix + String(rest), limit: 60)
        return "there is no field '\(shown)'; did you mean \(meant)?"
      }
      return "there is no field '\(shown)'; expected \(prefixes.joined(separator: ".…, ")).…"
    }
    let simple = SimpleField.allCases.map(\.rawValue)
    let close = LookupSuggestions.closest(to: first, in: simple, limit: 1).first
    let guess = close.map { "\($0), " } ?? ""
    return "there is no field '\(shown)'; did you mean \(guess)params.\(shown) or metrics.\(shown)?"
      + " Put text in quotes: '\(shown)'"
  }

  private static func example(of first: String) -> String {
    switch first {
    case "params": "max_depth"
    case "metrics": "accuracy"
    case "git": "commit"
    case "environment": "python"
    case "about": "author"
    case "command": "arguments"
    default: "train"
    }
  }
}

/// A parameter or a metric that no experiment has.
enum UnknownField {
  /// So many names are compared with an unknown one.
  private static let mostKnown = 1000

  /// The sentence for a reader; nil if an experiment has it, or if it is another kind of field.
  static func note(on field: ExpressionField, in snapshots: [ExperimentSnapshot]) -> String? {
    let noun: String
    let prefix: String
    let names: (ExperimentSnapshot) -> [Key]
    switch field.source {
    case .param: (noun, prefix, names) = ("parameter", "params", { $0.params.map(\.key) })
    case .metric: (noun, prefix, names) = ("metric", "metrics", { $0.metrics.map(\.key) })
    case .simple, .fact: return nil
    }
    for snapshot in snapshots
    where field.value(in: Subject(snapshot: snapshot, increment: "")) != nil { return nil }
    var known: [String] = []
    var seen: Set<Key> = []
    for key in snapshots.lazy.flatMap(names) where seen.insert(key).inserted {
      known.append("\(prefix).\(key.text)")
      if known.count == mostKnown { break }
    }
    let shown = VisibleText.line(field.name, limit: 80)
    let close = LookupSuggestions.closest(to: field.name, in: known, limit: 1).first
    let hint = close.map { "; did you mean \(VisibleText.line($0, limit: 80))?" } ?? "."
    return "No experiment has the \(noun) \(shown)\(hint)"
  }
}
