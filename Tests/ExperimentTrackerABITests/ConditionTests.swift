import CExperimentTracker
import Testing

@Suite struct ConditionTests {
  private func list(_ door: Door, _ options: String) -> String? {
    text { et_increment_list(door.increment, options, $0) }
  }

  @Test func `a listing takes a condition, an order and a limit`() throws {
    let door = try Door()
    var other: OpaquePointer?
    #expect(et_experiment_start(door.increment, "y", #"{"capture": false}"#, &other) == ET_OK)
    defer { et_experiment_free(other) }
    #expect(et_log_metric(door.experiment, "auc", 0.7, 0) == ET_OK)
    #expect(et_log_metric(other, "auc", 0.9, 0) == ET_OK)

    let good = list(door, #"{"where": "metrics.auc > 0.8"}"#) ?? ""
    #expect(good.contains(#""name": "y""#) && !good.contains(#""name": "x""#))
    let best = list(door, #"{"sort_by": "auc", "descending": true, "limit": 1}"#) ?? ""
    #expect(best.contains(#""name": "y""#) && !best.contains(#""name": "x""#))
    let unknown = list(door, #"{"where": "metrics.auk > 0.8"}"#) ?? ""
    #expect(unknown.contains(#""experiments": [], "notes": ["No experiment has the metric"#))
  }

  @Test func `a condition that can not be read is an invalid argument with its place`() throws {
    let door = try Door()
    #expect(list(door, #"{"where": "nam == 'x'"}"#) == nil)
    #expect(lastError().contains("column 1: there is no field 'nam'; did you mean name"))
    #expect(lastError().hasSuffix("\n  nam == 'x'\n  ^~~"))
    var comparison: OpaquePointer?
    #expect(
      et_compare(door.increment, #"{"where": "nam == 'x'"}"#, &comparison) == ET_EINVALID)
    #expect(comparison == nil)
    #expect(list(door, #"{"limit": -1}"#) == nil)
    #expect(list(door, #"{"sort_by": "tags"}"#) == nil)
  }
}
