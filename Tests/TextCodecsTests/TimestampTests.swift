import Testing
import TextCodecs

@Suite struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"),
    (1_795_343_400.123456, "2026-11-22T10:30:00.123456Z"),
    (951_782_400, "2000-02-29T00:00:00.000000Z"),
    (4_107_542_399, "2100-02-28T23:59:59.000000Z"),
    (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
    (-0.5, "1969-12-31T23:59:59.500000Z"),
    (-1, "1969-12-31T23:59:59.000000Z"),
    (-62_135_596_800, "0001-01-01T00:00:00.000000Z"),
    (253_402_300_799, "9999-12-31T23:59:59.000000Z"),
    (0.9999996, "1970-01-01T00:00:01.000000Z"),
    (-0.0000001, "1970-01-01T00:00:00.000000Z"),
    // Halves go to the even microsecond, as in Python.
    (0.0078125, "1970-01-01T00:00:00.007812Z"), (-0.0078125, "1969-12-31T23:59:59.992188Z"),
    (1_795_343_400.0234375, "2026-11-22T10:30:00.023438Z"),
  ])
  func `seconds become ISO 8601`(seconds: Double, text: String) {
    #expect(Timestamp.text(seconds) == text)
  }

  @Test(arguments: [
    (0, 0), (1_795_343_400.123456, 1_795_343_400_123_456), (-0.5, -500_000),
    (0.9999996, 1_000_000), (.nan, 0), (.infinity, 0), (1e300, 0),
  ])
  func `seconds become whole microseconds`(seconds: Double, microseconds: Int64) {
    #expect(Timestamp.microseconds(seconds) == microseconds)
  }

  @Test func `moments outside the calendar become its ends`() {
    let first = "0001-01-01T00:00:00.000000Z"
    let last = "9999-12-31T23:59:59.999999Z"
    #expect(Timestamp.text(-62_135_596_801) == first)
    #expect(Timestamp.text(-.infinity) == first)
    #expect(Timestamp.text(-1e300) == first)
    #expect(Timestamp.text(.nan) == first)
    #expect(Timestamp.text(253_402_300_800) == last)
    #expect(Timestamp.text(.infinity) == last)
    #expect(Timestamp.text(.greatestFiniteMagnitude) == last)
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00", 0), ("1970-01-01", 0),
    ("1970-01-01 00:01", 60), ("1970-01-01T02:00:00+02:00", 0), ("1970-01-01T02:00:00+0200", 0),
    ("1969-12-31T19:00:00-05", 0), ("1969-12-31T23:59:59.5Z", -0.5),
    ("1970-01-01T00:00:00.1234567890123456789012345Z", 0.123_456_789_012_345_68),
    ("2016-12-31T23:59:60Z", 1_483_228_800), ("2000-02-29", 951_782_400),
    ("0001-01-01T00:00:00Z", -62_135_596_800),
  ])
  func `ISO 8601 becomes seconds`(text: String, seconds: Double) {
    #expect(Timestamp.seconds(text) == seconds)
  }

  @Test(arguments: [
    "", "now", "1970", "1970-1-1", "1970-13-01", "1970-00-01", "1970-01-32", "1970-01-00",
    "1900-02-29", "2023-02-29", "0000-01-01", "1970-01-01T", "1970-01-01T24:00:00",
    "1970-01-01T00:60:00", "1970-01-01T00:00:61", "1970-01-01T00:00:00.", "1970-01-01T00:00:00Zx",
    "1970-01-01T00:00:00+", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+01:60",
    "1970-01-01T00:00:00+01:", "1970-01-01T00", "1970-01-01T00:00:00 Z", "٠٠٠١-01-01",
    "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "1970-01-01T00:00:00Z\u{0}",
  ])
  func `what is not a moment is refused`(text: String) {
    #expect(Timestamp.seconds(text) == nil)
  }

  @Test func `text, seconds and text again are equal to the microsecond`() {
    var generator = SeededGenerator(state: 3)
    for _ in 0..<20_000 {
      let seconds = Double.random(in: -8_520_336_000...7_258_118_400, using: &generator)
      let text = Timestamp.text(seconds)
      let back = Timestamp.seconds(text)
      #expect(back.map { Timestamp.text($0) } == text)
      #expect(back.map { abs($0 - seconds) <= 2e-6 } == true)
    }
  }

  @Test func `text in microseconds becomes the double closest to it`() {
    var generator = SeededGenerator(state: 4)
    for _ in 0..<20_000 {
      let microseconds = Int64.random(
        in: -8_520_336_000_000_000...7_258_118_400_000_000, using: &generator)
      let seconds = Double(microseconds) / 1e6
      #expect(Timestamp.seconds(Timestamp.text(seconds)) == seconds)
      #expect(Timestamp.microseconds(seconds) == microseconds)
    }
    #expect(Timestamp.seconds("2026-11-22T10:30:00.5Z") == 1_795_343_400.5)
    #expect(Timestamp.seconds("2026-11-22T10:30:00.12Z") == 1_795_343_400.12)
  }

  @Test func `every day of 800 years has its own text, in order`() {
    var previous = ""
    for day in -146_097..<146_097 {
      let text = Timestamp.text(Double(day) * 86_400)
      #expect(text > previous)
      #expect(Timestamp.seconds(text) == Double(day) * 86_400)
      previous = text
    }
  }
}
