import CExperimentTracker
import Testing
import TrackingTestSupport

@Suite struct StepAndMeanTests {
  private func history(_ experiment: OpaquePointer?, _ key: String) -> [Int64] {
    var history: OpaquePointer?
    guard et_history_open(experiment, key, &history) == ET_OK else { return [] }
    defer { et_history_free(history) }
    let steps = et_history_steps(history)
    return (0..<et_history_count(history)).compactMap { steps?[$0] }
  }

  @Test(arguments: ["direct", "buffered"])
  func `ET_AUTO_STEP is the next step in every function that takes one`(writes: String) throws {
    let fixture = try Fixture()
    var experiment: OpaquePointer?
    let options = #"{"capture": false, "writes": "\#(writes)"}"#
    #expect(et_experiment_start(fixture.increment, "steps", options, &experiment) == ET_OK)
    defer { et_experiment_free(experiment) }
    "a".withCString { key in
      let keys: [UnsafePointer<CChar>?] = [key]
      for _ in 0..<20 {
        #expect(et_experiment_log_metric(experiment, key, 0.5, .min) == ET_OK)
        #expect(et_experiment_log_metric_int(experiment, key, 1, .min) == ET_OK)
        #expect(et_experiment_log_metric_bool(experiment, key, 1, .min) == ET_OK)
        #expect(et_experiment_log_metrics(experiment, keys, [0.5], 1, .min) == ET_OK)
      }
    }
    #expect(
      et_experiment_log_series(experiment, "a", [1, 2, 3], [.min, 100, .min], nil, 3) == ET_OK)
    #expect(history(experiment, "a") == Array(0..<81) + [100, 101])
  }

  @Test(arguments: [
    ([Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude], #""mean": 0.0"#),
    ([.infinity, 1, 1], #""mean": "Infinity""#),
    ([.infinity, -.infinity], #""mean": "NaN""#),
  ])
  func `a mean is read as it is documented`(values: [Double], shown: String) throws {
    let fixture = try Fixture()
    for value in values {
      #expect(et_experiment_log_metric(fixture.experiment, "m", value, .min) == ET_OK)
    }
    let json = fixture.json()
    #expect(json.contains(shown) || json.contains(shown.replacing(" ", with: "")), "\(json)")
  }
}
