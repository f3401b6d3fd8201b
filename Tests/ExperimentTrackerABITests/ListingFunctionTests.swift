import CExperimentTracker
import Testing
import TrackingTestSupport

@Suite struct ListingFunctionTests {
  private func listing(_ fixture: Fixture, _ options: String? = nil) -> OpaquePointer? {
    var listing: OpaquePointer?
    _ = et_listing_open(fixture.increment, options, &listing)
    return listing
  }

  @Test func `a table has the newest first and metrics before parameters`() throws {
    let fixture = try Fixture()
    var other: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "y", #"{"capture": false}"#, &other) == ET_OK)
    defer { et_experiment_free(other) }
    #expect(et_experiment_log_params(fixture.experiment, #"{"model": {"depth": 3}}"#) == ET_OK)
    #expect(et_experiment_log_params(other, #"{"model": {"depth": 6}}"#) == ET_OK)
    #expect(et_experiment_log_metric(fixture.experiment, "loss", 0.25, 0) == ET_OK)
    #expect(et_experiment_log_metric(other, "accuracy", 0.75, 0) == ET_OK)
    #expect(et_experiment_log_metric(fixture.experiment, "accuracy", 0.5, 0) == ET_OK)

    let listing = listing(fixture)
    defer { et_listing_free(listing) }
    let whole = text { et_listing_text(listing, nil, 80, $0) } ?? ""
    #expect(
      whole == """
        2 experiments, the newest first
                 name  status   accuracy  loss  model.depth
        exp-002  y     running      0.75                  6
        exp-001  x     running      0.50  0.25            3
        """)
    let narrow = text { et_listing_text(listing, nil, 36, $0) } ?? ""
    #expect(narrow.contains("accuracy") && narrow.hasSuffix("(2 more columns)"))
    let chosen = text { et_listing_text(listing, #"{"places": [0]}"#, 0, $0) } ?? ""
    #expect(chosen.hasPrefix("1 experiment\n") && !chosen.contains("exp-002"))
    let turned = text { et_listing_text(listing, #"{"places": [1, 0]}"#, 0, $0) } ?? ""
    #expect(turned.hasPrefix("2 experiments\n"))
    let first = text { et_listing_text(listing, #"{"rows": 1}"#, 0, $0) } ?? ""
    #expect(first.contains("exp-002") && first.hasSuffix("… and 1 more, which are older"))
    let html = text { et_listing_html(listing, nil, $0) } ?? ""
    #expect(html.contains("model.depth") && html.contains("2 experiments, the newest first"))
    let rows = text { et_listing_table(listing, 0, 2, $0) } ?? ""
    #expect(rows.contains(#""model.depth": 3"#) && rows.contains(#""increment": "0042-"#))
  }

  @Test(arguments: [
    #"{"places": [1]}"#, #"{"places": [-1]}"#, #"{"places": 1}"#, #"{"renew": [7]}"#,
    #"{"rows": -1}"#, #"{"wide": true}"#,
  ]) func `options that make no sense are invalid`(options: String) throws {
    let fixture = try Fixture()
    let listing = listing(fixture)
    defer { et_listing_free(listing) }
    var out: UnsafeMutablePointer<CChar>?
    #expect(et_listing_text(listing, options, 80, &out) == ET_EINVALID)
    #expect(out == nil)
    #expect(et_listing_html(listing, options, &out) == ET_EINVALID)
  }

  @Test func `open experiments are a listing as they are now`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_add_tag(fixture.experiment, "now") == ET_OK)
    var listing: OpaquePointer?
    #expect(et_listing_of([fixture.experiment], 1, &listing) == ET_OK)
    defer { et_listing_free(listing) }
    #expect(et_listing_count(listing) == 1)
    #expect(text { et_listing_text(listing, nil, 0, $0) }?.contains("now") == true)
    var none: OpaquePointer?
    #expect(et_listing_of([fixture.experiment], 0, &none) == ET_OK)
    #expect(et_listing_count(none) == 0)
    #expect(text { et_listing_text(none, nil, 0, $0) } == "0 experiments")
    et_listing_free(none)
  }

  @Test func `an export is a text, a file or a folder`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_metric(fixture.experiment, "loss", 0.25, 3) == ET_OK)
    let listing = listing(fixture)
    defer { et_listing_free(listing) }
    let options = #"{"fields": "name,loss"}"#
    #expect(
      text { et_listing_export(listing, nil, options, $0) }
        == #"{"path": null, "text": "name,loss\r\nx,0.25\r\n", "experiments": 1, "notes": []}"#)
    let file = fixture.sandbox.path + "/table.csv"
    #expect(
      text { et_listing_export(listing, file, options, $0) }
        == #"{"path": "\#(file)", "text": null, "experiments": 1, "notes": []}"#)
    let folder = fixture.sandbox.path + "/logs"
    let logs = #"{"format": "tensorboard"}"#
    #expect(
      text { et_listing_export(listing, folder, logs, $0) }
        == #"{"path": "\#(folder)", "text": null, "experiments": 1, "notes": []}"#)
    var out: UnsafeMutablePointer<CChar>?
    #expect(et_listing_export(listing, folder, logs, &out) == ET_EINVALID)
    #expect(lastError().hasPrefix("'\(folder)' is there already; name another folder"))
    let again = #"{"format": "tensorboard", "overwrite": true}"#
    #expect(text { et_listing_export(listing, folder, again, $0) } != nil)
    for wrong in [
      #"{"format": "mlflow"}"#, #"{"format": "excel"}"#, #"{"points": true, "fields": "name"}"#,
      #"{"sheet": 1}"#,
    ] {
      #expect(et_listing_export(listing, nil, wrong, &out) == ET_EINVALID)
      #expect(out == nil)
    }
    #expect(et_listing_export(nil, nil, nil, &out) == ET_EINVALID)
    #expect(et_listing_export(listing, nil, nil, nil) == ET_EINVALID)
  }

  @Test func `increments are named in the options or all are meant`() throws {
    let fixture = try Fixture()
    for options in [#"{"increments": "all"}"#, #"{"increments": ["0042", "42"]}"#] {
      let listing = listing(fixture, options)
      #expect(et_listing_count(listing) == 1)
      et_listing_free(listing)
    }
    #expect(listing(fixture, #"{"increments": "some"}"#) == nil)
    #expect(listing(fixture, #"{"increments": [42]}"#) == nil)
    var listing: OpaquePointer?
    #expect(
      et_listing_open(fixture.increment, #"{"increments": ["9999"]}"#, &listing) == ET_ENOINCREMENT)
  }
}
