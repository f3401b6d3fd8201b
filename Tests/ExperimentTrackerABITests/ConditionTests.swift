import CExperimentTracker
import Testing

@Suite struct ConditionTests {
  @Test func `a listing takes a condition, an order and a limit`() throws {
    let fixture = try Fixture()
    var other: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "y", #"{"capture": false}"#, &other) == ET_OK)
    defer { et_experiment_free(other) }
    #expect(et_experiment_log_metric(fixture.experiment, "auc", 0.7, 0) == ET_OK)
    #expect(et_experiment_log_metric(other, "auc", 0.9, 0) == ET_OK)

    let good = try #require(fixture.listing(#"{"where": "metrics.auc > 0.8"}"#))
    #expect(good.experiments.count == 1 && good.experiments[0].contains(#""name": "y""#))
    let best = try #require(fixture.listing(#"{"sort_by": "auc", "descending": true, "limit": 1}"#))
    #expect(best.experiments.count == 1 && best.experiments[0].contains(#""name": "y""#))
    let unknown = try #require(fixture.listing(#"{"where": "metrics.auk > 0.8"}"#))
    #expect(unknown.experiments.isEmpty)
    #expect(unknown.notes.hasPrefix(#"["No experiment has the metric"#))
  }

  @Test func `a condition that cannot be read is an invalid argument with its place`() throws {
    let fixture = try Fixture()
    #expect(fixture.listing(#"{"where": "nam == 'x'"}"#) == nil)
    #expect(lastError().contains("column 1: there is no field 'nam'; did you mean name"))
    #expect(lastError().hasSuffix("\n  nam == 'x'\n  ^~~"))
    var comparison: OpaquePointer?
    #expect(
      et_increment_compare(fixture.increment, #"{"where": "nam == 'x'"}"#, &comparison)
        == ET_EINVALID)
    #expect(comparison == nil)
    #expect(fixture.listing(#"{"limit": -1}"#) == nil)
    #expect(fixture.listing(#"{"sort_by": "tags"}"#) == nil)
  }
}
