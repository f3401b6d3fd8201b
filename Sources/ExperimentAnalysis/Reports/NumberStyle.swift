import TrackingEntities

/// How the numbers of one column are written: alike, and with as many decimals as tell them apart.
enum NumberStyle: Equatable {
  /// Every value was logged as an integer.
  case integers
  /// Every value was logged as true or false.
  case booleans
  /// A fixed number of decimals.
  case decimals(Int)
  /// Seconds.
  case seconds
  /// Sizes in bytes.
  case bytes

  /// No column has more decimals; values that agree this far are called a tie.
  static let mostDecimals = 6

  /// The style for the values of a column: two decimals; more as long as the values have more
  /// within four digits that count, and as long as different values, or a small value and zero,
  /// would look the same.
  init(for values: [MetricValue]) {
    let allIntegers = values.allSatisfy { if case .integer = $0 { true } else { false } }
    let allBooleans = values.allSatisfy { if case .boolean = $0 { true } else { false } }
    if values.isEmpty {
      self = .decimals(2)
    } else if allIntegers || allBooleans {
      self = allIntegers ? .integers : .booleans
    } else {
      let doubles = values.map(\.double)
      self = .decimals(max(Self.decimals(telling: doubles), Self.decimals(writing: doubles)))
    }
  }

  /// The value as the column writes it.
  func text(_ value: MetricValue) -> String {
    switch (self, value) {
    case (.seconds, _): DurationText.seconds(value.double)
    case (.bytes, _):
      UInt64(exactly: value.double.rounded()).map(NumberText.bytes)
        ?? NumberText.fixed(value.double, decimals: 2)
    case (.integers, .integer(let integer)): String(integer)
    case (.booleans, .boolean(let flag)): flag ? "true" : "false"
    case (.decimals(let decimals), _): NumberText.fixed(value.double, decimals: decimals)
    default: NumberText.fixed(value.double, decimals: 2)
    }
  }

  /// So many decimals that the largest value has four digits that count, none of them a zero that
  /// no value needs.
  private static func decimals(writing values: [Double]) -> Int {
    let sizes = values.map(abs).filter { $0 > 0 && $0 < NumberText.fixedLimit }
    guard let largest = sizes.max() else { return 2 }
    let digits = (2...mostDecimals).first { largest * NumberText.powersOfTen[$0] > 1000 - 1e-6 }
    let needed = sizes.map { size in
      (2...mostDecimals).first { places in
        let scaled = size * NumberText.powersOfTen[places]
        return abs(scaled - scaled.rounded()) <= 1e-9 * scaled
      } ?? mostDecimals
    }
    return min(digits ?? mostDecimals, needed.max() ?? 2)
  }

  /// So many decimals that the last one counts for no more than the smallest difference: with
  /// fewer, 0.9649 and 0.9651 would look like 0.96 and 0.97. What agrees to the most decimals is
  /// one value.
  private static func decimals(telling values: [Double]) -> Int {
    let finest = 1 / NumberText.powersOfTen[mostDecimals]
    var different: [Double] = [0]
    for value in values.map(abs).filter({ $0 < NumberText.fixedLimit }).sorted() {
      if let last = different.last, value - last >= finest / 2 { different.append(value) }
    }
    var smallest = different.count > 1 ? different[1] : 1
    for (lower, upper) in zip(different.dropFirst(), different.dropFirst(2)) {
      smallest = min(smallest, upper - lower)
    }
    // 0.82 - 0.81 is a little less than 0.01.
    return (2..<mostDecimals).first { NumberText.powersOfTen[$0] * smallest > 1 - 1e-6 }
      ?? mostDecimals
  }
}
