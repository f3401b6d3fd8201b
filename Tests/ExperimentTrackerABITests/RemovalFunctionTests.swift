import CExperimentTracker
import Testing

@Suite struct RemovalFunctionTests {
  private func names(_ fixture: Fixture, _ options: String? = nil) -> Int {
    var listing: OpaquePointer?
    guard et_listing_open(fixture.increment, options, &listing) == ET_OK else { return -1 }
    defer { et_listing_free(listing) }
    return et_listing_count(listing)
  }

  @Test func `an experiment is archived, brought back and deleted`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_metric(fixture.experiment, "auc", 0.5, 0) == ET_OK)
    var moved: OpaquePointer?
    #expect(et_experiment_archive(fixture.experiment, 0, &moved) == ET_EBUSY)
    #expect(moved == nil && lastError().contains("is running"))
    #expect(et_experiment_delete(fixture.experiment, 0) == ET_EBUSY)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    #expect(et_experiment_restore(fixture.experiment, &moved) == ET_EINVALID)

    #expect(et_experiment_archive(fixture.experiment, 0, &moved) == ET_OK)
    #expect(String(cString: et_experiment_path(moved)).hasSuffix("/_archive/x"))
    #expect(names(fixture) == 0 && names(fixture, #"{"archived": true}"#) == 1)
    var again: OpaquePointer?
    #expect(et_experiment_archive(fixture.experiment, 0, &again) == ET_ENOEXPERIMENT)
    #expect(et_experiment_archive(moved, 0, &again) == ET_EINVALID)

    #expect(et_experiment_restore(moved, &again) == ET_OK)
    #expect(names(fixture) == 1)
    #expect(text { et_experiment_read(again, $0) }?.contains(#""auc""#) == true)
    #expect(et_experiment_delete(again, 0) == ET_OK)
    #expect(et_experiment_delete(again, 0) == ET_ENOEXPERIMENT)
    #expect(names(fixture, #"{"archived": true}"#) == 0)
    et_experiment_free(moved)
    et_experiment_free(again)
  }

  @Test func `a running experiment is deleted only by force, and a child is not archived`() throws {
    let fixture = try Fixture()
    var child: OpaquePointer?
    #expect(et_experiment_start_child(fixture.experiment, "c", nil, &child) == ET_OK)
    #expect(et_experiment_finish(child, nil, nil) == ET_OK)
    var moved: OpaquePointer?
    #expect(et_experiment_archive(child, 1, &moved) == ET_EINVALID)
    et_experiment_free(child)
    #expect(et_experiment_delete(fixture.experiment, 1) == ET_OK)
    #expect(names(fixture, #"{"children": true, "archived": true}"#) == 0)
  }
}
