/// Which points of a long history are shown where not all can be.
package enum PointSelection {
  /// Fewer could not hold both ends, an extreme of each kind and the first value that is no number.
  package static let fewest = 5

  /// The places of at most so many points, in order: both ends, the first value that is no number,
  /// and of each of equal stretches the smallest and the largest. No minimum and no maximum is ever
  /// left out for a point beside it, as a plain stride would.
  ///
  /// - Parameters:
  ///   - count: How many points there are.
  ///   - most: How many are wanted; `fewest` at least.
  ///   - value: The value of a point.
  package static func places(
    of count: Int, most: Int, value: (Int) -> Double
  ) -> [Int] {
    let most = max(most, fewest)
    guard count > most else { return Array(0..<max(0, count)) }
    var kept: Set<Int> = [0, count - 1]
    if let lost = (0..<count).first(where: { value($0).isNaN }) { kept.insert(lost) }
    let stretches = (most - kept.count) / 2
    for stretch in 0..<stretches {
      let first = count / stretches * stretch + min(stretch, count % stretches)
      let end = first + count / stretches + (stretch < count % stretches ? 1 : 0)
      let numbers = (first..<end).filter { !value($0).isNaN }
      if let lowest = numbers.min(by: { value($0) < value($1) }) { kept.insert(lowest) }
      if let highest = numbers.max(by: { value($0) < value($1) }) { kept.insert(highest) }
    }
    return kept.sorted()
  }
}
