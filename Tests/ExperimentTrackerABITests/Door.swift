import CExperimentTracker
import Testing
import TrackingTestSupport

/// An increment and an experiment behind the C functions, released at the end.
final class Door {
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
