/// Which way a metric gets better.
public enum MetricDirection: String, Sendable, CaseIterable {
  /// Larger values are better: accuracy, AUC, throughput.
  case higher
  /// Smaller values are better: loss, error, time.
  case lower

  /// The direction that a metric's name tells, or nil if it tells none.
  ///
  /// The name is read word by word, so `val_loss`, `test/rmse`, `precision@10`, `trainLoss` and
  /// `map50` are known by one of their words. In order: scikit-learn's `neg_` turns an error into a
  /// score; phrases such as `samples_per_second` or `brier_skill` come before their words; a word
  /// for something bad outweighs a word for something good (`brier_score`, `mean_score_time`).
  public init?(knownFor key: Key) {
    let words = MetricWords.split(key)
    if words.contains("neg") {
      self = .higher
    } else if MetricWords.higherPhrases.contains(where: { Self.occurs($0, in: words) }) {
      self = .higher
    } else if MetricWords.lowerPhrases.contains(where: { Self.occurs($0, in: words) }) {
      self = .lower
    } else if words.last.map(MetricWords.spread.contains) == true {
      self = .lower
    } else if Self.anyOccurs(words, of: MetricWords.lower) {
      self = .lower
    } else if Self.anyOccurs(words, of: MetricWords.higher) {
      self = .higher
    } else {
      return nil
    }
  }

  /// `Highest` or `Lowest`: what the best value of a metric is called.
  package var superlative: String { self == .higher ? "Highest" : "Lowest" }

  /// Whether one value is better than another. Infinities and NaN are better than nothing finite.
  package func isBetter(_ value: Double, than other: Double) -> Bool {
    guard value.isFinite == other.isFinite else { return value.isFinite }
    return self == .higher ? value > other : value < other
  }

  private static func occurs(_ phrase: [String], in words: [String]) -> Bool {
    guard words.count >= phrase.count else { return false }
    return (0...(words.count - phrase.count)).contains { start in
      words[start..<(start + phrase.count)].elementsEqual(phrase)
    }
  }

  private static func anyOccurs(_ words: [String], of known: Set<String>) -> Bool {
    words.contains { known.contains($0) || known.contains(MetricWords.withoutDigits($0)) }
  }
}
