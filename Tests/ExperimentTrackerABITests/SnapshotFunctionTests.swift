import CExperimentTracker
import Testing
import TrackingTestSupport

/// What is known, as C structures.
@Suite struct SnapshotFunctionTests {
  private typealias Snapshot = UnsafeMutablePointer<et_snapshot>

  private func snapshot(_ experiment: OpaquePointer?) throws -> Snapshot {
    var out: Snapshot?
    #expect(et_experiment_snapshot(experiment, &out) == ET_OK)
    return try #require(out)
  }

  private func string(_ text: UnsafePointer<CChar>?) -> String? {
    text.map { String(cString: $0) }
  }

  @Test func `each type of a parameter is read as it was logged`() throws {
    let fixture = try Fixture()
    let experiment = fixture.experiment
    #expect(et_experiment_log_param_double(experiment, "rate", 0.1) == ET_OK)
    #expect(et_experiment_log_param_int(experiment, "large", .max) == ET_OK)
    #expect(et_experiment_log_param_int(experiment, "depth", -3) == ET_OK)
    #expect(et_experiment_log_param_bool(experiment, "on", 7) == ET_OK)
    #expect(et_experiment_log_param_text(experiment, "kernel", "rbf") == ET_OK)
    #expect(
      et_experiment_log_params(
        experiment, #"{"net": {"layers": [1, null, "x", 2e3], "a.b": {}}, "inf": Infinity}"#)
        == ET_OK)
    #expect(
      et_experiment_log_params(experiment, #"{"huge": 123456789012345678901234567890}"#) == ET_OK)
    let snapshot = try snapshot(experiment)
    defer { et_snapshot_free(snapshot) }

    var (double, integer, flag) = (0.0, Int64(0), CInt(9))
    var text: UnsafePointer<CChar>?
    #expect(et_snapshot_param_double(snapshot, "rate", &double) == ET_OK && double == 0.1)
    #expect(et_snapshot_param_double(snapshot, "depth", &double) == ET_OK && double == -3)
    #expect(et_snapshot_param_int(snapshot, "large", &integer) == ET_OK && integer == .max)
    #expect(et_snapshot_param_bool(snapshot, "on", &flag) == ET_OK && flag == 1)
    #expect(et_snapshot_param_text(snapshot, "kernel", &text) == ET_OK)
    #expect(string(text) == "rbf")
    #expect(et_snapshot_param_double(snapshot, "inf", &double) == ET_OK && double == .infinity)

    #expect(et_snapshot_param_double(snapshot, "large", &double) == ET_EINVALID)
    #expect(lastError().contains("is the integer \(Int64.max), not a double"))
    #expect(et_snapshot_param_int(snapshot, "rate", &integer) == ET_EINVALID)
    #expect(lastError() == "the parameter 'rate' is the double 0.1, not an integer of 64 bits")
    #expect(et_snapshot_param_bool(snapshot, "depth", &flag) == ET_EINVALID)
    #expect(et_snapshot_param_text(snapshot, "net", &text) == ET_EINVALID)
    #expect(lastError() == "the parameter 'net' is a map, not text")
    #expect(et_snapshot_param_int(snapshot, "huge", &integer) == ET_EINVALID)
    #expect(et_snapshot_param_double(snapshot, "dept", &double) == ET_ENOTFOUND)
    #expect(lastError().contains("'x' has no parameter 'dept'"))
    #expect(lastError().contains("depth"))
    #expect((double, integer, flag, string(text)) == (.infinity, .max, 1, "rbf"), "left alone")

    let net = et_snapshot_param(snapshot, "net")
    let layers = et_node_get(net, "layers")
    #expect(layers?.pointee.type == ET_LIST && layers?.pointee.count == 4)
    let items = (0..<4).compactMap { layers?.pointee.items[$0]?.pointee }
    #expect(items.map(\.type) == [ET_INT, ET_NULL, ET_TEXT, ET_DOUBLE])
    #expect(items.map(\.integer) == [1, 0, 0, 0])
    #expect(items[0].number == 1 && items[1].number.isNaN && items[3].number == 2000)
    #expect(items.allSatisfy { $0.key == nil } && string(items[2].text) == "x")
    #expect(et_node_get(net, "a.b")?.pointee.type == ET_MAP)
    #expect(et_node_get(net, "a.b")?.pointee.count == 0)
    #expect(et_node_get(layers, "x") == nil && et_node_get(nil, "x") == nil)
    let huge = et_snapshot_param(snapshot, "huge")?.pointee
    #expect(huge?.type == ET_BIGINT)
    #expect(string(huge?.text) == "123456789012345678901234567890")
  }

  @Test func `a metric has its extremes, their steps and its mean`() throws {
    let fixture = try Fixture()
    for (step, value) in [3.0, .nan, 1.0, 8.0].enumerated() {
      #expect(et_experiment_log_metric(fixture.experiment, "loss", value, Int64(step)) == ET_OK)
    }
    #expect(et_experiment_log_metric_int(fixture.experiment, "count", .max, 4) == ET_OK)
    #expect(et_experiment_log_metric_bool(fixture.experiment, "on", 1, 4) == ET_OK)
    let snapshot = try snapshot(fixture.experiment)
    defer { et_snapshot_free(snapshot) }
    let loss = try #require(et_snapshot_metric(snapshot, "loss")?.pointee)
    #expect((loss.last, loss.last_step, loss.type, loss.last_integer) == (8, 3, ET_DOUBLE, 0))
    #expect((loss.minimum, loss.minimum_step) == (1, 2))
    #expect((loss.maximum, loss.maximum_step) == (8, 3))
    #expect((loss.mean, loss.count, loss.numbers, loss.highest_step) == (4, 4, 3, 3))
    #expect(loss.last_time > 1e9)
    let count = try #require(et_snapshot_metric(snapshot, "count")?.pointee)
    #expect((count.type, count.last_integer) == (ET_INT, .max))
    #expect(et_snapshot_metric(snapshot, "on")?.pointee.type == ET_BOOL)
    #expect(et_snapshot_metric(snapshot, "los") == nil)
    let keys = (0..<snapshot.pointee.metric_count).compactMap { place in
      string(snapshot.pointee.metrics[place]?.pointee.key)
    }
    #expect(keys == ["loss", "count", "on"])
  }

  @Test func `the rest is there, and stays as it was`() throws {
    let fixture = try Fixture()
    let experiment = fixture.experiment
    #expect(et_experiment_add_tag(experiment, "a") == ET_OK)
    #expect(et_experiment_log_note(experiment, "first") == ET_OK)
    #expect(et_experiment_save_bytes(experiment, "m.bin", "1", 1, #"{"kind": "model"}"#) == ET_OK)
    #expect(
      et_experiment_save_bytes(experiment, "m.bin", "22", 2, #"{"details": {"by": "hand"}}"#)
        == ET_OK)
    #expect(et_experiment_log_fact(experiment, "data", #"{"rows": 7}"#) == ET_OK)
    #expect(et_experiment_select(experiment, #"{"rationale": ["fast"]}"#) == ET_OK)
    let running = try snapshot(experiment)
    #expect(
      et_experiment_finish(experiment, "failed", #"{"type": "E", "message": "m"}"#) == ET_OK)
    #expect(et_experiment_add_tag(experiment, "later") == ET_OK)
    let ended = try snapshot(experiment)
    let path = try #require(string(et_experiment_path(experiment)))

    let first = running.pointee
    #expect(string(first.name) == "x" && string(first.status) == "running")
    #expect(string(first.path) == path && string(first.folder) == "x")
    #expect(string(first.increment) == "0042-topic" && string(first.label) == "exp-001")
    #expect(string(first.id)?.count == 32 && string(first.parent) == "")
    #expect(string(first.kind) == "experiment")
    #expect((first.number, first.child, first.rerun) == (1, 0, 1))
    #expect(first.created > 1e9 && first.ended.isNaN && first.duration.isNaN)
    #expect(first.last_write >= first.created)
    #expect(first.failure_type == nil && first.dropped == 0 && first.problem_count == 0)
    #expect(first.tag_count == 1 && string(first.tags[0]) == "a")
    #expect(first.note_count == 1 && string(first.notes[0]?.pointee.text) == "first")
    #expect((first.notes[0]?.pointee.time ?? 0) > 1e9)
    #expect(et_node_get(et_node_get(first.facts, "data"), "rows")?.pointee.integer == 7)
    #expect(et_node_get(first.selection, "selected")?.pointee.integer == 1)
    #expect(first.writers.pointee.count == 1)

    let newest = try #require(et_snapshot_artifact(running, "m.bin", 0)?.pointee)
    let older = try #require(et_snapshot_artifact(running, "m.bin", 1)?.pointee)
    #expect((newest.size, newest.version, newest.is_newest) == (2, 2, 1))
    #expect((older.size, older.version, older.is_newest) == (1, 1, 0))
    #expect(string(newest.file) == path + "/m.bin")
    #expect(string(older.file).map { $0.hasPrefix(path + "/.versions/") } == true)
    #expect(string(older.kind) == "model" && string(newest.sha256)?.count == 64)
    #expect(string(et_node_get(newest.details, "by")?.pointee.text) == "hand")
    #expect(et_snapshot_artifact(running, "m.bin", 3) == nil)
    #expect(et_snapshot_artifact(running, "n.bin", 0) == nil)

    let last = ended.pointee
    #expect(string(last.status) == "failed" && last.tag_count == 2)
    #expect(string(last.failure_type) == "E" && string(last.failure_message) == "m")
    #expect(last.ended >= last.created && last.duration >= 0)
    et_snapshot_free(running)
    et_snapshot_free(ended)
  }

  @Test func `a listing's rows and a comparison's are snapshots`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_metric(fixture.experiment, "auc", 0.5, 0) == ET_OK)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    var (other, child): (OpaquePointer?, OpaquePointer?)
    #expect(et_experiment_start(fixture.increment, "y", nil, &other) == ET_OK)
    #expect(et_experiment_log_metric(other, "auc", 0.9, 0) == ET_OK)
    #expect(et_experiment_start_child(other, "inner", nil, &child) == ET_OK)
    let inner = try snapshot(child)
    #expect(string(inner.pointee.label) == "exp-002.1" && inner.pointee.child == 1)
    et_snapshot_free(inner)
    for ended in [child, other] {
      #expect(et_experiment_finish(ended, nil, nil) == ET_OK)
      et_experiment_free(ended)
    }
    var listing: OpaquePointer?
    #expect(et_listing_open(fixture.increment, #"{"children": true}"#, &listing) == ET_OK)
    defer { et_listing_free(listing) }
    var out: Snapshot?
    let rows = (0..<et_listing_count(listing)).map { place in
      #expect(et_listing_snapshot(listing, place, &out) == ET_OK)
      defer { et_snapshot_free(out) }
      return [out?.pointee.folder, out?.pointee.label].map { string($0) ?? "" }
    }
    #expect(rows == [["x", "exp-001"], ["y", "exp-002"], ["y/inner", "exp-002.1"]])
    for place in [3, -1, Int.max, Int.min] {
      #expect(et_listing_snapshot(listing, place, &out) == ET_EINVALID)
      #expect(out == nil)
    }

    var comparison: OpaquePointer?
    #expect(
      et_increment_compare(fixture.increment, #"{"write": false}"#, &comparison) == ET_OK)
    defer { et_comparison_free(comparison) }
    var (place, value) = (9, 0.0)
    #expect(et_comparison_count(comparison) == 2)
    #expect(string(et_comparison_metric(comparison)) == "auc")
    #expect(et_comparison_best(comparison, &place, &value) == ET_OK)
    #expect((place, value) == (1, 0.9))
    #expect(et_comparison_best(comparison, &place, nil) == ET_OK)
    #expect((0..<2).map { et_comparison_rank(comparison, $0) } == [2, 1])
    #expect(et_comparison_value(comparison, 0, nil, &value) == ET_OK && value == 0.5)
    #expect(et_comparison_value(comparison, 1, "auc", &value) == ET_OK && value == 0.9)
    #expect(et_comparison_value(comparison, 0, "nope", &value) == ET_ENOTFOUND && value == 0.9)
    #expect(et_comparison_value(comparison, 2, "auc", &value) == ET_EINVALID)
    #expect(et_comparison_rank(comparison, -1) == 0 && et_comparison_rank(comparison, .max) == 0)
    #expect(et_comparison_snapshot(comparison, place, &out) == ET_OK)
    #expect(string(out?.pointee.folder) == "y")
    #expect(string(out?.pointee.path).map { $0.hasSuffix("/0042-topic/experiments/y") } == true)
    et_snapshot_free(out)
    #expect(et_comparison_snapshot(comparison, 2, &out) == ET_EINVALID && out == nil)
  }

  @Test func `nothing is best where nothing is ranked`() throws {
    let fixture = try Fixture()
    var comparison: OpaquePointer?
    #expect(
      et_increment_compare(fixture.increment, #"{"write": false}"#, &comparison) == ET_OK)
    defer { et_comparison_free(comparison) }
    var (place, value) = (9, 7.0)
    #expect(et_comparison_best(comparison, &place, &value) == ET_ENOTFOUND)
    #expect((place, value) == (9, 7.0))
    #expect(et_comparison_metric(comparison) == nil && et_comparison_count(comparison) == 1)
    #expect(et_comparison_rank(comparison, 0) == 0)
  }

  @Test func `an experiment of another increment is found at its own path`() throws {
    let fixture = try Fixture()
    var (second, other, comparison): (OpaquePointer?, OpaquePointer?, OpaquePointer?)
    #expect(et_increment_ensure("0043-other", fixture.sandbox.path, &second) == ET_OK)
    #expect(et_experiment_start(second, "z", nil, &other) == ET_OK)
    #expect(et_experiment_log_metric(other, "auc", 0.9, 0) == ET_OK)
    #expect(et_experiment_finish(other, nil, nil) == ET_OK)
    let options = #"{"increments": ["0043-other"]}"#
    #expect(et_increment_compare(fixture.increment, options, &comparison) == ET_OK)
    var (place, out): (Int, Snapshot?) = (0, nil)
    #expect(et_comparison_best(comparison, &place, nil) == ET_OK)
    #expect(et_comparison_snapshot(comparison, place, &out) == ET_OK)
    #expect(string(out?.pointee.path) == string(et_experiment_path(other)))
    #expect(string(out?.pointee.increment) == "0043-other")
    #expect(string(out?.pointee.folder) == "z")
    et_snapshot_free(out)
    et_comparison_free(comparison)
    et_experiment_free(other)
    et_increment_free(second)
  }

  @Test func `JSON is read without another reader`() throws {
    var document: OpaquePointer?
    let json = #"{"events": [{"kind": "a"}, {"kind": "b", "value": "-Infinity"}], "n": 3}"#
    #expect(et_document_parse(json, &document) == ET_OK)
    let events = et_node_get(et_document_root(document), "events")
    #expect(events?.pointee.count == 2)
    let second = events?.pointee.items[1]
    #expect(string(et_node_get(second, "kind")?.pointee.text) == "b")
    #expect(et_node_get(second, "value")?.pointee.number == -.infinity)
    #expect(et_node_get(et_document_root(document), "n")?.pointee.integer == 3)
    et_document_free(document)
    for wrong in ["", "{", "[1,]", "{\"a\": NaN}", "nul", "\u{FEFF}1"] {
      #expect(et_document_parse(wrong, &document) == ET_EFORMAT, "\(wrong)")
      #expect(document == nil)
    }
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(et_document_parse(deep, &document) == ET_OK)
    et_document_free(document)
    #expect(et_document_parse("[" + deep + "]", &document) == ET_EFORMAT)
    #expect(et_document_parse([CChar(bitPattern: 0x22), -1, 0x22, 0], &document) == ET_EFORMAT)
  }

  @Test func `the increments of a project are a structure`() throws {
    let fixture = try Fixture()
    var project: UnsafeMutablePointer<et_project>?
    #expect(et_project_open(fixture.sandbox.path, &project) == ET_OK)
    let found = try #require(project?.pointee)
    #expect(found.increment_count == 1)
    let increment = found.increments[0]?.pointee
    #expect(string(increment?.name) == "0042-topic" && string(increment?.key) == "42")
    #expect(string(increment?.path) == string(et_increment_path(fixture.increment)))
    let path = try #require(text { et_project_path(fixture.sandbox.path, $0) })
    #expect(string(found.path) == path)
    et_project_free(project)
    #expect(et_project_open([-1, 0], &project) == ET_ENAME)
    #expect(project == nil)
  }

  @Test func `a structure or a handle of another kind is refused`() throws {
    let fixture = try Fixture()
    let snapshot = try snapshot(fixture.experiment)
    var project: UnsafeMutablePointer<et_project>?
    #expect(et_project_open(fixture.sandbox.path, &project) == ET_OK)
    var value = 0.0
    let wrong = [UnsafeRawPointer(project), fixture.experiment.map { UnsafeRawPointer($0) }]
    for pointer in wrong {
      let other = try #require(pointer).assumingMemoryBound(to: et_snapshot.self)
      #expect(et_snapshot_param_double(other, "a", &value) == ET_EINVALID)
      #expect(lastError().contains("handle of another kind"))
      #expect(et_snapshot_metric(other, "a") == nil)
      #expect(et_snapshot_param(other, "a") == nil)
      #expect(et_snapshot_artifact(other, "a", 0) == nil)
      et_snapshot_free(UnsafeMutablePointer(mutating: other))
    }
    #expect(et_experiment_log_note(OpaquePointer(snapshot), "a") == ET_EINVALID)
    #expect(et_listing_count(OpaquePointer(snapshot)) == 0)
    #expect(et_document_root(fixture.experiment) == nil)
    et_document_free(fixture.experiment)
    et_experiment_free(OpaquePointer(snapshot))
    #expect(project?.pointee.increment_count == 1, "still there")
    #expect(et_experiment_log_note(fixture.experiment, "still there") == ET_OK)
    et_project_free(project)
    et_snapshot_free(snapshot)
  }

  @Test func `bytes that are not UTF-8, and NUL, are kept in keys`() throws {
    let fixture = try Fixture()
    let strange: [CChar] = [107, -1, 0]
    let nul: [CChar] = [97, -64, -128, 98, 0]
    for key in [strange, nul] {
      #expect(et_experiment_log_metric(fixture.experiment, key, 2, 0) == ET_OK)
      #expect(et_experiment_log_param_int(fixture.experiment, key, 5) == ET_OK)
    }
    let snapshot = try snapshot(fixture.experiment)
    defer { et_snapshot_free(snapshot) }
    var integer: Int64 = 0
    for key in [strange, nul] {
      #expect(et_snapshot_metric(snapshot, key)?.pointee.last == 2)
      #expect(et_snapshot_param_int(snapshot, key, &integer) == ET_OK && integer == 5)
    }
  }

  @Test func `an artifact is used, and found by its content`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_save_bytes(fixture.experiment, "m.bin", "1", 1, nil) == ET_OK)
    var user: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "user", nil, &user) == ET_OK)
    let file = text { et_artifact_use(user, fixture.experiment, "m.bin", $0) }
    #expect(file == string(et_experiment_path(fixture.experiment)).map { $0 + "/m.bin" })
    #expect(text { et_artifact_use(user, fixture.experiment, "n.bin", $0) } == nil)
    #expect(lastError().contains("has no artifact 'n.bin'"))
    let snapshot = try snapshot(fixture.experiment)
    let sha256 = try #require(string(et_snapshot_artifact(snapshot, "m.bin", 0)?.pointee.sha256))
    et_snapshot_free(snapshot)
    for digits in [sha256, String(sha256.prefix(8)).uppercased()] {
      let json = try #require(text { et_artifact_find(fixture.increment, digits, $0) })
      #expect(json.contains(#""relation": "produced", "name": "x""#))
      #expect(json.contains(#""relation": "used", "name": "user""#))
    }
    #expect(text { et_artifact_find(fixture.increment, "00000000", $0) } == "[]")
    for wrong in ["", "1234567", sha256 + "0", "xyzxyzxyz"] {
      #expect(text { et_artifact_find(fixture.increment, wrong, $0) } == nil)
      #expect(lastError().contains("8 to 64 hexadecimal digits"))
    }
    et_experiment_free(user)
  }

  @Test func `arrays of each type and stride are logged as doubles`() throws {
    let fixture = try Fixture()
    let experiment = fixture.experiment
    let floats: [Float] = [0.5, 9, 1.5, 9, -2.25, 9]
    let integers: [Int32] = [1, -2, .max]
    let longs: [Int64] = [5, 1 << 53]
    let doubles = [4.0, 3.0, 2.0]
    func log(
      _ key: String, _ values: UnsafeRawPointer, _ type: CInt, _ stride: Int, _ count: Int,
      steps: [Int64]? = nil
    ) -> CInt {
      et_experiment_log_array(experiment, key, values, type, stride, steps, nil, count)
    }
    #expect(log("float", floats, ET_FLOAT, 8, 3, steps: [10, 20, 30]) == ET_OK)
    #expect(log("int", integers, ET_INT32, 0, 3) == ET_OK)
    #expect(log("long", longs, ET_INT, 8, 2) == ET_OK)
    doubles.withUnsafeBytes { bytes in
      // From the last one backwards.
      guard let start = bytes.baseAddress else { return }
      #expect(log("double", start + 16, ET_DOUBLE, -8, 3) == ET_OK)
    }
    let packed = [UInt8(0)] + [1.25, -7.5].flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    packed.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      #expect(log("unaligned", start + 1, ET_DOUBLE, 0, 2) == ET_OK)
    }
    let many = [Float](repeating: 1, count: 150_000)
    #expect(log("many", many, ET_FLOAT, 0, many.count) == ET_OK)
    #expect(history("float").values == [0.5, 1.5, -2.25])
    #expect(history("float").steps == [10, 20, 30])
    #expect(history("int").values == [1, -2, Double(Int32.max)])
    #expect(history("long").values == [5, 9_007_199_254_740_992])
    #expect(history("double").values == [2, 3, 4])
    #expect(history("double").steps == [0, 1, 2])
    #expect(history("unaligned").values == [1.25, -7.5])
    #expect(history("many").steps == Array(0..<150_000))

    #expect(log("x", doubles, ET_TEXT, 0, 1) == ET_EINVALID)
    #expect(lastError().contains("it must be ET_DOUBLE, ET_FLOAT, ET_INT or ET_INT32"))
    #expect(log("x", doubles, ET_DOUBLE, .max, 2) == ET_EINVALID)
    #expect(log("x", doubles, ET_DOUBLE, .min, 2) == ET_EINVALID)
    #expect(log("x", doubles, ET_DOUBLE, 8, -1) == ET_EINVALID)
    #expect(log("x", doubles, ET_DOUBLE, 8, .max) == ET_EINVALID)
    #expect(log("x", doubles, ET_DOUBLE, 8, 0) == ET_OK)

    func history(_ key: String) -> (steps: [Int64], values: [Double]) {
      var history: OpaquePointer?
      guard et_history_open(experiment, key, &history) == ET_OK else { return ([], []) }
      defer { et_history_free(history) }
      let count = et_history_count(history)
      return (
        Array(UnsafeBufferPointer(start: et_history_steps(history), count: count)),
        Array(UnsafeBufferPointer(start: et_history_values(history), count: count))
      )
    }
  }

  @Test func `what is beyond a limit is refused with its size`() throws {
    let fixture = try Fixture()
    func letters(_ count: Int) -> String { String(repeating: "a", count: count) }
    var out: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, letters(65_537), nil, &out) == ET_ENAME)
    #expect(lastError().contains("65537 bytes, more than 65536"))
    #expect(et_experiment_log_metric(fixture.experiment, letters(1_048_576), 1, 0) == ET_OK)
    #expect(et_experiment_log_metric(fixture.experiment, letters(1_048_577), 1, 0) == ET_EINVALID)
    #expect(lastError().contains("1048577 bytes, more than 1048576"))
    #expect(et_experiment_log_text(fixture.experiment, "k", letters(8_384_513), 0, 0) != ET_OK)
    #expect(lastError().contains("more than 8384512; save it as an artifact"))
    let nested = { (levels: Int) in
      "{\"k\": " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        + "}"
    }
    #expect(et_experiment_log_params(fixture.experiment, nested(50)) == ET_OK)
    #expect(et_experiment_log_params(fixture.experiment, nested(51)) == ET_ESERIALISE)
  }
}
