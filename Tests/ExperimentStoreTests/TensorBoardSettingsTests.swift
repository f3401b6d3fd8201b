import ExperimentStore
import Testing
import TrackingEntities

@Suite struct TensorBoardSettingsTests {
  @Test func `parameters for TensorBoard are numbers, booleans and texts`() {
    var snapshot = ExperimentSnapshot(
      identity: ExperimentIdentity(id: "0", name: "x", created: 0), folder: "x")
    snapshot.params = [
      .init(key: "a", value: 1), .init(key: "b", value: .number(.nan)),
      .init(key: "c", value: .integer((1 << 53) + 1)), .init(key: "d", value: ["e": [1]]),
      .init(key: "f", value: false), .init(key: "g", value: .null),
    ]
    let settings = TensorBoardSettings.of(snapshot)
    #expect(settings.map(\.name) == ["a", "b", "c", "d.e", "f", "g"])
    #expect(
      settings.map(\.value) == [1, "NaN", "9007199254740993", "[1]", false, "None"])
  }
}
