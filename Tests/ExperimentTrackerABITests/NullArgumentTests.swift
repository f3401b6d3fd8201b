import CExperimentTracker
import Testing
import TrackingTestSupport

@Suite struct NullArgumentTests {
  private struct Call: Sendable {
    let parameter: String
    let run: @Sendable (OpaquePointer?, OpaquePointer?) -> CInt
    init(_ parameter: String, _ run: @escaping @Sendable (OpaquePointer?, OpaquePointer?) -> CInt) {
      self.parameter = parameter
      self.run = run
    }
  }

  @Test func `every argument that must be there is named when it is NULL`() throws {
    let fixture = try Fixture()
    for (place, call) in calls().enumerated() {
      #expect(call.run(fixture.increment, fixture.experiment) == ET_EINVALID, "call \(place)")
      #expect(lastError() == "the argument '\(call.parameter)' is NULL", "call \(place)")
      #expect(lastErrorJSON().contains(#""code": -1, "name": "InvalidArgument""#))
    }
  }

  @Test func `the fast path leaves what is missing to the general one`() throws {
    let fixture = try Fixture()
    let experiment = fixture.experiment
    var point = et_point(value: 1, step: 0)
    #expect(et_experiment_try_log_metric(nil, "k", 1, 0) == ET_AGAIN)
    #expect(et_experiment_try_log_metric(experiment, nil, 1, 0) == ET_AGAIN)
    #expect(et_experiment_try_log_point(nil, "k", &point) == ET_AGAIN)
    #expect(et_experiment_try_log_point(experiment, nil, &point) == ET_AGAIN)
    #expect(et_experiment_try_log_point(experiment, "k", nil) == ET_AGAIN)
    #expect(et_experiment_try_log_metrics(nil, nil, nil, 1, 0) == ET_AGAIN)
  }

  private func calls() -> [Call] { logging() + records() + artifacts() + reading() }

  private func logging() -> [Call] {
    [
      Call("experiment") { _, _ in et_experiment_log_metric(nil, "k", 1, 0) },
      Call("key") { _, e in et_experiment_log_metric(e, nil, 1, 0) },
      Call("experiment") { _, _ in et_experiment_log_metric_int(nil, "k", 1, 0) },
      Call("key") { _, e in et_experiment_log_metric_int(e, nil, 1, 0) },
      Call("experiment") { _, _ in et_experiment_log_metric_bool(nil, "k", 1, 0) },
      Call("key") { _, e in et_experiment_log_metric_bool(e, nil, 1, 0) },
      Call("experiment") { _, _ in et_experiment_log_metrics(nil, nil, nil, 0, 0) },
      Call("keys") { _, e in et_experiment_log_metrics(e, nil, [1], 1, 0) },
      Call("keys[0]") { _, e in et_experiment_log_metrics(e, [nil], [1], 1, 0) },
      Call("values") { _, e in
        "k".withCString { key in et_experiment_log_metrics(e, [key], nil, 1, 0) }
      },
      Call("experiment") { _, _ in et_experiment_log_series(nil, "k", [1], nil, nil, 1) },
      Call("key") { _, e in et_experiment_log_series(e, nil, [1], nil, nil, 1) },
      Call("values") { _, e in et_experiment_log_series(e, "k", nil, nil, nil, 1) },
      Call("experiment") { _, _ in et_experiment_log_histogram(nil, "k", [0, 1], [1], 1, 0, 0) },
      Call("key") { _, e in et_experiment_log_histogram(e, nil, [0, 1], [1], 1, 0, 0) },
      Call("edges") { _, e in et_experiment_log_histogram(e, "k", nil, [1], 1, 0, 0) },
      Call("counts") { _, e in et_experiment_log_histogram(e, "k", [0, 1], nil, 1, 0, 0) },
      Call("experiment") { _, _ in et_experiment_log_distribution(nil, "k", [1], 1, 0, 0, 0) },
      Call("key") { _, e in et_experiment_log_distribution(e, nil, [1], 1, 0, 0, 0) },
      Call("values") { _, e in et_experiment_log_distribution(e, "k", nil, 1, 0, 0, 0) },
      Call("experiment") { _, _ in et_experiment_log_text(nil, "k", "v", 0, 0) },
      Call("key") { _, e in et_experiment_log_text(e, nil, "v", 0, 0) },
      Call("text") { _, e in et_experiment_log_text(e, "k", nil, 0, 0) },
      Call("experiment") { _, _ in et_experiment_log_image(nil, "k", "v", 1, 0, 0) },
      Call("key") { _, e in et_experiment_log_image(e, nil, "v", 1, 0, 0) },
      Call("bytes") { _, e in et_experiment_log_image(e, "k", nil, 1, 0, 0) },
      Call("experiment") { _, _ in et_experiment_log_summary(nil, "v", 1, 0, 0) },
      Call("bytes") { _, e in et_experiment_log_summary(e, nil, 1, 0, 0) },
      Call("experiment") { _, _ in et_experiment_log_param_int(nil, "k", 1) },
      Call("key") { _, e in et_experiment_log_param_int(e, nil, 1) },
      Call("experiment") { _, _ in et_experiment_log_param_double(nil, "k", 1) },
      Call("key") { _, e in et_experiment_log_param_double(e, nil, 1) },
      Call("experiment") { _, _ in et_experiment_log_param_bool(nil, "k", 1) },
      Call("key") { _, e in et_experiment_log_param_bool(e, nil, 1) },
      Call("experiment") { _, _ in et_experiment_log_param_text(nil, "k", "v") },
      Call("key") { _, e in et_experiment_log_param_text(e, nil, "v") },
      Call("value") { _, e in et_experiment_log_param_text(e, "k", nil) },
      Call("experiment") { _, _ in et_experiment_log_params(nil, "{}") },
      Call("json") { _, e in et_experiment_log_params(e, nil) },
    ]
  }

