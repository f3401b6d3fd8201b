/// Moments as text: ISO 8601 in UTC with microseconds, `2026-11-22T10:30:00.123456Z`.
///
/// The texts sort as the moments do. Text, seconds and text again are equal for the years 1700 to
/// 2200; further away a double holds less than microseconds.
package enum Timestamp {
  /// Seconds since 1970 as whole microseconds, rounded as in the text; 0 for what is no moment.
  package static func microseconds(_ seconds: Double) -> Int64 {
    let (whole, rest) = parts(seconds)
    return Int64(exactly: whole).flatMap { second in
      let (product, overflow) = second.multipliedReportingOverflow(by: 1_000_000)
      return overflow
        ? nil : product.addingReportingOverflow(Int64(exactly: rest) ?? 0).partialValue
    } ?? 0
  }

  /// Whole seconds and the microseconds after them, from 0 to 999,999. They are rounded as Python's
  /// `datetime.fromtimestamp` does, half to even, so that a time is the same wherever it is read.
  private static func parts(_ seconds: Double) -> (whole: Double, microseconds: Double) {
    var whole = seconds.rounded(.towardZero)
    var microseconds = ((seconds - whole) * 1e6).rounded(.toNearestOrEven)
    if microseconds < 0 { (whole, microseconds) = (whole - 1, microseconds + 1e6) }
    if microseconds >= 1e6 { (whole, microseconds) = (whole + 1, 0) }
    return (whole, microseconds)
  }

  /// The text of seconds since 1970. Moments outside the years 1 to 9999 become the first or the
  /// last moment of them, NaN the first.
  package static func text(_ seconds: Double) -> String {
    var (whole, microseconds) = parts(seconds)
    if !(whole >= firstSecond) { (whole, microseconds) = (firstSecond, 0) }
    if whole > lastSecond { (whole, microseconds) = (lastSecond, 999_999) }

    let second = Int(exactly: whole) ?? 0
    let day = (Double(second) / 86_400).rounded(.down)
    let days = Int(exactly: day) ?? 0
    let date = CivilDate(daysSince1970: days)
    let rest = second - days * 86_400
    return date.year.zeroPadded(4) + "-" + date.month.zeroPadded(2) + "-" + date.day.zeroPadded(2)
      + "T" + (rest / 3600).zeroPadded(2) + ":" + (rest / 60 % 60).zeroPadded(2) + ":"
      + (rest % 60).zeroPadded(2)
      + "." + (Int(exactly: microseconds) ?? 0).zeroPadded(6) + "Z"
  }

  /// Reads ISO 8601: a date, and a time of day with or without seconds, fraction and offset.
  /// Without an offset it is UTC. Nil for anything else and for years outside 1 to 9999.
  package static func seconds(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      var parser = TimestampParser(reader: ByteReader(bytes))
      return parser.readMoment()
    }
  }

  /// The same day and time some months earlier; the last day of a month that has no such day. Nil
  /// before the year 1.
  package static func seconds(_ moment: Double, monthsEarlier months: Int) -> Double? {
    guard firstSecond...lastSecond ~= moment, 0...120_000 ~= months else { return nil }
    let days = Int((moment / 86_400).rounded(.down))
    let date = CivilDate(daysSince1970: days)
    let month = date.year * 12 + date.month - 1 - months
    let fitting = stride(from: date.day, to: 27, by: -1)
      .lazy.compactMap { CivilDate(year: month / 12, month: month % 12 + 1, day: $0) }.first
    let earlier =
      date.day > 28 ? fitting : CivilDate(year: month / 12, month: month % 12 + 1, day: date.day)
    return earlier.map { moment - Double(days - $0.daysSince1970) * 86_400 }
  }

  static let firstSecond = Double(CivilDate.firstDay) * 86_400
  static let lastSecond = Double(CivilDate.lastDay) * 86_400 + 86_399
}

/// Reads the parts of ISO 8601; every part is nil where the text is something else.
struct TimestampParser {
  var reader: ByteReader

  mutating func readMoment() -> Double? {
    guard let year = readDigits(4), reader.skip(ASCII.minus), let month = readDigits(2),
      reader.skip(ASCII.minus), let day = readDigits(2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var seconds = Double(date.daysSince1970) * 86_400
    var (fraction, microseconds): (Double, Double?) = (0, nil)
    if !reader.isAtEnd {
      guard reader.skip("T") || reader.skip(" "), let time = readTime(), let offset = readOffset(),
        reader.isAtEnd
      else { return nil }
      seconds += Double(time.seconds - offset)
      (fraction, microseconds) = (time.fraction, time.microseconds)
    }
    let whole = Timestamp.firstSecond...Timestamp.lastSecond
    guard whole ~= seconds else { return nil }
    // Whole numbers that a double holds, so that only their quotient is rounded.
    if let microseconds, abs(seconds) < 9e9 { return (seconds * 1e6 + microseconds) / 1e6 }
    return seconds + fraction
  }

  /// The time of day; the 60 of a leap second is the next second.
  ///
  /// - Returns: The seconds, the fraction, and the fraction in microseconds if that is exact.
  private mutating func readTime() -> (seconds: Int, fraction: Double, microseconds: Double?)? {
    guard let hour = readDigits(2), hour < 24, reader.skip(ASCII.colon), let minute = readDigits(2),
      minute < 60
    else { return nil }
    let start = hour * 3600 + minute * 60
    guard reader.skip(ASCII.colon) else { return (start, 0, 0) }
    guard let second = readDigits(2), second <= 60 else { return nil }
    guard reader.byte == ASCII.dot else { return (start + second, 0, 0) }
    let point = reader.position
    reader.advance()
    guard reader.skipDigits() else { return nil }
    let digits = reader.slice(point..<reader.position)
    guard let fraction = Double("0" + String(decoding: digits, as: UTF8.self)) else { return nil }
    // The digits behind the point, filled up with zeros.
    let microseconds =
      digits.count > 7
      ? nil
      : (0..<6).reduce(0.0) { number, place in
        number * 10 + (place + 1 < digits.count ? Double(digits[place + 1] - ASCII.zero) : 0)
      }
    return (start + second, fraction, microseconds)
  }

  /// Seconds east of UTC: `Z`, `+02:00`, `+0200`, `+02`, nothing.
  private mutating func readOffset() -> Int? {
    if reader.isAtEnd || reader.skip("Z") { return 0 }
    let isWest = reader.skip(ASCII.minus)
    guard isWest || reader.skip(ASCII.plus), let hours = readDigits(2), hours < 24 else {
      return nil
    }
    var minutes = 0
    if !reader.isAtEnd {
      _ = reader.skip(ASCII.colon)
      guard let read = readDigits(2), read < 60 else { return nil }
      minutes = read
    }
    let offset = hours * 3600 + minutes * 60
    return isWest ? -offset : offset
  }

  private mutating func readDigits(_ count: Int) -> Int? {
    var number = 0
    for _ in 0..<count {
      guard reader.byte.isDigit else { return nil }
      number = number * 10 + Int(reader.byte - ASCII.zero)
      reader.advance()
    }
    return number
  }
}
