/// Values as text where another tracker holds nothing else.
package enum ExportedText {
  /// As Python's `str` writes it, which is what the other trackers hold: `True`, `None`, `0.1`,
  /// `nan`; lists and maps are JSON.
  package static func of(_ value: Value) -> String {
    switch value {
    case .null: "None"
    case .boolean(let flag): flag ? "True" : "False"
    case .integer(let integer): String(integer)
    case .bigInteger(let digits): digits
    case .number(let number): of(number)
    case .text(let text): text
    case .list, .map: String(decoding: (try? value.json(layout: .compact)) ?? [], as: UTF8.self)
    }
  }

  /// The shortest text from which Python's `float` makes the same number.
  package static func of(_ number: Double) -> String {
    number.isNaN ? "nan" : number.shortestText
  }
}

extension Double {
  /// The shortest text that reads back as the same double: `0.1`, `NaN`, `-inf`.
  package var shortestText: String {
    if isNaN { return "NaN" }
    return isInfinite ? (self < 0 ? "-inf" : "inf") : description
  }
}
