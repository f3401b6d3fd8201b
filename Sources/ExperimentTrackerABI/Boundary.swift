internal import CPlatform
import ExperimentTracker

/// Runs the body of a C function: what it throws becomes the status code and this thread's message.
@inline(__always)
func boundary(_ body: () throws(TrackingError) -> Void) -> CInt {
  inside(otherwise: LastError.reentered) {
    do throws(TrackingError) {
      try body()
      return 0
    } catch {
      return LastError.record(error)
    }
  }
}

/// As `boundary` for the functions that log: what waits in memory is `ET_DEFERRED`, with its
/// reason.
@inline(__always)
func logging(_ body: () throws(TrackingError) -> Acknowledgement) -> CInt {
  inside(otherwise: LastError.reentered) {
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
}

/// Runs what may wait or ask the kernel: the thread cannot be cancelled meanwhile, and a call of a
/// signal handler that interrupts it does nothing but answer.
@inline(__always)
func inside<Result>(otherwise refused: Result, _ body: () -> Result) -> Result {
  var cancellation: CInt = 0
  guard platform_enter_kernel(&cancellation) != 0 else { return refused }
  defer { platform_leave_kernel(cancellation) }
  return body()
}

/// As `inside` for what neither waits nor asks the kernel.
@inline(__always)
func insideQuickly<Result>(otherwise refused: Result, _ body: () -> Result) -> Result {
  guard platform_enter() != 0 else { return refused }
  defer { platform_leave() }
  return body()
}
