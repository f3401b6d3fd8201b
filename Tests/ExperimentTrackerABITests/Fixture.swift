import CExperimentTracker
import Testing
import TrackingTestSupport

/// An increment and an experiment behind the C functions, released at the end.
final class Fixture {
  let sandbox: Sandbox
  private(set) var increment: OpaquePointer?
  private(set) var experiment: OpaquePointer?

  init() throws {
    sandbox = try Sandbox()
    try #require(et_increment_open(sandbox.increment, sandbox.path, &increment) == ET_OK)
    try #require(
      et_experiment_start(increment, "x", #"{"capture": false}"#, &experiment) == ET_OK)
  }

  deinit {
    et_experiment_free(experiment)
    et_increment_free(increment)
  }

  func json() -> String { text { et_experiment_read(experiment, $0) } ?? "" }

  /// The experiments that the options choose and the notes on the choice; nil if they are refused.
  func listing(_ options: String?) -> (experiments: [String], notes: String)? {
    var listing: OpaquePointer?
    guard et_listing_open(increment, options, &listing) == ET_OK else { return nil }
    defer { et_listing_free(listing) }
    let entries = (0..<et_listing_count(listing)).compactMap { place in
      text { et_listing_read(listing, place, $0) }
    }
    return (entries, text { et_listing_notes(listing, $0) } ?? "")
  }
}

/// Text that a function hands out.
func text(
  _ function: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt
) -> String? {
  var out: UnsafeMutablePointer<CChar>?
  guard function(&out) == ET_OK, let out else { return nil }
  defer { et_string_free(out) }
  return String(cString: out)
}

func lastError() -> String { et_last_error().map { String(cString: $0) } ?? "" }
func lastErrorJSON() -> String { et_last_error_json().map { String(cString: $0) } ?? "" }
