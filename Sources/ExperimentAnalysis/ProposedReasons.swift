import TrackingEntities

/// Reasons for an experiment that are computed from what was recorded, and were given by nobody.
///
/// Every sentence is a fixed predicate over the numbers of the table:
///
/// - *Best m (v vs baseline b, +44% improvement); the baseline is n*: first by the primary metric;
///   the baseline is the best of the other completed experiments that are called one. Else *Rank r
///   of n by m*, and whether it is better than the baseline.
/// - *Also best of n in m*: of the metrics whose direction is known, no completed experiment has a
///   better value, and at least one has a worse one.
/// - *Stable across n folds (std=s)*: the standard deviation over the folds of cross-validation is
///   at most a tenth of the mean; else *Varies*.
/// - *Training took t*: compared with that of the baseline, else with the median. Of an experiment
///   that logged no training time: *The experiment took t*, from one second on.
struct ProposedReasons {
  private let rows: [Comparison.Row]
  private let primary: PrimaryMetric
  private let style: NumberStyle
  private let directions: [Key: MetricDirection]

  /// - Parameter rows: All of them, ranked.
  init(
    _ rows: [Comparison.Row], _ primary: PrimaryMetric, _ style: NumberStyle,
    directions: [Key: MetricDirection] = [:]
  ) {
    self.rows = rows
    self.primary = primary
    self.style = MetricUnit(of: primary.key)?.style ?? style
    self.directions = directions
  }

  /// The sentences about one row.
  ///
  /// - Parameter besidesTable: Whether the reader sees the table and the reasons for the best too;
  ///   what these say is then left out.
  func sentences(for row: Comparison.Row, besidesTable: Bool) -> [String] {
    guard row.group == nil, row.status == .completed else { return [] }
    let baseline = Baseline.strongest(among: rows, primary, besides: row)
    var sentences: [String] = []
    if baseline != nil || !besidesTable { sentences += standing(of: row, baseline) }
    if let others = otherMetrics(of: row) { sentences.append(others) }
    if let stability = stability(of: row) { sentences.append(stability) }
    if let cost = cost(of: row, baseline, besidesTable: besidesTable) { sentences.append(cost) }
    return sentences
  }

  private var ranked: [Comparison.Row] { rows.filter { $0.rank != nil } }

  private func standing(of row: Comparison.Row, _ baseline: Comparison.Row?) -> [String] {
    guard let score = row.score, let rank = row.rank else { return [] }
    let name = Heading.prose(primary.key)
    let value = style.text(score)
    let against = baseline.flatMap { compare(score, with: $0) }
    let count = ranked.count
    guard rank == 1 else {
      let best = ranked.first { $0.rank == 1 && $0.name != row.name }
      let first = best.flatMap { best in
        best.score.map { "; best \(style.text($0)) of \(best.name)" }
      }
      let place = "Rank \(rank) of \(count) by \(name) (\(value)\(first ?? ""))"
      return against.map { [place, $0.sentence(name, value)] } ?? [place]
    }
    let best = ranked.contains { $0.rank == 1 && $0.name != row.name } ? "Shared best" : "Best"
    if let against { return [against.sentence(name, value, best: best)] }
    return [
      count > 1
        ? "\(best) \(name) (\(value)) of \(count) experiments"
        : "Only completed experiment with \(name) (\(value))"
    ]
  }

  private struct Against {
    var name: String
    /// `vs baseline 0.18, +44% improvement`
    var text: String
    var isBetter: Bool

    /// - Parameter best: What the value is called if it is better than that of the baseline.
    func sentence(_ metric: String, _ value: String, best: String? = nil) -> String {
      let verdict = isBetter ? best : nil
      let start =
        verdict.map { "\($0) \(metric)" }
        ?? "\(isBetter ? "Better" : "No better") \(metric) than the baseline"
      return "\(start) (\(value) \(text)); the baseline is \(name)"
    }
  }

  private func compare(_ score: MetricValue, with baseline: Comparison.Row) -> Against? {
    guard let base = baseline.score else { return nil }
    var text = "vs baseline \(style.text(base))"
    let change = RelativeChange(from: base.double, to: score.double)
    if let change { text += ", " + change.text(primary.direction) }
    return Against(
      name: baseline.name, text: text,
      isBetter: primary.direction.isBetter(score.double, than: base.double))
  }

  private static let mostNamed = 5

  private func otherMetrics(of row: Comparison.Row) -> String? {
    var names: [String] = []
    let others = ranked.filter { $0.name != row.name }
    guard row.rank != nil, !others.isEmpty else { return nil }
    for metric in row.snapshot.metrics where metric.last.double.isFinite && isResult(metric.key) {
      guard let direction = directions[metric.key] ?? MetricDirection(knownFor: metric.key) else {
        continue
      }
      let values = others.compactMap { $0.snapshot.metric(metric.key)?.last.double }
      let own = metric.last.double
      if values.contains(where: { direction.isBetter(own, than: $0) }),
        !values.contains(where: { direction.isBetter($0, than: own) })
      {
        names.append(Heading.prose(metric.key))
      }
    }
    guard !names.isEmpty else { return nil }
    let also = row.rank == 1 ? "Also best" : "Best"
    return "\(also) of \(others.count + 1) in \(WordList.text(names, most: Self.mostNamed))"
  }

