import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

@Suite struct HandleTests {
  @Test func `an end with more to come is completed by the next`() throws {
    let fixture = try Fixture()
    #expect(
      et_experiment_begin_finish(fixture.experiment, "failed", #"{"closed": "at exit"}"#) == ET_OK)
    #expect(et_experiment_log_note(fixture.experiment, "captured late") == ET_OK)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    let json = fixture.json()
    #expect(json.contains(#""closed": "at exit""#) && json.contains("captured late"))
    #expect(json.contains(#""status": "failed""#))
    #expect(et_experiment_finish(fixture.experiment, nil, #"{"more": true}"#) == ET_EINVALID)
  }

  @Test func `a handle of another kind is refused by every kind of function`() throws {
    let fixture = try Fixture()
    let (experiment, increment) = (fixture.experiment, fixture.increment)
    var listing: OpaquePointer?
    #expect(et_listing_open(increment, nil, &listing) == ET_OK)
    defer { et_listing_free(listing) }
    for wrong in [increment, listing] {
      #expect(et_experiment_log_metric(wrong, "a", 1, 0) == ET_EINVALID)
      #expect(et_experiment_try_log_metric(wrong, "a", 1, 0) == ET_AGAIN)
      #expect(et_experiment_log_note(wrong, "a") == ET_EINVALID)
      #expect(et_experiment_finish(wrong, nil, nil) == ET_EINVALID)
      #expect(String(cString: et_last_error()).contains("handle of another kind"))
    }
    var out: OpaquePointer?
    #expect(et_experiment_start(experiment, "x", nil, &out) == ET_EINVALID)
    #expect(et_listing_count(experiment) == 0)
    et_increment_free(experiment)
    #expect(et_experiment_log_note(experiment, "still there") == ET_OK)
  }

  @Test func `an experiment keeps its increment alive, and handles go in any order`() throws {
    let sandbox = try Sandbox()
    var increment: OpaquePointer?
    var experiment: OpaquePointer?
    var history: OpaquePointer?
    var comparison: OpaquePointer?
    var artifact: OpaquePointer?
    var path: UnsafeMutablePointer<CChar>?
    #expect(et_increment_open("42", sandbox.path, &increment) == ET_OK)
    #expect(et_experiment_start(increment, nil, #"{"capture": false}"#, &experiment) == ET_OK)
    #expect(et_increment_compare(increment, #"{"write": false}"#, &comparison) == ET_OK)
    et_increment_free(increment)
    #expect(et_experiment_log_metric_int(experiment, "m", .max, 5) == ET_OK)
    #expect(et_experiment_log_metric_bool(experiment, "flag", 7, ET_AUTO_STEP_VALUE) == ET_OK)
    #expect(et_history_open(experiment, "m", &history) == ET_OK)
    #expect(et_artifact_begin(experiment, "m.bin", &artifact, &path) == ET_OK)
    #expect(et_experiment_finish(experiment, nil, nil) == ET_OK)
    et_experiment_free(experiment)

    #expect(et_history_count(history) == 1)
    #expect(et_history_steps(history)?.pointee == 5)
    #expect(et_history_integers(history)?.pointee == .max)
    #expect(et_history_writers(history)?.pointee == 0)
    #expect(et_history_times(history).map { $0.pointee > 1e9 } == true)
    et_history_free(history)
    let target = try #require(path.map { String(cString: $0) })
    #expect(target.hasPrefix("/") && target.hasSuffix(".bin"))
    #expect(Program.run(["cp", "/etc/hostname", target]).code == 0)
    et_string_free(path)
    #expect(et_artifact_commit(artifact, #"{"kind": "model"}"#) == ET_OK)
    #expect(text { et_comparison_text(comparison, 0, $0) } != nil)
    #expect(text { et_comparison_text(comparison, -5, $0) } != nil)
    #expect(text { et_comparison_text(comparison, .max, $0) } != nil)
    #expect(text { et_comparison_json(comparison, $0) }?.contains(#""path": null"#) == true)
    et_comparison_free(comparison)
    #expect(FileTree.paths(sandbox.experiments).contains("exp-001/m.bin"))
  }

  private let ET_AUTO_STEP_VALUE = Int64.min

  @Test func `a commit that fails releases the artifact and leaves nothing`() throws {
    let fixture = try Fixture()
    for options in [nil, #"{"typo": 1}"#] {
      var artifact: OpaquePointer?
      var path: UnsafeMutablePointer<CChar>?
      #expect(et_artifact_begin(fixture.experiment, "m.bin", &artifact, &path) == ET_OK)
      et_string_free(path)
      #expect(et_artifact_commit(artifact, options) != ET_OK)
    }
    var artifact: OpaquePointer?
    var path: UnsafeMutablePointer<CChar>?
    #expect(et_artifact_begin(fixture.experiment, "../m.bin", &artifact, &path) == ET_ENAME)
    #expect(artifact == nil)
    #expect(path == nil)
    #expect(et_artifact_begin(fixture.experiment, "m.bin", &artifact, &path) == ET_OK)
    et_string_free(path)
    et_artifact_abort(artifact)
    #expect(
      !FileTree.paths(fixture.sandbox.experiments + "/x").contains { $0.hasPrefix(".saving") })
  }

