package import TrackingEntities

/// The experiment that a program reproduces, where it was started for that.
package enum ReproducedExperiment {
  /// The variable of the environment with the id of the experiment.
  package static let variable = "SPECWEAVE_REPRODUCES"
  /// The section of facts that says so, and later what came of it.
  package static let section: Key = "reproduction"

  static func fact(_ environment: [String: String]) -> Record? {
    guard let id = environment[variable], !id.isEmpty else { return nil }
    return .fact(section: section, value: ["of": .text(id)])
  }
}
