package import TrackingEntities

/// From where on a review calls a fact worth telling; docs/review.md explains each.
package enum ReviewThresholds {
  /// So many different values of a parameter make a range that was searched.
  static let fewestValues = 3
  /// With so many runs at the end of a range, and so many elsewhere, an effect is told from chance.
  static let enoughRuns = 10
  /// A score is this part better on the training data than on other data.
  static let gapOfScore = 0.1
  /// A loss is this part smaller on the training data than on other data.
  static let gapOfLoss = 0.25
  /// A history has so many points before its shape is looked at.
  static let fewestPoints = 20
  /// A history is looked at in so many stretches, by the mean of each.
  static let stretches = 10
  /// This part of all that a metric got better is lost again at the end.
  static let loss = 0.1
  /// This part of all that a metric got better was still won in the last stretch.
  static let lateGain = 0.05
  /// Less than this part was won in the second half.
  static let plateauGain = 0.01
  /// The curves of so many experiments are read, the best ones.
  static let mostCurves = 10
  /// A longer history is not read.
  static let longestHistory = 1_000_000
  /// A metric that this part of the completed experiments has is missed in the others.
  static let usualMetric = 0.5
  /// Experiments that a sentence names.
  static let mostNamed = 5

  /// As JSON values, by the names of docs/review.md.
  package static var value: Value {
    [
      "fewest_values": .integer(Int64(fewestValues)),
      "enough_runs": .integer(Int64(enoughRuns)),
      "gap_of_score": .number(gapOfScore),
      "gap_of_loss": .number(gapOfLoss),
      "significance": .number(WelchTest.significance),
      "fewest_points": .integer(Int64(fewestPoints)),
      "stretches": .integer(Int64(stretches)),
      "loss": .number(loss),
      "late_gain": .number(lateGain),
      "plateau_gain": .number(plateauGain),
      "most_curves": .integer(Int64(mostCurves)),
      "longest_history": .integer(Int64(longestHistory)),
      "usual_metric": .number(usualMetric),
    ]
  }
}
