import TrackingEntities

/// Numbers as text, the same in every locale.
enum NumberText {
  /// 1, 10, 100, ... as far as decimals go.
  static let powersOfTen: [Double] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

  /// From here on numbers are written with an exponent: a scaled value must stay an exact integer.
  static let fixedLimit = 1e9

  /// The number with so many decimals (at most six); with three digits and an exponent if it is too
  /// large for that, or so small that it would look like zero.
  static func fixed(_ value: Double, decimals: Int) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let places = min(max(decimals, 0), powersOfTen.count - 1)
    let scaled = (abs(value) * powersOfTen[places]).rounded()
    guard abs(value) < fixedLimit, let digits = Int64(exactly: scaled), digits != 0 || value == 0
    else { return scientific(value) }
    let sign = value < 0 ? "-" : ""
    guard places > 0 else { return sign + String(digits) }
    let text = String(digits)
    let padded = String(repeating: "0", count: max(0, places + 1 - text.utf8.count)) + text
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// The shortest text that reads back as the same double, as parameters are shown.
  static func shortest(_ value: Double) -> String { value.shortestText }

  /// `+0.02`, `-3.00`, `±0.00`: a difference.
  static func signed(_ value: Double, decimals: Int) -> String {
    let text = fixed(value, decimals: decimals)
    if value == 0 { return "±" + text }
    return value > 0 ? "+" + text : text
  }

  /// A share between 0 and 1: `71.2%`.
  static func percent(_ share: Double) -> String {
    fixed((share * 1000).rounded() / 10, decimals: 1) + "%"
  }

  /// A size in bytes as people write it: `12 B`, `3.4 MB`.
  static func bytes(_ count: UInt64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    guard count >= 1000 else { return "\(count) B" }
    var value = Double(count) / 1000
    var unit = 0
    while value >= 999.95 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return fixed(value, decimals: 1) + " " + units[unit]
  }

  private static func scientific(_ value: Double) -> String {
    let parts = abs(value).description.split(separator: "e")
    let sign = value < 0 ? "-" : ""
    guard parts.count == 2, let mantissa = Double(parts[0]) else {
      return normalised(value)
    }
    return sign + digits(mantissa) + "e" + parts[1]
  }

  /// Swift writes up to 2^53 and down to 1e-4 without an exponent.
  private static func normalised(_ value: Double) -> String {
    var mantissa = abs(value)
    var exponent = 0
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 && mantissa > 0 {
      mantissa *= 10
      exponent -= 1
    }
    let size = String(abs(exponent))
    let padded = size.utf8.count < 2 ? "0" + size : size
    return (value < 0 ? "-" : "") + digits(mantissa) + "e" + (exponent < 0 ? "-" : "+") + padded
  }

  private static func digits(_ mantissa: Double) -> String {
    fixed(min(mantissa, 9.99), decimals: 2)
  }
}
