public import TrackingEntities

/// One fact about the experiments of an increment that a reviewer would want to know: a sentence
/// with its numbers, and what to try.
public struct Finding: Sendable, Equatable {
  /// What kind of fact it is, the most urgent first.
  public enum Kind: String, Sendable, CaseIterable {
    /// A metric became NaN or infinite.
    case notFinite = "not-finite"
    /// Experiments failed.
    case failures
    /// The best ones do not differ by more than their noise.
    case tie
    /// Nothing says how large the noise is.
    case noiseUnknown = "noise-unknown"
    /// The best value of a parameter lies at the end of what was tried.
    case edge
    /// A metric is better on the training data than on other data.
    case gap
    /// A metric got worse again after its best value.
    case worsening
    /// A metric was still getting better when the experiment ended.
    case unfinished
    /// A metric did not get better any more, long before the experiment ended.
    case plateau
    /// Some experiments have no value of a metric that most have.
    case missingMetric = "missing-metric"
  }

  /// One experiment that shows it, with its numbers.
  public struct Case: Sendable, Equatable {
    /// The experiment's name as the sentence has it.
    public let name: String
    /// Its folder, relative to the increment's `experiments/`.
    public let folder: String
    /// Its numbers by name.
    public let numbers: [Value.Entry]

    init(_ name: String, _ folder: String, _ numbers: [Value.Entry] = []) {
      self.name = name
      self.folder = folder
      self.numbers = numbers
    }
  }

  /// What kind of fact it is.
  public let kind: Kind
  /// What it is about: a metric or a parameter, within a sweep after the sweep's folder.
  public let subject: String
  /// The fact.
  public let sentence: String
  /// What to try.
  public let advice: String
  /// The experiments that show it.
  public let cases: [Case]
  /// The numbers that belong to no single experiment, by name.
  public let numbers: [Value.Entry]

  init(
    _ kind: Kind, _ subject: String, _ sentence: String, advice: String, _ cases: [Case],
    _ numbers: [Value.Entry] = []
  ) {
    self.kind = kind
    self.subject = VisibleText.line(subject)
    self.sentence = sentence
    self.advice = advice
    self.cases = cases
    self.numbers = numbers
  }

  /// The same for the same fact in every review: `edge/max_depth`.
  public var id: String { kind.rawValue + "/" + subject }
}
