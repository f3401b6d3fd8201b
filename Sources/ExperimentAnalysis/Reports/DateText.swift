import TrackingEntities

/// A time as people read it, in UTC.
enum DateText {
  /// `2026-11-22 10:30 UTC` for seconds since 1970; the bare number for times out of reach.
  static func utc(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e11, let whole = Int64(exactly: seconds.rounded(.down))
    else { return NumberText.shortest(seconds) }
    let day = whole >= 0 ? whole / 86_400 : (whole - 86_399) / 86_400
    let second = whole - day * 86_400
    let date = civil(day)
    return "\(date.year.zeroPadded(4))-\(date.month.zeroPadded(2))-\(date.day.zeroPadded(2)) "
      + "\((second / 3600).zeroPadded(2)):\((second / 60 % 60).zeroPadded(2)) UTC"
  }

  /// The date of a day since 1970, counted in eras of 400 years that begin on the first of March.
  private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * ofYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * march + 2) / 5 + 1
    )
  }
}
