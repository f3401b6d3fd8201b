import TrackingEntities

/// Cuts the text of an expression into tokens.
struct ExpressionLexer {
  private static let symbols = [
    "==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".",
  ]

  /// What people write who come from other languages, and what it is called here.
  private static let foreign = [
    "&&": "and", "||": "or", "&": "and", "|": "or", "!": "not", "=>": ">=", "=<": "<=",
    "‘": "'", "’": "'", "“": "\"", "”": "\"",
  ]

  let source: ExpressionSource
  private(set) var tokens: [ExpressionToken] = []
  var position = 0

  init(_ source: ExpressionSource) throws(TrackingError) {
    self.source = source
    while let character = source[position] {
      if character.properties.isWhitespace {
        position += 1
      } else {
        try readToken(character)
      }
    }
    tokens.append(ExpressionToken(kind: .end, place: position..<position))
  }

  private mutating func readToken(_ character: Unicode.Scalar) throws(TrackingError) {
    let start = position
    let kind: ExpressionToken.Kind
    if followsDot && Self.isNameCharacter(character) {
      kind = .name(take(while: Self.isNameCharacter))
    } else if character == "'" || character == "\"" {
      kind = .text(try readText(closedBy: character))
    } else if startsNumber(character) {
      kind = try readNumber()
    } else if Self.isWordCharacter(character) {
      kind = .word(take(while: Self.isWordCharacter))
    } else {
      kind = .symbol(try readSymbol(character))
    }
    tokens.append(ExpressionToken(kind: kind, place: start..<position))
  }

  /// Whether the token before is a dot that touches this one.
  private var followsDot: Bool {
    guard let last = tokens.last else { return false }
    return last.isSymbol(".") && last.place.upperBound == position
  }

  /// A sign belongs to the number after it: there is no arithmetic that it could be part of.
  private func startsNumber(_ character: Unicode.Scalar) -> Bool {
    if Self.isDigit(character) { return true }
    let next = source[position + 1]
    if character == "." { return next.map(Self.isDigit) ?? false }
    guard character == "-" || character == "+", let next else { return false }
    return Self.isDigit(next) || next == "." || next == "i" || next == "I"
  }

  private mutating func readSymbol(
    _ character: Unicode.Scalar
  ) throws(TrackingError) -> String {
    let pair = source.text(position..<position + 2)
    let one = String(character)
    for text in [pair, one] {
      if let ours = Self.foreign[text], text != one || pair != "!=" {
        throw source.error(
          "write \(ours) instead of '\(text)'",
          at: position..<position + text.unicodeScalars.count)
      }
      if Self.symbols.contains(text) {
        position += text.unicodeScalars.count
        return text
      }
    }
    throw source.error(
      "'\(VisibleText.line(one))' is not expected here", at: position..<position + 1)
  }

  mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
    let start = position
    while let character = source[position], belongs(character) { position += 1 }
    return source.text(start..<position)
  }

  static func isDigit(_ character: Unicode.Scalar) -> Bool { ("0"..."9").contains(character) }

  private static func isWordCharacter(_ character: Unicode.Scalar) -> Bool {
    character == "_" || isDigit(character) || character.properties.isAlphabetic
  }

  /// Names of metrics and parameters are longer words: `f1-score`, `val/loss`, `precision@10`.
  private static func isNameCharacter(_ character: Unicode.Scalar) -> Bool {
    isWordCharacter(character) || character == "-" || character == "/" || character == "@"
  }
}

extension ExpressionLexer {
  /// Units of time, in seconds.
  private static let units: [String: Double] = [
    "ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86_400,
  ]

