/// Durations as people read them: `0.35s`, `2s`, `45s`, `320s`, `2h 47m`.
enum DurationText {
  /// Seconds in whole numbers from ten on, with one decimal from one on, else with two digits that
  /// count; hours and days when seconds no longer mean anything.
  static func seconds(_ seconds: Double) -> String {
    guard seconds.isFinite else { return NumberText.fixed(seconds, decimals: 2) }
    guard seconds >= 0 else { return "-" + self.seconds(-seconds) }
    if seconds >= 9_999.5 { return long(seconds) }
    if seconds >= 9.95 { return NumberText.fixed(seconds, decimals: 0) + "s" }
    if seconds >= 0.995 { return trimmed(NumberText.fixed(seconds, decimals: 1)) + "s" }
    if seconds >= 0.0995 { return trimmed(NumberText.fixed(seconds, decimals: 2)) + "s" }
    if seconds >= 0.00995 { return trimmed(NumberText.fixed(seconds, decimals: 3)) + "s" }
    if seconds >= 0.000995 { return trimmed(NumberText.fixed(seconds, decimals: 4)) + "s" }
    return seconds == 0 ? "0s" : trimmed(NumberText.fixed(seconds, decimals: 6)) + "s"
  }

  private static func long(_ seconds: Double) -> String {
    guard let minutes = Int64(exactly: (seconds / 60).rounded()) else {
      return NumberText.fixed(seconds, decimals: 2) + "s"
    }
    let hours = minutes / 60
    return hours < 100 ? "\(hours)h \(minutes % 60)m" : "\(hours / 24)d \(hours % 24)h"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains("."), !text.contains("e") else { return text }
    var rest = Substring(text)
    while rest.hasSuffix("0") { rest = rest.dropLast() }
    return String(rest.hasSuffix(".") ? rest.dropLast() : rest)
  }
}
