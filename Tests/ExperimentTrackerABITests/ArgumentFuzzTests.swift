import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

/// Arbitrary bytes for every text argument, from a fixed seed: whatever comes back, nothing traps
/// and nothing is written outside the experiment.
@Suite struct ArgumentFuzzTests {
  @Test func `no text argument traps or leads out of the store`() throws {
    let fixture = try Fixture()
    try fixture.sandbox.write("source.txt", "x")
    let before = outside(fixture.sandbox)
    var texts = Texts(seed: 20_261_122)
    for number in 0..<3_000 {
      call(number % 30, fixture, texts.next(), texts.next())
      #expect(!lastError().contains("\0"))
    }
    #expect(outside(fixture.sandbox) == before)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    #expect(fixture.json().contains(#""status": "completed""#))
  }

  private func call(_ number: Int, _ fixture: Fixture, _ a: [CChar], _ b: [CChar]) {
    var handle: OpaquePointer?
    let experiment = fixture.experiment
    switch number {
    case 0: _ = et_experiment_log_metric(experiment, a, 1, 0)
    case 1: _ = et_experiment_log_param_text(experiment, a, b)
    case 2: _ = et_experiment_log_params(experiment, a)
    case 3: _ = et_experiment_log_note(experiment, a)
    case 4: _ = et_experiment_add_tag(experiment, a)
    case 5: _ = et_experiment_remove_tag(experiment, a)
    case 6: _ = et_experiment_set_status(experiment, a, b)
    case 7: _ = et_experiment_select(experiment, a)
    case 8: _ = et_experiment_log_fact(experiment, a, b)
    case 9: _ = et_experiment_log_fact(experiment, a, #"{"x": 1}"#)
    case 10: _ = et_experiment_save_bytes(experiment, a, "x", 1, nil)
    case 11: _ = et_experiment_save_bytes(experiment, "fuzz.txt", "x", 1, b)
    case 12:
      let source = Array((fixture.sandbox.path + "/nowhere-").utf8CString.dropLast()) + a
      _ = et_experiment_save_file(experiment, source, "fuzz2.txt", nil)
    case 13: _ = et_experiment_save_file(experiment, fixture.sandbox.path + "/source.txt", a, nil)
    case 14: _ = et_experiment_capture_text(experiment, a, b, b.count)
    case 15:
      _ = text { et_artifact_path(experiment, a, $0) }
      _ = et_artifact_check(experiment, a, UInt64(b.count))
    case 16:
      _ = et_history_open(experiment, a, &handle)
      et_history_free(handle)
    case 17:
      _ = et_increment_compare(fixture.increment, a, &handle)
      et_comparison_free(handle)
    case 18:
      _ = et_experiment_open(fixture.increment, a, &handle)
      et_experiment_free(handle)
    case 19:
      _ = et_increment_open(a, fixture.sandbox.path, &handle)
      et_increment_free(handle)
    case 20:
      var listing: OpaquePointer?
      _ = et_listing_open(fixture.increment, a, &listing)
      et_listing_free(listing)
    case 21: _ = et_experiment_log_text(experiment, a, b, 0, 0)
    case 22: _ = et_experiment_log_summary(experiment, a, a.count, 0, 0)
    case 23:
      _ = et_value_reader_open(experiment, a, b, &handle)
      et_value_reader_free(handle)
    case 25:
      _ = et_document_parse(a, &handle)
      _ = et_node_get(et_document_root(handle), b)
      et_document_free(handle)
    case 26: _ = text { et_artifact_find(fixture.increment, a, $0) }
    case 27: _ = text { et_artifact_use(experiment, experiment, a, $0) }
    case 28:
      var snapshot: UnsafeMutablePointer<et_snapshot>?
      var project: UnsafeMutablePointer<et_project>?
      var value = 0.0
      _ = et_experiment_snapshot(experiment, &snapshot)
      _ = et_snapshot_param_double(snapshot, a, &value)
      _ = et_snapshot_artifact(snapshot, a, UInt64(b.count))
      et_snapshot_free(snapshot)
      _ = et_project_open(a, &project)
      et_project_free(project)
    case 24: _ = text { et_experiment_diff(experiment, experiment, a, $0) }
    default:
      _ = et_experiment_start_child(experiment, a, b, &handle)
      et_experiment_free(handle)
    }
  }

  private func outside(_ sandbox: Sandbox) -> [String] {
    let inside = ".specweave/increments/0042-topic/experiments/"
    return FileTree.paths(sandbox.path).filter { !$0.hasPrefix(inside) }
  }
}

/// Texts made of pieces that have hurt others, and of plain random bytes.
private struct Texts {
  private var state: UInt64
  private let pieces = [
    "../", "/", "..", ".", "~", "\\", "C:", "\u{1}", "\n", "\u{202E}", "{", "}", "[", "]", ":", ",",
    "\"", "\\u0000", "\\ud800", "null", "NaN", "-Infinity", "1e999", "99999999999999999999999",
    "-0",
    "true", "{\"a\": ", "{\"params\": {\"x\": 1}}", "\"tags\": [", "events.out.tfevents",
    "params.json",
    ".git", "con", "é", "e\u{301}", "模型", "\u{1F600}", "exp-001", "0042...", "42", "x", "metrics",
    "experiments/", "%s%n", "$(id)", "`id`", " ", "<script>", "|", "---", "!!python/object",
  ].map { Array($0.utf8) }

  init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  private mutating func random(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(limit))
  }

  mutating func next() -> [CChar] {
    var bytes: [UInt8] = []
    for _ in 0..<random(8) {
      if random(4) == 0 {
        for _ in 0..<random(12) { bytes.append(UInt8(1 + random(255))) }
      } else {
        bytes += pieces[random(pieces.count)]
      }
    }
    return bytes.map { CChar(bitPattern: $0) } + [0]
  }
}
