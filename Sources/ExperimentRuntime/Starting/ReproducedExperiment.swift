package import TrackingEntities

/// The experiment that a program reproduces, where it was started for that.
package enum ReproducedExperiment {
  /// The variable of the environment with the id of the experiment.
  package static let variable = "SPECWEAVE_REPRODUCES"
  /// The section of facts that says so, and later what came of it.
  package static let section = ExperimentSnapshot.reproduction

  static func fact(_ environment: [String: String]) -> Record? {
    guard let id = environment[variable], !id.isEmpty else { return nil }
    return .fact(section: section, value: ["of": .text(id)])
  }

  /// Whether the program runs for a reproduction.
  static func isUnderWay(_ environment: [String: String]) -> Bool {
    environment[variable]?.isEmpty == false
  }

  /// Whether the program may resume or replace an experiment: one that is run again may do so only
  /// to what it has started itself, never to the experiment that it reproduces, nor to others.
  static func allows(_ snapshot: ExperimentSnapshot, _ environment: [String: String]) -> Bool {
    guard isUnderWay(environment) else { return true }
    let fact = snapshot.fact(section)
    return fact?["of"]?.text == environment[variable] && fact?["verdict"] == nil
  }
}
