public import TrackingEntities

/// How old something has to be: `6mo`, `30d`, `2 weeks`, or before a date.
///
/// ```swift
/// let limit = try AgeLimit("6mo", now: now)
/// let isOld = snapshot.lastActive < limit.moment
/// ```
public struct AgeLimit: Sendable, Equatable {
  /// The text that it was read from, without blanks around it.
  public let text: String
  /// The moment before which something is old, in seconds since 1970.
  public let moment: Double

  /// What a duration may be counted in.
  private enum Unit {
    case seconds(Double)
    case months(Int)

    init?(_ text: String) {
      switch text {
      case "h", "hour", "hours": self = .seconds(3600)
      case "d", "day", "days": self = .seconds(86_400)
      case "w", "week", "weeks": self = .seconds(7 * 86_400)
      case "mo", "month", "months": self = .months(1)
      case "y", "year", "years": self = .months(12)
      default: return nil
      }
    }
  }

  /// Reads a duration, or a date or moment in ISO 8601, which is in UTC unless it says otherwise.
  /// Months and years are those of the calendar.
  ///
  /// - Parameter now: From when a duration is counted back, in seconds since 1970.
  /// - Throws: `invalidArgument`.
  public init(_ text: String, now: Double) throws(TrackingError) {
    let bytes = text.utf8.drop { $0 == 0x20 }
    let trimmed = String(
      decoding: bytes.reversed().drop { $0 == 0x20 }.reversed(), as: UTF8.self)
    self.text = trimmed
    if let date = Timestamp.seconds(trimmed) {
      guard date <= now else {
        throw TrackingError(
          .invalidArgument, "'\(trimmed)' is not over yet: give a date of the past")
      }
      moment = date
      return
    }
    let digits = trimmed.utf8.prefix { 0x30...0x39 ~= $0 }
    let unit = trimmed.utf8.dropFirst(digits.count).drop { $0 == 0x20 }
    guard let count = Int(String(decoding: digits, as: UTF8.self)),
      let kind = Unit(String(decoding: unit, as: UTF8.self).lowercased())
    else { throw Self.refused(trimmed) }
    let found: Double? =
      switch kind {
      case .seconds(let length): count <= 10_000_000 ? now - Double(count) * length : nil
      case .months(let months):
        count <= 120_000 ? Timestamp.seconds(now, monthsEarlier: count * months) : nil
      }
    guard let found else {
      throw TrackingError(.invalidArgument, "'\(trimmed)' is longer than there have been years")
    }
    moment = found
  }

  private static func refused(_ text: String) -> TrackingError {
    let shown = VisibleText.line(text, limit: 40)
    let isMinutes =
      text.utf8.last == UInt8(ascii: "m") && text.utf8.first.map { 0x30...0x39 ~= $0 } == true
    return TrackingError(
      .invalidArgument,
      "'\(shown)' is no age; write it as 12h, 30d, 2w, 6mo, 1y or as a date, 2026-01-31"
        + (isMinutes ? " (months are mo)" : ""))
  }
}

extension ExperimentSnapshot {
  /// When something of it was measured or decided last, in seconds since 1970: its end, or its last
  /// write where it has none. Notes and tags that are added later do not make it younger.
  public var lastActive: Double { ended ?? max(lastWrite, identity.created) }
}
