package import TrackingEntities

/// Spans of time as people say them: `45s`, `12m`, `2h 5m`, `3d 4h`.
package enum SpanText {
  /// A span in seconds, cut to what it is counted in.
  package static func of(_ seconds: Double) -> String {
    let most = 1e11
    guard let whole = Int64(exactly: min(max(seconds, 0), most).rounded(.down)) else { return "?" }
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return "\(whole / 60)m"
    case ..<172_800: return "\(whole / 3600)h \(whole / 60 % 60)m"
    default: return "\(whole / 86_400)d \(whole / 3600 % 24)h"
    }
  }

  /// The seconds of a span such as `90s`, `10m`, `2h`, `1d`; a number alone is one of seconds.
  ///
  /// - Throws: `invalidArgument`.
  package static func seconds(_ text: String) throws(TrackingError) -> Double {
    let digits = text.utf8.prefix { 0x30...0x39 ~= $0 }
    let number = Int64(String(decoding: digits, as: UTF8.self))
    let unit = String(
      decoding: text.utf8.dropFirst(digits.count).drop { $0 == 0x20 }, as: UTF8.self)
    let length: Int64? =
      switch unit.lowercased() {
      case "", "s", "sec", "second", "seconds": 1
      case "m", "min", "minute", "minutes": 60
      case "h", "hour", "hours": 3600
      case "d", "day", "days": 86_400
      default: nil
      }
    guard let number, let length, number <= 1_000_000_000 else {
      throw TrackingError(
        .invalidArgument,
        "'\(VisibleText.line(text, limit: 40))' is no span of time; write it as 90s, 10m, 2h or 1d")
    }
    return Double(number * length)
  }
}
