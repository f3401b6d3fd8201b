/// A history in one line of block characters.
package enum Sparkline {
  private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  /// What stands where no value is a number.
  private static let noNumber: Character = "×"

  /// The line, at most `width` characters wide: of each stretch of points the mean.
  package static func text(of count: Int, width: Int, value: (Int) -> Double) -> String {
    guard count > 0, width > 0 else { return "" }
    let columns = min(count, width)
    let means = (0..<columns).map { column -> Double? in
      let first = count / columns * column + min(column, count % columns)
      let end = first + count / columns + (column < count % columns ? 1 : 0)
      let finite = (first..<end).map(value).filter(\.isFinite)
      return finite.isEmpty ? nil : finite.reduce(0) { $0 + $1 / Double(finite.count) }
    }
    let known = means.compactMap { $0 }
    guard let lowest = known.min(), let highest = known.max() else {
      return String(repeating: noNumber, count: columns)
    }
    let range = highest / 2 - lowest / 2
    return String(
      means.map { mean in
        guard let mean else { return noNumber }
        guard range > 0 else { return levels[3] }
        let share = (mean / 2 - lowest / 2) / range
        return levels[min(levels.count - 1, max(0, Int(share * Double(levels.count))))]
      })
  }
}
