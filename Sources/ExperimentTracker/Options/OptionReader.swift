import ExperimentStore
package import TrackingEntities

/// Takes the members of a JSON object of options one by one, each with the type it must have; what
/// is left at the end was a typo.
package struct OptionReader {
  private var members: [Value.Entry]
  private let known: String
  private var names: [String] = []

  /// - Parameters:
  ///   - json: The object; nil is one without members.
  ///   - known: What the options are for, as "the start of an experiment": in no language's names,
  ///     since C and Python get the same message.
  package init(_ json: [UInt8]?, for known: String) throws(TrackingError) {
    self.known = known
    guard let json, !json.isEmpty else {
      members = []
      return
    }
    guard case .map(let entries) = try Value(json: json, options: .lenient) else {
      throw TrackingError(.invalidArgument, "the options of \(known) must be a JSON object")
    }
    members = entries
  }

  /// The value of a member; nil if it is absent or null.
  package mutating func take(_ name: String) -> Value? {
    names.append(name)
    let key = Key(name)
    guard let place = members.firstIndex(where: { $0.key == key }) else { return nil }
    let value = members.remove(at: place).value
    // In an expression with a value, `nil` would be the value that is null.
    if value == .null { return Optional.none }
    return value
  }

  package mutating func text(_ name: String) throws(TrackingError) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.text else { throw wrong(name, "text") }
    return text
  }

  package mutating func flag(_ name: String) throws(TrackingError) -> Bool? {
    guard let value = take(name) else { return nil }
    guard let flag = value.boolean else { throw wrong(name, "true or false") }
    return flag
  }

  package mutating func integer(_ name: String) throws(TrackingError) -> Int64? {
    guard let value = take(name) else { return nil }
    guard let integer = value.integer else { throw wrong(name, "an integer") }
    return integer
  }

  package mutating func number(_ name: String) throws(TrackingError) -> Double? {
    guard let value = take(name) else { return nil }
    guard let number = value.double else { throw wrong(name, "a number") }
    return number
  }

  package mutating func map(_ name: String) throws(TrackingError) -> [Value.Entry]? {
    guard let value = take(name) else { return nil }
    guard case .map(let entries) = value else { throw wrong(name, "an object") }
    return entries
  }

  package mutating func texts(_ name: String) throws(TrackingError) -> [String]? {
    guard let value = take(name) else { return nil }
    guard case .list(let elements) = value else { throw wrong(name, "a list of texts") }
    var texts: [String] = []
    for element in elements {
      guard let text = element.text else { throw wrong(name, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  /// Refuses members that were not read.
  package func end() throws(TrackingError) {
    guard let unknown = members.first else { return }
    throw TrackingError(
      .invalidArgument, "\(known) has no option '\(unknown.key.text)'; it has:",
      candidates: LookupSuggestions.ordered(names, closestTo: unknown.key.text, limit: names.count))
  }

  package func wrong(_ name: String, _ expected: String) -> TrackingError {
    TrackingError(.invalidArgument, "the option '\(name)' of \(known) must be \(expected)")
  }
}
