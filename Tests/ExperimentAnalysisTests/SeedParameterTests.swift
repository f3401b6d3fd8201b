import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct SeedParameterTests {
  private func snapshot(_ id: String, _ params: [Value.Entry]) -> ExperimentSnapshot {
    var snapshot = ExperimentSnapshot(
      identity: ExperimentIdentity(id: id, name: id, created: 0), folder: id)
    snapshot.status = .completed
    snapshot.params = params.map { .init(key: $0.key, value: $0.value) }
    return snapshot
  }

  private static let seeds = ["seed", "random_state", "random_seed", "numpy.seed", "modelSeed"]

  @Test(arguments: seeds)
  func `a seed is one wherever it is asked`(name: String) {
    #expect(SeedParameter.matches(Key(name)))
    let one = snapshot("a", [.init(Key(name), 1), .init("depth", 3)])
    let other = snapshot("b", [.init(Key(name), 2), .init("depth", 3)])
    let deeper = snapshot("c", [.init(Key(name), 2), .init("depth", 4)])
    #expect(SeedRuns.of(one, among: [one, other, deeper]).map(\.identity.id) == ["b"])
  }

  @Test(arguments: ["seeds", "state", "seedling", "random"])
  func `another parameter is none`(name: String) {
    #expect(!SeedParameter.matches(Key(name)))
    let one = snapshot("a", [.init(Key(name), 1)])
    #expect(SeedRuns.of(one, among: [snapshot("b", [.init(Key(name), 2)])]).isEmpty)
  }
}
