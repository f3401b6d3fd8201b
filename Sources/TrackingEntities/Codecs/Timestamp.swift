/// Moments as text: ISO 8601 in UTC with microseconds, `2026-11-22T10:30:00.123456Z`.
///
/// The texts sort as the moments do. Text, seconds and text again are equal for the years 1700 to
/// 2200; further away a double holds less than microseconds.
package enum Timestamp {
  /// The text of seconds since 1970. Moments outside the years 1 to 9999 become the first or the
  /// last moment of them, NaN the first.
  package static func text(_ seconds: Double) -> String {
    var whole = seconds.rounded(.down)
    var microseconds = ((seconds - whole) * 1e6).rounded()
    if microseconds >= 1e6 { (whole, microseconds) = (whole + 1, 0) }
    if !(whole >= firstSecond) { (whole, microseconds) = (firstSecond, 0) }
    if whole > lastSecond { (whole, microseconds) = (lastSecond, 999_999) }

    let second = Int(exactly: whole) ?? 0
    let day = (Double(second) / 86_400).rounded(.down)
    let days = Int(exactly: day) ?? 0
    let date = CivilDate(daysSince1970: days)
    let rest = second - days * 86_400
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
      + "T" + padded(rest / 3600, 2) + ":" + padded(rest / 60 % 60, 2) + ":" + padded(rest % 60, 2)
      + "." + padded(Int(exactly: microseconds) ?? 0, 6) + "Z"
  }

  /// Reads ISO 8601: a date, and a time of day with or without seconds, fraction and offset. Without
  /// an offset it is UTC. Nil for anything else and for years outside 1 to 9999.
  package static func seconds(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      var parser = TimestampParser(reader: ByteReader(bytes))
      return parser.readMoment()
    }
  }

  static let firstSecond = Double(CivilDate.firstDay) * 86_400
  static let lastSecond = Double(CivilDate.lastDay) * 86_400 + 86_399

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
  }
}