  private func records() -> [Call] {
    [
      Call("experiment") { _, _ in et_experiment_log_note(nil, "n") },
      Call("text") { _, e in et_experiment_log_note(e, nil) },
      Call("experiment") { _, _ in et_experiment_add_tag(nil, "t") },
      Call("tag") { _, e in et_experiment_add_tag(e, nil) },
      Call("experiment") { _, _ in et_experiment_remove_tag(nil, "t") },
      Call("tag") { _, e in et_experiment_remove_tag(e, nil) },
      Call("experiment") { _, _ in et_experiment_set_status(nil, ET_FAILED, nil) },
      Call("status") { _, e in et_experiment_set_status(e, nil, nil) },
      Call("experiment") { _, _ in et_experiment_select(nil, nil) },
      Call("experiment") { _, _ in et_experiment_log_fact(nil, "s", "{}") },
      Call("section") { _, e in et_experiment_log_fact(e, nil, "{}") },
      Call("json") { _, e in et_experiment_log_fact(e, "s", nil) },
      Call("experiment") { _, _ in et_experiment_capture_git(nil, 0) },
      Call("experiment") { _, _ in et_experiment_capture_code(nil, "[]", 0) },
      Call("json") { _, e in et_experiment_capture_code(e, nil, 0) },
      Call("experiment") { _, _ in et_experiment_capture_text(nil, "p", "t", 1) },
      Call("path") { _, e in et_experiment_capture_text(e, nil, "t", 1) },
      Call("text") { _, e in et_experiment_capture_text(e, "p", nil, 1) },
      Call("out") { _, e in et_experiment_take_notices(e, nil) },
      Call("out") { _, e in et_experiment_dropped(e, nil) },
      Call("out") { _, e in et_experiment_state(e, nil) },
      Call("experiment") { _, _ in et_experiment_flush(nil, 0) },
      Call("experiment") { _, _ in et_experiment_finish(nil, nil, nil) },
      Call("experiment") { _, _ in et_experiment_begin_finish(nil, nil, nil) },
    ]
  }

