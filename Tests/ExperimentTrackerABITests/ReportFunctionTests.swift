import CExperimentTracker
import Testing
import TrackingTestSupport

@Suite struct ReportFunctionTests {
  private func archive(_ fixture: Fixture, _ options: String) -> OpaquePointer? {
    var report: OpaquePointer?
    guard et_increment_archive(fixture.increment, options, &report) == ET_OK else { return nil }
    return report
  }

  @Test func `experiments are archived by a condition, after a look`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    let plan = archive(fixture, #"{"names": ["x"]}"#)
    let json = text { et_report_json(plan, $0) } ?? ""
    #expect(json.contains(#""dry_run": true"#) && json.contains(#""moved_to": null"#))
    #expect(json.contains(#""action": "archive", "reason": "named", "name": "x""#))
    let table = text { et_report_text(plan, 80, $0) } ?? ""
    #expect(table.hasSuffix("Dry run: nothing was moved. 1 experiment would be archived.\n"))
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(text { et_report_html(plan, $0) }?.contains("What would be archived") == true)
    et_report_free(plan)

    let done = archive(fixture, #"{"where": "status == 'completed'", "dry_run": false}"#)
    #expect(text { et_report_json(done, $0) }?.contains(#""moved_to": "_archive/x""#) == true)
    et_report_free(done)
    var archived: OpaquePointer?
    #expect(et_experiment_open_archived(fixture.increment, "x", &archived) == ET_OK)
    var restored: OpaquePointer?
    #expect(et_experiment_restore(archived, &restored) == ET_OK)
    et_experiment_free(archived)
    et_experiment_free(restored)
    #expect(et_experiment_open_archived(fixture.increment, "x", &archived) == ET_ENOEXPERIMENT)
  }

  @Test func `a report is refused where the request or the handle is wrong`() throws {
    let fixture = try Fixture()
    var report: OpaquePointer?
    for options in [
      nil, "{}", #"{"older_than": "6m"}"#, #"{"older_than": 6}"#, #"{"where": "auc >"}"#,
      #"{"names": "x"}"#, #"{"older": "6mo"}"#, "[", #"{"force": 1, "names": ["x"]}"#,
    ] {
      #expect(et_increment_archive(fixture.increment, options, &report) == ET_EINVALID)
      #expect(report == nil)
    }
    #expect(
      et_increment_archive(fixture.increment, #"{"names": ["y"]}"#, &report) == ET_ENOEXPERIMENT)
    #expect(et_increment_archive(nil, #"{"names": ["x"]}"#, &report) == ET_EINVALID)
    #expect(et_report_json(fixture.increment, nil) == ET_EINVALID)
    var out: UnsafeMutablePointer<CChar>?
    #expect(et_report_json(fixture.increment, &out) == ET_EINVALID)
    #expect(lastError().contains("is a handle of another kind"))
    et_report_free(nil)
  }

  @Test func `a check is made step by step, and reports what it found`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    try fixture.sandbox.write(
      ".specweave/increments/0042-topic/experiments/x/notes.txt", "mine")
    var check: OpaquePointer?
    #expect(et_check_open(fixture.increment, #"{"artifacts": true}"#, &check) == ET_OK)
    var (done, total): (UInt64, UInt64) = (0, 0)
    var steps = 0
    repeat {
      #expect(et_check_step(check, &done, &total) == ET_OK)
      steps += 1
    } while done < total
    #expect(steps == 2 && total == 2)
    #expect(et_check_step(check, nil, nil) == ET_OK)
    var report: OpaquePointer?
    #expect(et_check_report(check, &report) == ET_OK)
    et_check_free(check)
    let json = text { et_report_json(report, $0) } ?? ""
    #expect(json.contains(#""experiments": 1, "repair": false, "healthy": true"#))
    #expect(json.contains(#""kind": "foreign-file""#) && json.contains(#""path": "x/notes.txt""#))
    let table = text { et_report_text(report, 0, $0) } ?? ""
    #expect(table.hasSuffix("1 experiment checked: 1 info.\n"))
    et_report_free(report)
    #expect(et_check_open(fixture.increment, #"{"fix": true}"#, &check) == ET_EINVALID)
    #expect(et_check_open(nil, nil, &check) == ET_EINVALID)
    #expect(et_check_report(fixture.increment, &report) == ET_EINVALID)
    et_check_free(nil)
  }
}
