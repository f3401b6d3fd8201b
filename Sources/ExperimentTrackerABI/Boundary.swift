import ExperimentTracker

/// Runs the body of a C function: what it throws becomes the status code and this thread's message.
@inline(__always)
func boundary(_ body: () throws(TrackingError) -> Void) -> CInt {
  do throws(TrackingError) {
    try body()
    return 0
  } catch {
    return LastError.record(error)
  }
}

/// As `boundary` for the functions that log: what waits in memory is `ET_DEFERRED`, with its reason.
@inline(__always)
func logging(_ body: () throws(TrackingError) -> Acknowledgement) -> CInt {
  do throws(TrackingError) {
    switch try body() {
    case .stored: return 0
    case .deferred(let reason), .dropped(let reason):
      _ = LastError.record(reason)
      return 1
    }
  } catch {
    return LastError.record(error)
  }
}