  /// Whether a metric says how good an experiment is: no cost, no spread, nothing of training data.
  private func isResult(_ key: Key) -> Bool {
    if key == primary.key || DetailMetric.matches(key) || MetricUnit(of: key) != nil {
      return false
    }
    let words = MetricWords.split(key)
    return MetricWords.training.isDisjoint(with: words)
      && words.last.map(MetricWords.spread.contains) != true && !TrainingTime.isAsked(for: key)
  }

  private func stability(of row: Comparison.Row) -> String? {
    let std = Key(bytes: primary.key.bytes + Array("_std".utf8))
    let series = Key(bytes: Array("fold/".utf8) + primary.key.bytes)
    guard let score = row.score?.double, score.isFinite,
      let deviation = row.snapshot.metric(std)?.last, deviation.double.isFinite,
      let folds = row.snapshot.metric(series)?.count, folds > 1
    else { return nil }
    let text = NumberStyle(for: [deviation]).text(deviation)
    return deviation.double <= 0.1 * abs(score) + 1e-12
      ? "Stable across \(folds) folds of cross-validation (std=\(text))"
      : "Varies across \(folds) folds of cross-validation (std=\(text))"
  }

  private func cost(
    of row: Comparison.Row, _ baseline: Comparison.Row?, besidesTable: Bool
  ) -> String? {
    guard let own = row.trainingTime, !primary.isTime else { return nil }
    let isLogged = TrainingTime.of(row.snapshot)?.source != nil
    guard isLogged || own >= 1 else { return nil }
    let start = (isLogged ? "Training took " : "The experiment took ") + DurationText.seconds(own)
    if let base = baseline?.trainingTime {
      let against = DurationText.seconds(base)
      let ratio = own / base
      guard ratio >= 1.5, ratio < 1e6 else { return "\(start), that of the baseline \(against)" }
      return "\(start), \(NumberText.short(ratio)) times as long as the baseline (\(against))"
    }
    let times = rows.compactMap { $0.status == .completed ? $0.trainingTime : nil }.sorted()
    guard !besidesTable, times.count > 1 else { return besidesTable ? nil : start }
    let middle = times.count / 2
    let median = times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
    return "\(start), the median of \(times.count) is \(DurationText.seconds(median))"
  }
}

/// Experiments to compare others with.
enum Baseline {
  private static let words: Set<String> = ["baseline", "baselines"]

  /// The best of the ranked rows that are called a baseline, by their name, a tag, or a short
  /// description such as `Popularity baseline`.
  static func strongest(
    among rows: [Comparison.Row], _ primary: PrimaryMetric, besides row: Comparison.Row
  ) -> Comparison.Row? {
    var strongest: (row: Comparison.Row, value: Double)?
    for other in rows where other.rank != nil && other.name != row.name && isOne(other) {
      guard let value = other.score?.double else { continue }
      if let known = strongest, !primary.direction.isBetter(value, than: known.value) { continue }
      strongest = (other, value)
    }
    return strongest?.row
  }

  static func isOne(_ row: Comparison.Row) -> Bool {
    let snapshot = row.sweep ?? row.snapshot
    if ([snapshot.name] + snapshot.tags).contains(where: isNamedSo) { return true }
    let description = snapshot.fact("about")?["description"]?.text ?? ""
    // A longer one may say that the baseline is beaten.
    let said = MetricWords.split(Key(String(description.prefix(80))))
    return said.first.map(words.contains) == true
      || (said.count <= 3 && said.last.map(words.contains) == true)
  }

  private static func isNamedSo(_ name: String) -> Bool {
    MetricWords.split(Key(name)).contains { words.contains(MetricWords.withoutDigits($0)) }
  }
}

/// By how much a value differs from another, in percent.
struct RelativeChange {
  private let percent: Double

  /// Nil where a share says nothing: from zero, across it, or too little to be written.
  init?(from base: Double, to value: Double) {
    let percent = (value - base) / abs(base) * 100
    guard base.isFinite, value.isFinite, base != 0, (base < 0) == (value < 0) || value == 0,
      abs(percent) >= 0.05, abs(percent) < 1e5
    else { return nil }
    self.percent = percent
  }

  /// `+44% improvement`, `-17%`; of metrics that are better small `30% lower`, `20% higher`.
  func text(_ direction: MetricDirection) -> String {
    let size = NumberText.short(abs(percent)) + "%"
    switch direction {
    case .higher: return percent > 0 ? "+\(size) improvement" : "-\(size)"
    case .lower: return percent > 0 ? "\(size) higher" : "\(size) lower"
    }
  }
}

extension NumberText {
  /// `44` from ten on, else `4.2`.
  static func short(_ value: Double) -> String {
    value >= 9.95 ? fixed(value, decimals: 0) : fixed((value * 10).rounded() / 10, decimals: 1)
  }
}

/// Several words in a sentence.
enum WordList {
  /// `a, b and c`; `a, b and 3 more`.
  static func text(_ words: [String], most: Int) -> String {
    var parts = words
    if words.count > most { parts = words.prefix(most - 1) + ["\(words.count - most + 1) more"] }
    guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }
}
