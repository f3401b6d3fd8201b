import TrackingEntities

/// The statistics of all metrics in `.summary.json`, a list for each: quickly read, and a table
/// wherever lists of equal length are one.
enum MetricColumns {
  static func encode(_ metrics: [MetricSummary]) -> Value {
    [
      "key": .list(metrics.map { .text($0.key.text) }),
      "last": .list(metrics.map(\.last.value)),
      "last_step": .list(metrics.map { .integer($0.lastStep) }),
      "last_time": .list(metrics.map { .number($0.lastTime) }),
      "count": .list(metrics.map { .integer(Int64($0.count)) }),
      "numbers": .list(metrics.map { .integer(Int64($0.numbers)) }),
      "min": .list(metrics.map { .number($0.minimum) }),
      "min_step": .list(metrics.map { .integer($0.minimumStep) }),
      "max": .list(metrics.map { .number($0.maximum) }),
      "max_step": .list(metrics.map { .integer($0.maximumStep) }),
      "mean": .list(metrics.map { .number($0.mean) }),
      "highest_step": .list(metrics.map { .integer($0.highestStep) }),
    ]
  }

  /// Nil where the lists are not what `encode` writes.
  static func decode(_ columns: Value) -> [MetricSummary]? {
    var fields = MapFields(columns)
    guard let keys = fields("key")?.elements.compactMap(\.text),
      let last = fields("last")?.elements.compactMap(MetricValue.init),
      let lastStep = fields("last_step")?.elements.compactMap(\.integer),
      let lastTime = fields("last_time")?.elements.compactMap(\.statistic),
      let count = fields("count")?.elements.compactMap(\.integer),
      let numbers = fields("numbers")?.elements.compactMap(\.integer),
      let minimum = fields("min")?.elements.compactMap(\.statistic),
      let minimumStep = fields("min_step")?.elements.compactMap(\.integer),
      let maximum = fields("max")?.elements.compactMap(\.statistic),
      let maximumStep = fields("max_step")?.elements.compactMap(\.integer),
      let mean = fields("mean")?.elements.compactMap(\.statistic),
      let highestStep = fields("highest_step")?.elements.compactMap(\.integer)
    else { return nil }
    let lengths = [
      last.count, lastStep.count, lastTime.count, count.count, numbers.count, minimum.count,
      minimumStep.count, maximum.count, maximumStep.count, mean.count, highestStep.count,
    ]
    guard lengths.allSatisfy({ $0 == keys.count }) else { return nil }
    return keys.indices.map { place in
      var summary = MetricSummary(
        Point(
          key: Key(keys[place]), value: last[place], step: lastStep[place],
          time: lastTime[place]))
      (summary.count, summary.numbers) = (Int(count[place]), Int(numbers[place]))
      (summary.minimum, summary.minimumStep) = (minimum[place], minimumStep[place])
      (summary.maximum, summary.maximumStep) = (maximum[place], maximumStep[place])
      (summary.mean, summary.highestStep) = (mean[place], highestStep[place])
      return summary
    }
  }
}
