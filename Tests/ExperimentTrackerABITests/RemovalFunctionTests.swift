import CExperimentTracker
import Testing

@Suite struct RemovalFunctionTests {
  private func names(_ door: Door, _ options: String? = nil) -> Int {
    var listing: OpaquePointer?
    guard et_listing_open(door.increment, options, &listing) == ET_OK else { return -1 }
    defer { et_listing_free(listing) }
    return et_listing_count(listing)
  }

  @Test func `an experiment is archived, brought back and deleted`() throws {
    let door = try Door()
    #expect(et_experiment_log_metric(door.experiment, "auc", 0.5, 0) == ET_OK)
    var moved: OpaquePointer?
    #expect(et_experiment_archive(door.experiment, 0, &moved) == ET_EBUSY)
    #expect(moved == nil && lastError().contains("is running"))
    #expect(et_experiment_delete(door.experiment, 0) == ET_EBUSY)
    #expect(et_experiment_finish(door.experiment, nil, nil) == ET_OK)
    #expect(et_experiment_restore(door.experiment, &moved) == ET_EINVALID)

    #expect(et_experiment_archive(door.experiment, 0, &moved) == ET_OK)
    #expect(String(cString: et_experiment_path(moved)).hasSuffix("/_archive/x"))
    #expect(names(door) == 0 && names(door, #"{"archived": true}"#) == 1)
    var again: OpaquePointer?
    #expect(et_experiment_archive(door.experiment, 0, &again) == ET_ENOEXPERIMENT)
    #expect(et_experiment_archive(moved, 0, &again) == ET_EINVALID)

    #expect(et_experiment_restore(moved, &again) == ET_OK)
    #expect(names(door) == 1)
    #expect(text { et_experiment_read(again, $0) }?.contains(#""auc""#) == true)
    #expect(et_experiment_delete(again, 0) == ET_OK)
    #expect(et_experiment_delete(again, 0) == ET_ENOEXPERIMENT)
    #expect(names(door, #"{"archived": true}"#) == 0)
    et_experiment_free(moved)
    et_experiment_free(again)
  }

  @Test func `a running experiment is deleted only by force, and a child is not archived`() throws {
    let door = try Door()
    var child: OpaquePointer?
    #expect(et_experiment_start_child(door.experiment, "c", nil, &child) == ET_OK)
    #expect(et_experiment_finish(child, nil, nil) == ET_OK)
    var moved: OpaquePointer?
    #expect(et_experiment_archive(child, 1, &moved) == ET_EINVALID)
    et_experiment_free(child)
    #expect(et_experiment_delete(door.experiment, 1) == ET_OK)
    #expect(names(door, #"{"children": true, "archived": true}"#) == 0)
  }
}
