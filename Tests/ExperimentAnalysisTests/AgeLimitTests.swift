import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct AgeLimitTests {
  /// 2024-03-31T12:00:00Z.
  private let now = 1_711_886_400.0

  private func moment(_ text: String) throws -> String {
    Timestamp.text(try AgeLimit(text, now: now).moment)
  }

  @Test func `a duration is counted back, in the months of the calendar`() throws {
    for (text, expected) in [
      ("12h", "2024-03-31T00:00:00"), ("30d", "2024-03-01T12:00:00"),
      ("2w", "2024-03-17T12:00:00"), ("1mo", "2024-02-29T12:00:00"),
      ("6mo", "2023-09-30T12:00:00"), ("13mo", "2023-02-28T12:00:00"),
      ("1y", "2023-03-31T12:00:00"), ("0d", "2024-03-31T12:00:00"),
      (" 6 Months ", "2023-09-30T12:00:00"), ("1 year", "2023-03-31T12:00:00"),
    ] { #expect(try moment(text) == expected + ".000000Z", "\(text)") }
  }

  @Test func `a date is the moment itself`() throws {
    #expect(try moment("2024-01-31") == "2024-01-31T00:00:00.000000Z")
    #expect(try moment("2024-01-31T10:00:00+02:00") == "2024-01-31T08:00:00.000000Z")
  }

  @Test(arguments: [
    "", " ", "6", "mo", "6m", "-1d", "1.5d", "six months", "6 mo ago", "2024-13-01", "2024-04-01",
    "99999999999999999999d", "30000y", "1d 2h", "6\u{301}mo", "１d", "0x10d",
  ])
  func `anything else is refused with the forms there are`(text: String) {
    let now = now
    #expect(throws: TrackingError.self) { try AgeLimit(text, now: now) }
    do { _ = try AgeLimit(text, now: now) } catch {
      #expect(error.code == .invalidArgument)
    }
  }

  @Test func `a message tells minutes from months`() {
    do {
      _ = try AgeLimit("6m", now: now)
    } catch {
      #expect(
        error.message
          == "'6m' is no age; write it as 12h, 30d, 2w, 6mo, 1y or as a date, 2026-01-31 "
          + "(months are mo)")
    }
  }
}