  private func artifacts() -> [Call] {
    [
      Call("experiment") { _, _ in et_experiment_save_bytes(nil, "p", "b", 1, nil) },
      Call("path") { _, e in et_experiment_save_bytes(e, nil, "b", 1, nil) },
      Call("bytes") { _, e in et_experiment_save_bytes(e, "p", nil, 1, nil) },
      Call("experiment") { _, _ in et_experiment_save_file(nil, "s", "p", nil) },
      Call("source") { _, e in et_experiment_save_file(e, nil, "p", nil) },
      Call("out_path") { _, e in
        var artifact: OpaquePointer?
        return et_artifact_begin(e, "p", &artifact, nil)
      },
      Call("out") { _, e in
        var path: UnsafeMutablePointer<CChar>?
        return et_artifact_begin(e, "p", nil, &path)
      },
      Call("artifact") { _, _ in et_artifact_commit(nil, nil) },
      Call("out") { _, e in et_artifact_path(e, "p", nil) },
      Call("experiment") { _, _ in et_artifact_check(nil, "p", 0) },
      Call("path") { _, e in et_artifact_check(e, nil, 0) },
      Call("out") { _, _ in et_artifact_step_path("p", 1, nil) },
      Call("out") { _, _ in et_project_path(nil, nil) },
      Call("out") { _, _ in et_project_increments(nil, nil) },
      Call("out") { _, _ in et_folder_name("a", nil) },
      Call("out") { _, _ in et_text_closest("a", "[]", nil) },
      Call("out") { _, _ in et_url_redact("https://example.com", nil) },
      Call("out") { _, _ in et_results_html("{}", nil) },
      Call("out") { _, _ in et_params_differing("[]", nil) },
      Call("out") { _, e in et_experiment_save_report(e, nil, nil) },
      Call("experiment") { _, _ in et_experiment_log_output(nil, "x", 1) },
      Call("bytes") { _, e in et_experiment_log_output(e, nil, 1) },
    ]
      + withOut("experiment") { _, _, out in et_artifact_path(nil, "p", out) }
      + withOut("path") { _, e, out in et_artifact_path(e, nil, out) }
      + withOut("path") { _, _, out in et_artifact_step_path(nil, 1, out) }
      + withOut("name") { _, _, out in et_folder_name(nil, out) }
      + withOut("text") { _, _, out in et_text_closest(nil, "[]", out) }
      + withOut("names") { _, _, out in et_text_closest("a", nil, out) }
      + withOut("url") { _, _, out in et_url_redact(nil, out) }
      + withOut("json") { _, _, out in et_results_html(nil, out) }
      + withOut("rows") { _, _, out in et_params_differing(nil, out) }
      + withOut("experiment") { _, _, out in et_experiment_save_report(nil, nil, out) }
  }

