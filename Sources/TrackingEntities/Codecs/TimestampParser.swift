/// Reads the parts of ISO 8601; every part is nil where the text is something else.
struct TimestampParser {
  var reader: ByteReader

  mutating func readMoment() -> Double? {
    guard let year = readDigits(4), reader.skip(ASCII.minus), let month = readDigits(2),
      reader.skip(ASCII.minus), let day = readDigits(2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var seconds = Double(date.daysSince1970) * 86_400
    var fraction = 0.0
    if !reader.isAtEnd {
      guard reader.skip("T") || reader.skip(" "), let time = readTime(), let offset = readOffset(),
        reader.isAtEnd
      else { return nil }
      seconds += Double(time.seconds - offset)
      fraction = time.fraction
    }
    let whole = Timestamp.firstSecond...Timestamp.lastSecond
    return whole ~= seconds ? seconds + fraction : nil
  }

  /// The time of day; the 60 of a leap second is the next second.
  private mutating func readTime() -> (seconds: Int, fraction: Double)? {
    guard let hour = readDigits(2), hour < 24, reader.skip(ASCII.colon), let minute = readDigits(2),
      minute < 60
    else { return nil }
    let start = hour * 3600 + minute * 60
    guard reader.skip(ASCII.colon) else { return (start, 0) }
    guard let second = readDigits(2), second <= 60 else { return nil }
    guard reader.byte == ASCII.dot else { return (start + second, 0) }
    let point = reader.position
    reader.advance()
    guard reader.skipDigits() else { return nil }
    let digits = reader.slice(point..<reader.position)
    guard let fraction = Double("0" + String(decoding: digits, as: UTF8.self)) else { return nil }
    return (start + second, fraction)
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