  @Test func `two handles of one experiment are one writer`() throws {
    let fixture = try Fixture()
    var second: OpaquePointer?
    #expect(et_experiment_open(fixture.increment, "x", &second) == ET_OK)
    #expect(et_experiment_log_metric(second, "m", 1, .min) == ET_OK)
    #expect(et_experiment_log_metric(fixture.experiment, "m", 2, .min) == ET_OK)
    et_experiment_free(second)
    #expect(et_experiment_log_metric(fixture.experiment, "m", 3, .min) == ET_OK)
    var history: OpaquePointer?
    #expect(et_history_open(fixture.experiment, "m", &history) == ET_OK)
    #expect((0..<3).map { et_history_steps(history)?[$0] } == [0, 1, 2])
    et_history_free(history)
    let tree = FileTree.paths(fixture.sandbox.experiments + "/x")
    #expect(!tree.contains("writers"))
    #expect(!tree.contains("edits"))
  }

  @Test func `a history in pieces outlives its reader and its experiment`() throws {
    let fixture = try Fixture()
    for number in 0..<10 {
      #expect(et_experiment_log_metric(fixture.experiment, "m", Double(number), .min) == ET_OK)
    }
    var second: OpaquePointer?
    var reader: OpaquePointer?
    #expect(et_experiment_open(fixture.increment, "x", &second) == ET_OK)
    #expect(et_history_reader_open(second, "n", &reader) == ET_ENOTFOUND)
    #expect(et_history_reader_open(second, "m", &reader) == ET_OK)
    et_experiment_free(second)
    var pieces = [OpaquePointer?](repeating: nil, count: 3)
    #expect(et_history_reader_next(reader, 4, &pieces[0]) == ET_OK)
    #expect(et_history_reader_next(reader, 0, &pieces[1]) == ET_OK)
    #expect(et_history_reader_next(reader, -1, &pieces[2]) == ET_OK)
    var end: OpaquePointer? = reader
    #expect(et_history_reader_next(reader, 4, &end) == ET_OK)
    #expect(end == nil)
    et_history_reader_free(reader)
    let values = pieces.map { piece in
      (0..<et_history_count(piece)).map { et_history_values(piece)?[$0] }
    }
    #expect(values == [[0, 1, 2, 3], [4], [5, 6, 7, 8, 9]])
    pieces.forEach(et_history_free)
    et_history_reader_free(nil)
  }

