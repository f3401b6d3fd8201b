import CExperimentTracker
import Testing
import TrackingTestSupport

/// Experiments that this library only writes down: a server does it for a client, an importer for
/// another tracker.
@Suite struct ForeignExperimentTests {
  private static let id = "0123456789abcdef0123456789abcdef"

  private func start(_ fixture: Fixture, _ options: String, _ name: String = "run")
    -> OpaquePointer?
  {
    var experiment: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, name, options, &experiment) == ET_OK)
    return experiment
  }

  private func read(_ experiment: OpaquePointer?) -> String {
    text { et_experiment_read(experiment, $0) } ?? ""
  }

  @Test func `identifier and times of elsewhere are kept, also after the views are read`() throws {
    let fixture = try Fixture()
    let options = #"{"capture": false, "id": "\#(Self.id)", "created": 1700000000.125}"#
    let experiment = start(fixture, options)
    #expect(et_experiment_finish(experiment, ET_FAILED, #"{"ended": 1700000060.5}"#) == ET_OK)
    et_experiment_free(experiment)
    var loaded: OpaquePointer?
    #expect(et_experiment_open(fixture.increment, Self.id, &loaded) == ET_OK)
    defer { et_experiment_free(loaded) }
    let json = read(loaded)
    for fact in [
      #""id": "\#(Self.id)""#, #""created": 1700000000.125"#, #""ended": 1700000060.5"#,
      #""duration": 60.375"#, #""status": "failed""#,
    ] {
      #expect(json.contains(fact), "\(fact)")
    }
    let rows = fixture.listing(nil)?.experiments ?? []
    #expect(rows.contains { $0.contains(Self.id) })
  }

  @Test(arguments: [
    #"{"id": "short"}"#, #"{"id": "0123456789ABCDEF0123456789ABCDEF"}"#, #"{"id": 7}"#,
    #"{"created": NaN}"#, #"{"created": "now"}"#, #"{"host": 1}"#,
  ]) func `what is no identifier, time or host is refused and leaves nothing`(options: String)
    throws
  {
    let fixture = try Fixture()
    var experiment: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "bad", options, &experiment) == ET_EINVALID)
    #expect(experiment == nil)
    #expect(!FileTree.paths(fixture.sandbox.experiments).contains { $0.hasPrefix("bad") })
  }

  @Test func `nobody knows whether a program on another host lives, until its end is set`() throws {
    let fixture = try Fixture()
    let first = start(fixture, #"{"capture": false, "host": "client"}"#)
    #expect(read(first).contains(#""status": "running""#))
    et_experiment_free(first)
    var loaded: OpaquePointer?
    #expect(et_experiment_open(fixture.increment, "run", &loaded) == ET_OK)
    defer { et_experiment_free(loaded) }
    #expect(read(loaded).contains(#""status": "unknown""#))
    #expect(et_experiment_log_metric(loaded, "loss", 0.5, 3) == ET_OK)
    #expect(et_experiment_set_status(loaded, ET_COMPLETED, nil) == ET_EINVALID)
    let forced = #"{"force": true, "ended": 4000000000.0}"#
    #expect(et_experiment_set_status(loaded, ET_COMPLETED, forced) == ET_OK)
    let json = read(loaded)
    #expect(json.contains(#""status": "completed""#) && json.contains(#""ended": 4000000000"#))
    #expect(et_experiment_log_metric(loaded, "loss", 0.25, 4) == ET_OK)
    var other: OpaquePointer?
    #expect(et_experiment_open(fixture.increment, "run", &other) == ET_OK)
    #expect(read(other).contains(#""status": "completed""#))
    #expect(read(other).contains(#""count": 2"#))
    et_experiment_free(other)
  }

  @Test func `with an identifier that one of several runs of a name is resumed`() throws {
    let fixture = try Fixture()
    let first = start(fixture, #"{"capture": false, "id": "\#(Self.id)"}"#)
    #expect(et_experiment_finish(first, nil, nil) == ET_OK)
    et_experiment_free(first)
    let second = start(fixture, #"{"capture": false}"#)
    #expect(et_experiment_finish(second, nil, nil) == ET_OK)
    et_experiment_free(second)
    let again = start(fixture, #"{"capture": false, "resume": true, "id": "\#(Self.id)"}"#)
    let path = et_experiment_path(again).map { String(cString: $0) } ?? ""
    #expect(path.hasSuffix("/run"))
    et_experiment_free(again)
    var none: OpaquePointer?
    let unknown = #"{"resume": true, "id": "ffffffffffffffffffffffffffffffff"}"#
    #expect(et_experiment_start(fixture.increment, "run", unknown, &none) == ET_ENOEXPERIMENT)
  }

  @Test func `a sample keeps the ends, the extremes and what is no number`() throws {
    let fixture = try Fixture()
    var values = (0..<1000).map { Double($0 % 10) }
    (values[500], values[777], values[123]) = (-5, 99, .nan)
    #expect(
      et_experiment_log_series(fixture.experiment, "loss", values, nil, nil, values.count) == ET_OK)
    var history: OpaquePointer?
    var sample: OpaquePointer?
    #expect(et_history_open(fixture.experiment, "loss", &history) == ET_OK)
    defer { et_history_free(history) }
    #expect(et_history_sample(history, 20, &sample) == ET_OK)
    let steps = (0..<et_history_count(sample)).compactMap { et_history_steps(sample)?[$0] }
    #expect(steps.count <= 20 && steps == steps.sorted())
    #expect(Set([0, 123, 500, 777, 999]).isSubset(of: steps))
    let place = steps.firstIndex(of: 777) ?? 0
    #expect(et_history_values(sample)?[place] == 99)
    #expect(et_history_times(sample)?[place] == et_history_times(history)?[777])
    et_history_free(sample)
    #expect(et_history_sample(history, 100_000, &sample) == ET_OK)
    #expect(et_history_count(sample) == 1000)
    et_history_free(sample)
    #expect(et_history_sample(nil, 20, &sample) == ET_EINVALID)
  }

  @Test func `a sample of integers is of integers`() throws {
    let fixture = try Fixture()
    for step in 0..<50 {
      #expect(
        et_experiment_log_metric_int(fixture.experiment, "n", Int64.max - Int64(step), Int64(step))
          == ET_OK)
    }
    var history: OpaquePointer?
    var sample: OpaquePointer?
    #expect(et_history_open(fixture.experiment, "n", &history) == ET_OK)
    #expect(et_history_sample(history, 6, &sample) == ET_OK)
    #expect(et_history_integers(sample)?[0] == Int64.max)
    et_history_free(sample)
    et_history_free(history)
  }
}