  private func reading() -> [Call] {
    withOut("experiment") { _, _, out in et_experiment_read(nil, out) }
      + [Call("check") { _, _ in et_check_step(nil, nil, nil) }]
      + withOut("report") { _, _, out in et_report_json(nil, out) }
      + withOut("report") { _, _, out in et_report_text(nil, 80, out) }
      + withOut("report") { _, _, out in et_report_html(nil, out) }
      + withOut("experiment") { _, _, out in et_experiment_html(nil, out) }
      + withOut("experiment") { _, e, out in et_experiment_diff(nil, e, nil, out) }
      + withOut("other") { _, e, out in et_experiment_diff(e, nil, nil, out) }
      + withOut("experiment") { _, e, out in et_experiment_why(nil, e, nil, out) }
      + withOut("other") { _, e, out in et_experiment_why(e, nil, nil, out) }
      + withOut("experiment") { _, _, out in et_experiment_reproduce(nil, nil, out) }
      + withOut("history") { _, _, out in et_history_problems(nil, out) }
      + withOut("reader") { _, _, out in et_value_reader_problems(nil, out) }
      + withOut("comparison") { _, _, out in et_comparison_json(nil, out) }
      + withOut("comparison") { _, _, out in et_comparison_markdown(nil, out) }
      + withOut("comparison") { _, _, out in et_comparison_html(nil, out) }
      + withOut("comparison") { _, _, out in et_comparison_text(nil, 80, out) }
      + withOut("comparison") { _, _, out in et_comparison_page(nil, out) }
      + withOut("increment") { _, _, out in et_increment_review(nil, nil, out) }
      + withOut("increment") { _, _, out in et_increment_github_issue(nil, "t", nil, out) }
      + withOut("title") { i, _, out in et_increment_github_issue(i, nil, nil, out) }
      + withOut("watch") { _, _, out in et_watch_look(nil, out) }
      + withHandle("increment") { _, _, out in et_watch_open(nil, nil, out) }
      + withOut("dashboard") { _, _, out in et_dashboard_html(nil, nil, out) }
      + withOut("dashboard") { _, _, out in et_dashboard_ask(nil, "{}", out) }
      + withOut("listing") { _, _, out in et_listing_read(nil, 0, out) }
      + withOut("listing") { _, _, out in et_listing_table(nil, 0, 1, out) }
      + withOut("listing") { _, _, out in et_listing_notes(nil, out) }
      + withOut("listing") { _, _, out in et_listing_text(nil, nil, 80, out) }
      + withOut("listing") { _, _, out in et_listing_html(nil, nil, out) }
      + withOut("listing") { _, _, out in et_listing_export(nil, nil, nil, out) }
      + withOut("increment") { _, _, out in et_increment_sync_docs(nil, nil, out) }
      + withHandle("increment") { _, _, out in et_listing_open(nil, nil, out) }
      + withHandle("experiments") { _, _, out in et_listing_of(nil, 1, out) }
      + withHandle("experiments[1]") { _, e, out in et_listing_of([e, nil], 2, out) }
      + withHandle("experiment") { _, _, out in et_experiment_archive(nil, 0, out) }
      + withHandle("experiment") { _, _, out in et_experiment_restore(nil, out) }
      + withHandle("experiment") { _, _, out in et_history_open(nil, "k", out) }
      + withHandle("key") { _, e, out in et_history_open(e, nil, out) }
      + withHandle("experiment") { _, _, out in et_history_reader_open(nil, "k", out) }
      + withHandle("key") { _, e, out in et_history_reader_open(e, nil, out) }
      + withHandle("reader") { _, _, out in et_history_reader_next(nil, 1, out) }
      + withHandle("experiment") { _, _, out in et_value_reader_open(nil, "k", "text", out) }
      + withHandle("reader") { _, _, out in et_value_reader_next(nil, out) }
      + withHandle("history") { _, _, out in et_history_sample(nil, 9, out) }
      + withHandle("increment") { _, _, out in et_increment_compare(nil, nil, out) }
      + withHandle("query") { i, _, out in et_experiment_open(i, nil, out) }
      + withHandle("json") { _, _, out in et_document_parse(nil, out) }
      + withOut("experiment") { _, e, out in et_artifact_use(nil, e, "a", out) }
      + withOut("source") { _, e, out in et_artifact_use(e, nil, "a", out) }
      + withOut("path") { _, e, out in et_artifact_use(e, e, nil, out) }
      + withOut("increment") { _, _, out in et_artifact_find(nil, "00000000", out) }
      + withOut("sha256") { i, _, out in et_artifact_find(i, nil, out) }
      + withHandle("parent") { _, _, out in et_experiment_start_child(nil, "c", nil, out) }
      + [
        Call("out") { _, _ in et_increment_open("42", nil, nil) },
        Call("out") { _, _ in et_increment_ensure("42", nil, nil) },
        Call("out") { i, _ in et_listing_open(i, nil, nil) },
        Call("out") { _, _ in et_listing_read(nil, 0, nil) },
        Call("out") { _, _ in et_listing_table(nil, 0, 1, nil) },
        Call("out") { _, _ in et_listing_export(nil, nil, nil, nil) },
        Call("out") { _, _ in et_listing_text(nil, nil, 80, nil) },
        Call("out") { _, _ in et_listing_html(nil, nil, nil) },
        Call("out") { _, e in et_listing_of([e], 1, nil) },
        Call("out") { _, e in et_experiment_archive(e, 0, nil) },
        Call("out") { _, e in et_experiment_restore(e, nil) },
        Call("experiment") { _, _ in et_experiment_delete(nil, 0) },
        Call("out") { i, _ in et_experiment_start(i, "y", nil, nil) },
        Call("out") { i, _ in et_experiment_open(i, "x", nil) },
        Call("out") { _, e in et_experiment_start_child(e, "c", nil, nil) },
        Call("out") { _, e in et_experiment_read(e, nil) },
        Call("out") { _, e in et_experiment_html(e, nil) },
        Call("out") { _, e in et_experiment_diff(e, e, nil, nil) },
        Call("out") { _, e in et_experiment_why(e, e, nil, nil) },
        Call("out") { _, e in et_experiment_reproduce(e, nil, nil) },
        Call("out") { _, e in et_history_open(e, "k", nil) },
        Call("out") { _, e in et_history_reader_open(e, "k", nil) },
        Call("out") { _, _ in et_history_reader_next(nil, 1, nil) },
        Call("out") { _, e in et_value_reader_open(e, nil, nil, nil) },
        Call("out") { _, _ in et_value_reader_next(nil, nil) },
        Call("out") { i, _ in et_increment_compare(i, nil, nil) },
        Call("out") { i, _ in et_increment_review(i, nil, nil) },
        Call("out") { i, _ in et_watch_open(i, nil, nil) },
        Call("out") { i, _ in et_dashboard_open(i, nil, nil) },
        Call("out") { i, _ in et_increment_github_issue(i, "t", nil, nil) },
        Call("out") { i, _ in et_increment_sync_docs(i, nil, nil) },
        Call("out") { _, e in et_experiment_snapshot(e, nil) },
        Call("out") { _, _ in et_listing_snapshot(nil, 0, nil) },
        Call("out") { _, _ in et_comparison_snapshot(nil, 0, nil) },
        Call("out") { _, _ in et_project_open(nil, nil) },
        Call("out") { _, _ in et_document_parse("1", nil) },
        Call("out") { _, e in et_artifact_use(e, e, "a", nil) },
        Call("out") { i, _ in et_artifact_find(i, "00000000", nil) },
        Call("snapshot") { _, _ in et_snapshot_param_double(nil, "k", nil) },
        Call("snapshot") { _, _ in et_snapshot_param_int(nil, "k", nil) },
        Call("snapshot") { _, _ in et_snapshot_param_bool(nil, "k", nil) },
        Call("snapshot") { _, _ in et_snapshot_param_text(nil, "k", nil) },
        Call("comparison") { _, _ in et_comparison_best(nil, nil, nil) },
        Call("comparison") { _, _ in et_comparison_value(nil, 0, nil, nil) },
        Call("experiment") { _, _ in
          et_experiment_log_array(nil, "k", [1.0], ET_DOUBLE, 0, nil, nil, 1)
        },
        Call("key") { _, e in
          et_experiment_log_array(e, nil, [1.0], ET_DOUBLE, 0, nil, nil, 1)
        },
        Call("values") { _, e in
          et_experiment_log_array(e, "k", nil, ET_DOUBLE, 0, nil, nil, 1)
        },
      ]
  }