  @Test func `a listing tells of each experiment what the whole list tells`() throws {
    let fixture = try Fixture()
    var second: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "y", nil, &second) == ET_OK)
    #expect(et_experiment_finish(second, nil, nil) == ET_OK)
    et_experiment_free(second)
    var listing: OpaquePointer?
    #expect(et_listing_open(fixture.increment, "{\"nonsense\": 1}", &listing) == ET_EINVALID)
    #expect(et_listing_open(fixture.increment, "{\"status\": [\"completed\"]}", &listing) == ET_OK)
    #expect(et_listing_count(listing) == 1)
    et_listing_free(listing)
    #expect(et_listing_open(fixture.increment, nil, &listing) == ET_OK)
    #expect(et_listing_count(listing) == 2)
    for (place, name) in ["x", "y"].enumerated() {
      let one = try #require(text { et_listing_read(listing, place, $0) })
      #expect(one.contains(#""name": "\#(name)""#))
    }
    for place in [2, -1, .max] {
      #expect(text { et_listing_read(listing, place, $0) } == nil)
      #expect(lastError().contains("listing of 2"))
    }
    #expect(text { et_listing_notes(listing, $0) } == "[]")
    et_listing_free(listing)
    et_listing_free(nil)
  }

  @Test func `a listing is a table too, as a whole or in parts`() throws {
    let fixture = try Fixture()
    for lr in [1.5, .nan] {
      var experiment: OpaquePointer?
      #expect(et_experiment_start(fixture.increment, "run", nil, &experiment) == ET_OK)
      #expect(et_experiment_log_param_double(experiment, "lr", lr) == ET_OK)
      #expect(et_experiment_log_metric(experiment, "auc", 0.25, ET_AUTO_STEP_VALUE) == ET_OK)
      #expect(et_experiment_log_metric(experiment, "auc", 0.5, ET_AUTO_STEP_VALUE) == ET_OK)
      #expect(et_experiment_finish(experiment, nil, nil) == ET_OK)
      et_experiment_free(experiment)
    }
    var listing: OpaquePointer?
    #expect(et_listing_open(fixture.increment, nil, &listing) == ET_OK)
    let count = et_listing_count(listing)
    let whole = try #require(text { et_listing_table(listing, 0, .max, $0) })
    let first =
      #""tags": [], "params": {"lr": 1.5}, "metrics": {"auc": 0.5}, "increment": "0042-topic", "#
    let second =
      #""metrics": {"auc": 0.5}, "params_not_finite": [["lr"]], "increment": "0042-topic", "#
    #expect(whole.contains(first))
    #expect(whole.contains(#""params": {"lr": "NaN"}, "# + second))
    let parts = try (0..<count).map { place in
      try #require(text { et_listing_table(listing, place, 1, $0) })
    }
    #expect("[" + parts.map { $0.dropFirst().dropLast() }.joined(separator: ", ") + "]" == whole)
    #expect(text { et_listing_table(listing, 0, Int(bitPattern: .max), $0) } == whole)
    for (first, number) in [(count, 5), (0, 0)] {
      #expect(text { et_listing_table(listing, first, number, $0) } == "[]")
    }
    for first in [count + 1, -1, .max] {
      #expect(text { et_listing_table(listing, first, 1, $0) } == nil)
      #expect(lastError().contains("listing of \(count)"))
    }
    et_listing_free(listing)
  }

  @Test func `the message belongs to the thread, and a success leaves it alone`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_remove_tag(fixture.experiment, "mine") == ET_ENOTFOUND)
    let before = lastError()
    let experiment = Int(bitPattern: fixture.experiment)
    Threads.run(4) { thread in
      let experiment = OpaquePointer(bitPattern: experiment)
      #expect(lastError() == "")
      #expect(lastErrorJSON() == "{}")
      for _ in 0..<50 {
        #expect(et_experiment_remove_tag(experiment, "tag-\(thread)") == ET_ENOTFOUND)
        #expect(lastError().contains("'tag-\(thread)'"))
      }
    }
    #expect(et_experiment_add_tag(fixture.experiment, "t") == ET_OK)
    #expect(lastError() == before)
    #expect(before.contains("'mine'"))
  }

  @Test func `the message is one line, then one for each candidate`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_metric(fixture.experiment, "first\nsecond", 1, 0) == ET_OK)
    var history: OpaquePointer?
    #expect(et_history_open(fixture.experiment, "a\nb\u{1B}[31m", &history) == ET_ENOTFOUND)
    let lines = lastError().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2)
    #expect(lines.last == #"  first\nsecond"#)
    #expect(!lastError().unicodeScalars.contains("\u{1B}"))
    #expect(lastErrorJSON().contains(#""candidates": ["first\nsecond"], "errno": 0}"#))
  }

  @Test func `every code has its name, and the versions are those of the header`() {
    let codes = [
      (ET_OK, "Success"), (ET_DEFERRED, "Deferred"), (-5, "ExperimentNotFound"), (-7, "Storage"),
      (ET_AGAIN, "Again"), (ET_EREENTERED, "Reentered"), (-99, "Internal"), (12345, "Unknown"),
    ]
    for (code, name) in codes {
      #expect(et_error_name(code).map { String(cString: $0) } == name)
    }
    #expect(et_version().map { String(cString: $0) } == ET_VERSION)
    #expect(et_abi_version() == ET_ABI_VERSION)
  }

  @Test func `a relative directory is one of the working directory's`() throws {
    let folder = try TemporaryFolder()
    try folder.write("note.txt", "")
    let here = try #require(getcwd(nil, 0).map { String(cString: $0) })
    let top = here.utf8.split(separator: UInt8(ascii: "/")).map { _ in ".." }.joined(separator: "/")
    var increment: OpaquePointer?
    #expect(et_increment_ensure("0007-x", top + folder.path, &increment) == ET_OK)
    let path = et_increment_path(increment).map { String(cString: $0) }
    #expect(path == folder.path + "/.specweave/increments/0007-x")
    et_increment_free(increment)
  }

  @Test func `views that were edited are reported once`() throws {
    let fixture = try Fixture()
    #expect(text { et_experiment_take_notices(fixture.experiment, $0) } == nil)
    try fixture.sandbox.write(".specweave/increments/0042-topic/experiments/x/params.json", "{}")
    #expect(et_experiment_log_param_int(fixture.experiment, "depth", 3) == ET_OK)
    #expect(et_experiment_flush(fixture.experiment, 0) == ET_OK)
    let notices = text { et_experiment_take_notices(fixture.experiment, $0) } ?? ""
    #expect(notices.contains("params.json of 'x' had been edited by hand"))
    #expect(text { et_experiment_take_notices(fixture.experiment, $0) } == nil)
    #expect(FileTree.text(fixture.sandbox.experiments + "/x/params.json.edited") == "{}")
  }

  @Test func `the state is another one when something new is known`() throws {
    let fixture = try Fixture()
    func state(_ experiment: OpaquePointer?) -> UInt64 {
      var state: UInt64 = 0
      #expect(et_experiment_state(experiment, &state) == ET_OK)
      return state
    }
    func settled(_ experiment: OpaquePointer?) -> UInt64 {
      for _ in 0..<200 {
        _ = text { et_experiment_read(experiment, $0) }
        if state(experiment) != 0 { return state(experiment) }
        usleep(10_000)
      }
      return 0
    }
    var seen: Set<UInt64> = []
    for step in 0..<3 {
      #expect(et_experiment_log_metric(fixture.experiment, "auc", 0.5, Int64(step)) == ET_OK)
      let now = settled(fixture.experiment)
      #expect(now != 0 && now == state(fixture.experiment))
      seen.insert(now)
    }
    #expect(seen.count == 3)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    let ended = settled(fixture.experiment)
    #expect(ended != 0)
    try fixture.sandbox.write(".specweave/increments/0042-topic/experiments/x/edits/1.tfrecord", "")
    #expect(state(fixture.experiment) != ended)
  }
}
