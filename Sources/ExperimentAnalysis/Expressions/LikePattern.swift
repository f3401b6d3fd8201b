/// A pattern of `like`: `%` stands for any text, `_` for one character, with a backslash before
/// them they are themselves. Capitals matter.
struct LikePattern: Sendable {
  private enum Part: Sendable {
    case anything
    case one
    case exactly(Unicode.Scalar)
  }

  private let parts: [Part]

  init(_ text: String) {
    var parts: [Part] = []
    var isEscaped = false
    for character in text.unicodeScalars {
      switch character {
      case _ where isEscaped:
        if character != "%" && character != "_" && character != "\\" {
          parts.append(.exactly("\\"))
        }
        parts.append(.exactly(character))
        isEscaped = false
      case "\\": isEscaped = true
      case "%": parts.append(.anything)
      case "_": parts.append(.one)
      default: parts.append(.exactly(character))
      }
    }
    if isEscaped { parts.append(.exactly("\\")) }
    self.parts = parts
  }

  /// Whether the whole text fits. After a mismatch only the last `%` takes one character more, so
  /// that no pattern takes more than text times pattern steps.
  func matches(_ text: String) -> Bool {
    let characters = Array(text.unicodeScalars)
    var (place, part) = (0, 0)
    var retry: (place: Int, part: Int)?
    while place < characters.count {
      if part < parts.count, case .anything = parts[part] {
        part += 1
        retry = (place, part)
      } else if part < parts.count, fits(characters[place], parts[part]) {
        place += 1
        part += 1
      } else if let last = retry {
        retry = (last.place + 1, last.part)
        (place, part) = (last.place + 1, last.part)
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { if case .anything = $0 { true } else { false } }
  }

  private func fits(_ character: Unicode.Scalar, _ part: Part) -> Bool {
    switch part {
    case .anything, .one: true
    case .exactly(let wanted): character == wanted
    }
  }
}