  private typealias TextOut = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// The text is NULL after the failure, whatever it was before.
  private func withOut(
    _ parameter: String,
    _ run: @escaping @Sendable (OpaquePointer?, OpaquePointer?, TextOut) -> CInt
  ) -> [Call] {
    [
      Call(parameter) { increment, experiment in
        var out = UnsafeMutablePointer<CChar>(bitPattern: 8)
        let code = run(increment, experiment, &out)
        #expect(out == nil)
        return code
      }
    ]
  }

  private func withHandle(
    _ parameter: String,
    _ run:
      @escaping @Sendable (
        OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>
      ) -> CInt
  ) -> [Call] {
    [
      Call(parameter) { increment, experiment in
        var out = OpaquePointer(bitPattern: 8)
        let code = run(increment, experiment, &out)
        #expect(out == nil)
        return code
      }
    ]
  }

  @Test func `a snapshot names what is NULL, and finds nothing by it`() throws {
    let fixture = try Fixture()
    var snapshot: UnsafeMutablePointer<et_snapshot>?
    #expect(et_experiment_snapshot(nil, &snapshot) == ET_EINVALID && snapshot == nil)
    #expect(et_experiment_log_param_int(fixture.experiment, "k", 1) == ET_OK)
    #expect(et_experiment_snapshot(fixture.experiment, &snapshot) == ET_OK)
    var integer: Int64 = 0
    #expect(et_snapshot_param_int(snapshot, nil, &integer) == ET_EINVALID)
    #expect(lastError() == "the argument 'key' is NULL")
    #expect(et_snapshot_param_int(snapshot, "k", nil) == ET_EINVALID)
    #expect(lastError() == "the argument 'out' is NULL")
    #expect(et_snapshot_param(snapshot, nil) == nil && et_snapshot_metric(snapshot, nil) == nil)
    #expect(et_snapshot_artifact(snapshot, nil, 0) == nil)
    #expect(et_node_get(et_snapshot_param(snapshot, "k"), nil) == nil)
    et_snapshot_free(snapshot)
  }

  @Test func `what is asked of NULL is nothing, and NULL is released harmlessly`() {
    #expect(et_increment_name(nil) == nil)
    #expect(et_increment_path(nil) == nil)
    #expect(et_increment_reason(nil) == nil)
    #expect(et_experiment_name(nil) == nil)
    #expect(et_experiment_path(nil) == nil)
    #expect(et_experiment_increment(nil) == nil)
    #expect(et_history_count(nil) == 0)
    #expect(et_history_steps(nil) == nil)
    #expect(et_history_values(nil) == nil)
    #expect(et_history_integers(nil) == nil)
    #expect(et_history_times(nil) == nil)
    #expect(et_history_writers(nil) == nil)
    #expect(et_snapshot_metric(nil, "k") == nil)
    #expect(et_snapshot_param(nil, "k") == nil)
    #expect(et_snapshot_artifact(nil, "k", 0) == nil)
    #expect(et_node_get(nil, "k") == nil)
    #expect(et_document_root(nil) == nil)
    #expect(et_comparison_count(nil) == 0)
    #expect(et_comparison_rank(nil, 0) == 0)
    #expect(et_comparison_metric(nil) == nil)
    et_snapshot_free(nil)
    et_document_free(nil)
    et_project_free(nil)
    et_increment_free(nil)
    et_experiment_free(nil)
    et_history_free(nil)
    et_comparison_free(nil)
    et_artifact_abort(nil)
    et_string_free(nil)
  }
}