  /// Reads a text in quotes. A quote in it is doubled or has a backslash before it; any other
  /// backslash stays, for the patterns of `like`.
  private mutating func readText(closedBy quote: Unicode.Scalar) throws(TrackingError) -> String {
    let start = position
    var text = String.UnicodeScalarView()
    position += 1
    while let character = source[position] {
      let next = source[position + 1]
      if character == quote {
        position += 1
        guard next == quote else { return String(text) }
      } else if character == "\\", next == quote || next == "\\" {
        position += 1
      }
      text.append(source[position] ?? character)
      position += 1
    }
    throw source.error(
      "the text that begins here has no end; close it with \(quote)",
      at: start..<start + 1)
  }

  /// Reads an integer, a fraction, a time with its unit, a date, or an infinity with its sign.
  mutating func readNumber() throws(TrackingError) -> ExpressionToken.Kind {
    if let moment = try readMoment() { return .moment(moment) }
    let start = position
    var digits = ""
    if let sign = source[position], sign == "-" || sign == "+" {
      if sign == "-" { digits = "-" }
      position += 1
    }
    if let first = source[position], first == "i" || first == "I" {
      return .number(.number(try readInfinity(digits == "-", from: start)))
    }
    var isInteger = true
    digits += takeDigits()
    if source[position] == "." {
      isInteger = false
      position += 1
      digits += "." + takeDigits()
    }
    if let exponent = readExponent() {
      isInteger = false
      digits += exponent
    }
    let unit = take(while: Self.isWordCharacter)
    return .number(
      try Self.value(digits, isInteger: isInteger, unit, source, start..<position))
  }

  /// `1_000` is 1000.
  private mutating func takeDigits() -> String {
    take { Self.isDigit($0) || $0 == "_" }.filter { $0 != "_" }
  }

  private mutating func readExponent() -> String? {
    guard let letter = source[position], letter == "e" || letter == "E" else { return nil }
    var place = position + 1
    var sign = ""
    if let next = source[place], next == "-" || next == "+" {
      sign = String(next)
      place += 1
    }
    guard let digit = source[place], Self.isDigit(digit) else { return nil }
    position = place
    return "e" + sign + takeDigits()
  }

  private mutating func readInfinity(
    _ isNegative: Bool, from start: Int
  ) throws(TrackingError) -> Double {
    let word = take(while: Self.isWordCharacter).lowercased()
    guard word == "inf" || word == "infinity" else {
      throw source.error("a sign must be followed by a number or inf", at: start..<position)
    }
    return isNegative ? -.infinity : .infinity
  }

  /// A date, with or without a time of day: `2026-11-22`, `2026-11-22T10:30:00Z`.
  private mutating func readMoment() throws(TrackingError) -> Double? {
    let shape = Array("0000-00-00".unicodeScalars)
    for (offset, wanted) in shape.enumerated() {
      guard let character = source[position + offset],
        wanted == "-" ? character == "-" : Self.isDigit(character)
      else { return nil }
    }
    let start = position
    let text = take { Self.isWordCharacter($0) || $0 == "-" || $0 == ":" || $0 == "." || $0 == "+" }
    guard let moment = Timestamp.seconds(text) else {
      throw source.error(
        "'\(VisibleText.line(text))' is not a valid time; write 2026-11-22 or 2026-11-22T10:30:00Z",
        at: start..<position)
    }
    return moment
  }

  private static func value(
    _ digits: String, isInteger: Bool, _ unit: String, _ source: ExpressionSource,
    _ place: Range<Int>
  ) throws(TrackingError) -> Value {
    guard let number = Double(digits), number.isFinite else {
      throw source.error(
        "this number is outside a double's range; write inf for infinity", at: place)
    }
    guard unit.isEmpty else {
      guard let seconds = units[unit] else {
        throw source.error(
          "'\(VisibleText.line(unit))' is not a unit of time; use ms, s, min, h and d",
          at: place)
      }
      return .number(number * seconds)
    }
    guard isInteger else { return .number(number) }
    if let integer = Int64(digits) { return .integer(integer) }
    let sign = number < 0 ? "-" : ""
    return .bigInteger(sign + digits.drop { $0 == "-" || $0 == "0" })
  }
}
