import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

@Suite struct TextArgumentTests {
  @Test func `bytes that are not text are kept in keys, shown in text and refused in names`() throws
  {
    let fixture = try Fixture()
    let bad: [CChar] = [0x61, -1, 0]
    let other: [CChar] = [0x61, -2, 0]
    #expect(et_experiment_log_metric(fixture.experiment, bad, 1, 0) == ET_OK)
    #expect(et_experiment_log_metric(fixture.experiment, other, 2, 0) == ET_OK)
    #expect(et_experiment_log_note(fixture.experiment, bad) == ET_OK)
    #expect(fixture.json().contains(#""a\\xff""#))
    #expect(fixture.json().contains(#""a\\xfe""#))
    for key in [bad, other] {
      var history: OpaquePointer?
      #expect(et_history_open(fixture.experiment, key, &history) == ET_OK)
      #expect(et_history_count(history) == 1)
      et_history_free(history)
    }
    var out: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, bad, nil, &out) == ET_ENAME)
    #expect(et_increment_open(bad, nil, &out) == ET_ENAME)
    #expect(et_experiment_save_bytes(fixture.experiment, bad, "x", 1, nil) == ET_ENAME)
    #expect(lastError().contains("a\\xff"))
  }

  @Test func `C0 80 is a NUL in keys and values, and none in a name`() throws {
    let fixture = try Fixture()
    let text: [CChar] = [0x61, CChar(bitPattern: 0xC0), CChar(bitPattern: 0x80), 0x62, 0]
    #expect(et_experiment_log_metric(fixture.experiment, text, 1, 0) == ET_OK)
    #expect(et_experiment_log_param_text(fixture.experiment, "p", text) == ET_OK)
    #expect(fixture.json().contains(#""p": "a\u0000b""#))
    #expect(fixture.json().contains(#""a\u0000b""#))
    var out: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, text, nil, &out) == ET_ENAME)
    #expect(et_experiment_save_bytes(fixture.experiment, text, "x", 1, nil) == ET_ENAME)
  }

  @Test func `a megabyte of text is kept or refused, and never cut`() throws {
    let fixture = try Fixture()
    let long = String(repeating: "k", count: 1 << 20)
    #expect(et_experiment_log_metric(fixture.experiment, long, 1, 0) == ET_OK)
    #expect(et_experiment_log_metric(fixture.experiment, long + "k", 1, 0) == ET_EINVALID)
    #expect(et_experiment_log_param_text(fixture.experiment, "p", long) == ET_OK)
    #expect(et_experiment_log_note(fixture.experiment, long) == ET_OK)
    #expect(et_experiment_add_tag(fixture.experiment, long) == ET_OK)
    #expect(fixture.json().utf8.count > 4 << 20)
    var out: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, long, nil, &out) == ET_ENAME)
    #expect(et_experiment_open(fixture.increment, long, &out) == ET_ENOEXPERIMENT)
    #expect(et_increment_open(long, fixture.sandbox.path, &out) != ET_OK)
    #expect(et_experiment_save_bytes(fixture.experiment, long, "x", 1, nil) == ET_ENAME)
  }

  @Test func `huge counts are refused`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_series(fixture.experiment, "k", [1], nil, nil, .max) == ET_EINVALID)
    #expect(et_experiment_log_series(fixture.experiment, "k", [1], nil, nil, -1) == ET_EINVALID)
    #expect(et_experiment_log_metrics(fixture.experiment, nil, nil, -1, 0) == ET_EINVALID)
    #expect(et_experiment_save_bytes(fixture.experiment, "p", "x", -1, nil) == ET_EINVALID)
    #expect(et_experiment_capture_text(fixture.experiment, "p", "x", -1) == ET_EINVALID)
    #expect(et_experiment_log_series(fixture.experiment, "k", nil, nil, nil, 0) == ET_OK)
    #expect(et_experiment_log_metrics(fixture.experiment, nil, nil, 0, 0) == ET_OK)
    #expect(et_experiment_save_bytes(fixture.experiment, "empty", nil, 0, nil) == ET_OK)
  }

  @Test(arguments: [
    "[]", "1", "nul", "{", #"{"a": 1,}"#, #"{"a": 1, "a": 2}"#, "{} {}", #"{"a": \#u{feff}1}"#,
    String(repeating: #"{"a":"#, count: 100_000), String(repeating: "[", count: 1_000_000),
  ])
  func `what is no JSON object is refused everywhere`(json: String) throws {
    let fixture = try Fixture()
    var out: OpaquePointer?
    for code in [
      et_experiment_log_params(fixture.experiment, json),
      et_experiment_log_fact(fixture.experiment, "s", json),
      et_experiment_select(fixture.experiment, json),
      et_experiment_set_status(fixture.experiment, ET_FAILED, json),
      et_experiment_finish(fixture.experiment, nil, json),
      et_experiment_begin_finish(fixture.experiment, nil, json),
      et_listing_open(fixture.increment, json, &out),
      et_increment_compare(fixture.increment, json, &out),
      et_experiment_save_bytes(fixture.experiment, "p", "x", 1, json),
      et_experiment_save_file(fixture.experiment, "/etc/hostname", "p", json),
      et_experiment_start(fixture.increment, "y", json, &out),
      et_experiment_start_child(fixture.experiment, "y", json, &out),
    ] {
      #expect(code == ET_EINVALID)
    }
    #expect(!lastError().contains("\n"))
    #expect(
      FileTree.paths(fixture.sandbox.experiments).count { $0.hasSuffix("/y") || $0 == "y" } == 0)
  }

  @Test(arguments: [
    #"{"tag": ["x"]}"#, #"{"tags": "x"}"#, #"{"tags": [1]}"#, #"{"params": []}"#,
    #"{"resume": "maybe"}"#, #"{"resume": true, "join": true}"#, #"{"capture": ["all"]}"#,
    #"{"capture": 1}"#, #"{"sync": -1}"#, #"{"sync": NaN}"#, #"{"sync": "often"}"#,
    #"{"strict": 1}"#, #"{"rank": "0"}"#, #"{"rank": 1.5}"#, #"{"child": -1}"#, #"{"child": 0}"#,
    #"{"description": 5}"#, #"{"about": "x"}"#, #"{"params": {"": 1}}"#, #"{"tags": [""]}"#,
  ])
  func `an option that is unknown or of the wrong type starts nothing`(options: String) throws {
    let fixture = try Fixture()
    var out: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "y", options, &out) == ET_EINVALID)
    #expect(out == nil)
    #expect(!FileTree.paths(fixture.sandbox.experiments).contains("y"))
  }

  @Test func `an option that is null is none`() throws {
    let fixture = try Fixture()
    var out: OpaquePointer?
    let options =
      #"{"tags": null, "resume": null, "description": null, "child": null, "params": null}"#
    #expect(et_experiment_start(fixture.increment, "y", options, &out) == ET_OK)
    et_experiment_free(out)
  }

  @Test func `the words for numbers that JSON lacks are numbers in, and texts out`() throws {
    let fixture = try Fixture()
    #expect(
      et_experiment_log_params(fixture.experiment, #"{"a": NaN, "b": -Infinity, "c": Infinity}"#)
        == ET_OK)
    #expect(et_experiment_log_metric(fixture.experiment, "m", .nan, 0) == ET_OK)
    #expect(fixture.json().contains(#""a": "NaN", "b": "-Infinity", "c": "Infinity""#))
    let deep = String(repeating: #"{"a":"#, count: 52) + "1" + String(repeating: "}", count: 52)
    #expect(et_experiment_log_params(fixture.experiment, deep) == ET_ESERIALISE)
  }

  @Test func `the status is one of four words`() throws {
    let fixture = try Fixture()
    for status in ["done", "", "FAILED", "crashed", "unknown"] {
      #expect(et_experiment_set_status(fixture.experiment, status, nil) == ET_EINVALID)
      #expect(et_experiment_finish(fixture.experiment, status, nil) == ET_EINVALID)
    }
    #expect(et_experiment_finish(fixture.experiment, ET_RUNNING, nil) == ET_EINVALID)
    #expect(et_experiment_set_status(fixture.experiment, ET_INTERRUPTED, nil) == ET_OK)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    #expect(fixture.json().contains(#""status": "interrupted""#))
    #expect(et_experiment_finish(fixture.experiment, ET_FAILED, nil) == ET_OK)
    #expect(fixture.json().contains(#""status": "interrupted""#))
  }

  @Test(arguments: Scripts.names)
  func `names of every script have children, files and a comparison`(
    name: String
  ) throws {
    let fixture = try Fixture()
    var parent: OpaquePointer?
    var child: OpaquePointer?
    var found: OpaquePointer?
    let options = #"{"capture": false}"#
    #expect(et_experiment_start(fixture.increment, name, options, &parent) == ET_OK)
    #expect(et_experiment_start_child(parent, name, options, &child) == ET_OK, "\(lastError())")
    #expect(et_experiment_log_metric(child, name, 0.5, 0) == ET_OK)
    #expect(
      et_experiment_save_bytes(child, name + "/" + name, "x", 1, nil) == ET_OK, "\(lastError())")
    #expect(text { et_artifact_path(child, name + "/" + name, $0) } != nil)
    let place = et_experiment_path(child).map { String(cString: $0) } ?? ""
    #expect(et_experiment_finish(child, nil, nil) == ET_OK)
    #expect(et_experiment_finish(parent, nil, nil) == ET_OK)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    #expect(FileTree.isThere(fixture.sandbox.experiments + "/comparison.md"))
    #expect(et_experiment_open(nil, place, &found) == ET_OK, "\(lastError())")
    for experiment in [parent, child, found] { et_experiment_free(experiment) }
  }

  @Test func `a source may have any name, an artifact only one of text`() throws {
    let fixture = try Fixture()
    let name: [CChar] = Array((fixture.sandbox.path + "/caf").utf8CString.dropLast()) + [-23, 0]
    let file = open(name, O_CREAT | O_WRONLY, 0o644)
    #expect(write(file, "abc", 3) == 3)
    close(file)
    #expect(
      et_experiment_save_file(fixture.experiment, name, "coffee.txt", nil) == ET_OK,
      "\(lastError())")
    let saved = try #require(text { et_artifact_path(fixture.experiment, "coffee.txt", $0) })
    #expect(FileTree.text(saved) == "abc")
    #expect(et_experiment_save_file(fixture.experiment, name, nil, nil) == ET_ENAME)
    #expect(lastError().contains("caf\\xe9"))
    unlink(name)
    #expect(et_experiment_save_file(fixture.experiment, name, "none.txt", nil) == ET_ESTORAGE)
    #expect(lastError().contains("caf\\xe9"))
  }
}
