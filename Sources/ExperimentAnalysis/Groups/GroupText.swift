import Glibc
import TrackingEntities

/// How the numbers of groups are written.
enum GroupText {
  /// So many decimals that a typical deviation shows two digits that count: more would be noise.
  static func decimals(_ statistics: [RunStatistics]) -> Int {
    let deviations = statistics.compactMap(\.deviation).filter { $0 > 0 && $0.isFinite }.sorted()
    guard !deviations.isEmpty else {
      let style = NumberStyle(for: statistics.map { .double($0.mean) })
      if case .decimals(let decimals) = style { return decimals }
      return 2
    }
    let exponent = log10(deviations[deviations.count / 2]).rounded(.down)
    return min(max(2, 1 - (Int(exactly: exponent) ?? 0)), NumberStyle.mostDecimals)
  }

  /// `0.871 ± 0.012`; the mean alone of one run.
  static func mean(_ statistics: RunStatistics, decimals: Int) -> String {
    let mean = NumberText.fixed(statistics.mean, decimals: decimals)
    guard let deviation = statistics.deviation else { return mean }
    return mean + " ± " + NumberText.fixed(deviation, decimals: decimals)
  }

  /// `0.858 – 0.887`
  static func range(_ statistics: RunStatistics, decimals: Int) -> String {
    guard statistics.count > 1 else { return "–" }
    return NumberText.fixed(statistics.minimum, decimals: decimals) + " – "
      + NumberText.fixed(statistics.maximum, decimals: decimals)
  }

  /// `5`, or `4 of 5` if one did not complete or has no finite value of the metric that decides.
  static func runs(_ group: RunGroup, _ primary: PrimaryMetric?) -> String {
    let (counted, all) = (group.counted(primary), group.members.count)
    return counted == all ? String(all) : "\(counted) of \(all)"
  }
}
