import Glibc

/// Welch's t-test: whether two means differ by more than the noise of their runs, whose spreads
/// need not be equal.
///
/// B. L. Welch, *The generalization of "Student's" problem when several different population
/// variances are involved*, Biometrika 34 (1947); recommended for comparing a few seeds by C.
/// Colas, O. Sigaud, P.-Y. Oudeyer, *A Hitchhiker's Guide to Statistical Comparisons of
/// Reinforcement Learning Algorithms*, arXiv:1904.06979 (2019).
enum WelchTest {
  /// Below it two means are called different.
  static let significance = 0.05

  /// The two-sided p-value; nil if a side has a single run, so that its noise is not known.
  static func pValue(_ left: RunStatistics, _ right: RunStatistics) -> Double? {
    guard let a = left.deviation, let b = right.deviation else { return nil }
    let difference = abs(left.mean - right.mean)
    let scale = max(a, b)
    guard scale > 0 else { return difference == 0 ? 1 : 0 }
    // In units of the larger deviation, whose square may be out of range.
    let (first, second) = (a / scale, b / scale)
    let u = first * first / Double(left.count)
    let v = second * second / Double(right.count)
    let t = difference / scale
    let freedom =
      (u + v) * (u + v)
      / (u * u / Double(left.count - 1) + v * v / Double(right.count - 1))
    let x = freedom / (freedom + t * t / (u + v))
    guard x.isFinite else { return nil }
    return incompleteBeta(x, freedom / 2, 0.5)
  }

  /// The regularised incomplete beta function by its continued fraction (NIST DLMF 8.17.22),
  /// evaluated with Lentz's method.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges fast on one side of the mean; the other is its mirror.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let factor =
      exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)) / a
    return min(max(factor * fraction(x, a, b), 0), 1)
  }

  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...300 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      result *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      result *= c * d
      if abs(c * d - 1) < 1e-15 { break }
    }
    return result
  }

  /// `lgamma` keeps its sign in a global variable; this one does not.
  private static func logGamma(_ value: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(value, &sign)
  }
}
