public import TrackingEntities

/// What changed beside the score between two experiments, as facts: docs/comparing.md describes
/// the order.
public struct Explanation: Sendable {
  /// What kind of thing changed, the most likely reason for another score first.
  public enum Part: String, Sendable, CaseIterable {
    /// The data: scores on other data cannot be compared.
    case data
    /// Parameters other than seeds.
    case params
    /// The code: its commit, its uncommitted changes.
    case code
    /// Versions of packages and of the language.
    case packages
    /// The command line.
    case command
    /// The machine.
    case machine
    /// The seeds, whose influence is noise.
    case seed
    /// Everything else that was recorded.
    case other
  }

  /// What changed of one part.
  public struct Change: Sendable, Equatable {
    /// The part.
    public let part: Part
    /// The facts, in one sentence.
    public let sentence: String
    /// The parameters or facts that are not the same, by their paths.
    public let entries: [ExperimentDifference.Entry]
  }

  /// The other experiment.
  public let before: ExperimentSnapshot
  /// The experiment.
  public let after: ExperimentSnapshot
  /// The metric that is explained; nil where they have none in common.
  public let metric: ExperimentDifference.Metric?
  /// Which way it gets better; nil where that is not known.
  public let direction: MetricDirection?
  /// The p-value of the difference by the folds of both; nil where they have none.
  public let pValue: Double?
  /// How the score changed, in one sentence.
  public let score: String
  /// What changed, the most likely reason first.
  public let changes: [Change]
  /// What other experiments say of single parameters, one sentence each.
  public let evidence: [String]
  /// What is equal, one sentence each.
  public let equal: [String]
  /// What is not known to be equal, one sentence each.
  public let unknown: [String]

  /// Explains an experiment, seen from another one.
  ///
  /// - Parameters:
  ///   - others: Further experiments, which may show what a single parameter does.
  ///   - key: The metric; nil for the primary one of the two.
  package init(
    of after: ExperimentSnapshot, from before: ExperimentSnapshot,
    among others: [ExperimentSnapshot] = [], by key: Key? = nil
  ) throws(TrackingError) {
    let difference = ExperimentDifference(of: after, from: before)
    var options = ComparisonOptions()
    options.sortBy = key
    let primary = try PrimaryMetric.choose(
      among: [before, after].map { Candidate(root: $0, members: [$0]) }, options)
    let values = primary.map { ($0.value(of: before), $0.value(of: after)) }
    let metric = values.flatMap { old, new in
      primary.map { ExperimentDifference.Metric(key: $0.key, before: old, after: new) }
    }
    let pValue = metric.flatMap { metric in
      Self.folds(metric.key, before).flatMap { old in
        Self.folds(metric.key, after).flatMap { WelchTest.pValue($0, old) }
      }
    }
    let titles = difference.titles
    let parts = ExplanationParts(difference)

    self.before = before
    self.after = after
    self.metric = metric
    direction = primary.flatMap { $0.isAssumed ? nil : $0.direction }
    self.pValue = pValue
    score = Self.score(metric, primary, titles, pValue, isSeedOnly: parts.isSeedOnly)
    changes = parts.changes
    evidence =
      primary.map {
        SingleParameters(difference, titles, $0).sentences(among: others)
      } ?? []
    equal = parts.equal
    unknown = parts.unknown
  }

  private static func folds(_ key: Key, _ snapshot: ExperimentSnapshot) -> RunStatistics? {
    FoldScores.statistics(key, of: snapshot, sweep: nil)
  }

  private static func score(
    _ metric: ExperimentDifference.Metric?, _ primary: PrimaryMetric?,
    _ titles: (before: String, after: String), _ pValue: Double?, isSeedOnly: Bool
  ) -> String {
    guard let metric, let primary else { return "Neither has a metric." }
    let name = Heading.prose(metric.key)
    let values = [metric.before, metric.after].compactMap { $0 }
    let style = NumberStyle(for: values, of: metric.key)
    let texts = [(titles.before, metric.before), (titles.after, metric.after)].map { title, value in
      "\(title) \(value.map { "has \(style.text($0))" } ?? "has none")"
    }
    guard let difference = metric.difference else {
      return "\(name): \(texts.joined(separator: ", "))."
    }
    guard difference != 0 else {
      return "Both have the same \(name), \(values.first.map(style.text) ?? "–")."
    }
    var decimals = 2
    if case .decimals(let shown) = style { decimals = shown }
    let size =
      style == .seconds || style == .bytes
      ? "" : NumberText.signed(difference, decimals: style == .integers ? 0 : decimals)
    let relative = metric.relative.map { "\(NumberText.signed($0 * 100, decimals: 1))%" }
    let judgement =
      primary.isAssumed ? nil : primary.direction.isBetter(difference, than: 0) ? "better" : "worse"
    let change = [size, relative ?? "", judgement ?? ""].filter { !$0.isEmpty }
      .joined(separator: ", ")
    var sentence = "\(name): \(texts.joined(separator: ", ")) (\(change))."
    if let pValue {
      sentence +=
        pValue >= WelchTest.significance
        ? " That is within the noise of their folds (p = \(NumberText.fixed(pValue, decimals: 2)))."
        : " That is more than the noise of their folds."
    } else if isSeedOnly {
      sentence += " Nothing but the seed differs, so that this is noise."
    }
    return sentence
  }
}
