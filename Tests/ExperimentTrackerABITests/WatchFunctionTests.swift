import CExperimentTracker
import Testing

@Suite struct WatchFunctionTests {
  @Test func `each look tells what has happened since the last one`() throws {
    let fixture = try Fixture()
    var watch: OpaquePointer?
    #expect(et_watch_open(fixture.increment, #"{"stall": "1h"}"#, &watch) == ET_OK)
    defer { et_watch_free(watch) }
    let nothing = #"{"format": 1, "events": [], "running": 1, "experiments": 1}"#
    #expect(text { et_watch_look(watch, $0) } == nothing)
    #expect(et_experiment_log_metric(fixture.experiment, "loss", .nan, 3) == ET_OK)
    let alert = text { et_watch_look(watch, $0) } ?? ""
    #expect(alert.contains(#""kind": "not-finite", "alert": true, "experiment": "x""#))
    #expect(alert.contains(#""metric": "loss", "value": "NaN", "step": 3"#))
    #expect(text { et_watch_look(watch, $0) } == nothing)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    #expect(text { et_watch_look(watch, $0) }?.contains(#""kind": "completed""#) == true)
  }

  @Test func `options that are wrong are refused`() throws {
    let fixture = try Fixture()
    func error(_ options: String) -> String {
      var watch: OpaquePointer?
      #expect(et_watch_open(fixture.increment, options, &watch) == ET_EINVALID)
      #expect(watch == nil)
      return lastError()
    }
    #expect(error(#"{"stall": "soon"}"#).contains("'soon' is no span of time"))
    #expect(error(#"{"stall": true}"#).contains("'stall' of a watch must be a span of time"))
    #expect(error(#"{"metrics": "loss"}"#).contains("'metrics' of a watch must be a list"))
    #expect(error(#"{"every": 2}"#).contains("a watch has no option 'every'"))
    var watch: OpaquePointer?
    #expect(et_watch_open(fixture.increment, #"{"stall": false, "old": true}"#, &watch) == ET_OK)
    et_watch_free(watch)
    et_watch_free(nil)
  }
}
