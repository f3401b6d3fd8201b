import TrackingEntities

/// One request of the dashboard's page. Members that are not known are passed over, so that an
/// older library answers a newer page.
struct DashboardRequest {
  /// What is asked for.
  let ask: String
  private let members: [Value.Entry]

  init(_ value: Value) throws(TrackingError) {
    guard case .map(let members) = value else {
      throw TrackingError(
        .invalidArgument, "a request must be a JSON object with the member \"ask\"")
    }
    self.members = members
    guard let ask = value["ask"]?.text else {
      throw TrackingError(.invalidArgument, "the member 'ask' of a request must be a text")
    }
    self.ask = ask
  }

  /// The value of a member; nil if it is absent or null.
  func value(_ name: String) -> Value? {
    guard let value = members.last(where: { $0.key == Key(name) })?.value else { return nil }
    // In an expression with a value, `nil` would be the value that is null.
    if value == .null { return Optional.none }
    return value
  }

  func text(_ name: String) throws(TrackingError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.text else { throw wrong(name, "a text") }
    return text
  }

  func required(_ name: String) throws(TrackingError) -> String {
    guard let text = try text(name) else { throw wrong(name, "a text") }
    return text
  }

  func flag(_ name: String) throws(TrackingError) -> Bool {
    guard let value = value(name) else { return false }
    guard let flag = value.boolean else { throw wrong(name, "true or false") }
    return flag
  }

  /// A finite number.
  func number(_ name: String) throws(TrackingError) -> Double? {
    guard let value = value(name) else { return nil }
    guard let number = value.double, number.isFinite else { throw wrong(name, "a finite number") }
    return number
  }

  /// A whole number that is not negative; one beyond the largest is that.
  func size(_ name: String) throws(TrackingError) -> Int? {
    guard let number = try number(name) else { return nil }
    guard number >= 0, number == number.rounded() else {
      throw wrong(name, "a whole number that is not negative")
    }
    return number < 0x1p62 ? Int(number) : 1 << 62
  }

  func texts(_ name: String) throws(TrackingError) -> [String]? {
    guard let value = value(name) else { return nil }
    guard case .list(let elements) = value else { throw wrong(name, "a list of texts") }
    var texts: [String] = []
    for element in elements {
      guard let text = element.text else { throw wrong(name, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  func wrong(_ name: String, _ expected: String) -> TrackingError {
    TrackingError(
      .invalidArgument, "the member '\(name)' of the request '\(ask)' must be \(expected)")
  }
}
