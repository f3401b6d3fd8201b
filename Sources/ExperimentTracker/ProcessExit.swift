import CPlatform
import ExperimentRuntime
import FileSystem
import Glibc
import TrackingEntities

/// Experiments that ended as completed because their process ends: they failed if that ends with a
/// status other than 0.
///
/// An interpreter that closes what is open does not know yet with which status it will exit; the C
/// library tells it last of all.
enum ProcessExit {
  /// How an experiment was closed that the program did not finish.
  static let closed = "at exit"

  private static let lock = ForkSafeLock()
  nonisolated(unsafe) private static var ended: [(Experiment, Failure?)] = []
  nonisolated(unsafe) private static var owner: UInt64 = 0
  nonisolated(unsafe) private static var isWatching = false

  /// Judges it by the status with which this process, and no fork of it, exits.
  ///
  /// - Parameter failure: Why it failed, if it did.
  static func watch(_ experiment: Experiment, _ failure: Failure?) {
    lock.withLock { _ in
      if owner != platform_generation() {
        owner = platform_generation()
        ended = []
      }
      ended.append((experiment, failure))
      if !isWatching {
        isWatching = on_exit({ status, _ in ProcessExit.judge(status) }, nil) == 0
      }
    }
  }

  private static func judge(_ status: Int32) {
    let experiments = lock.withLock { _ in owner == platform_generation() ? ended : [] }
    guard status != 0 else { return }
    for (experiment, given) in experiments {
      do throws(TrackingError) {
        guard try experiment.snapshot().status == .completed else { continue }
        let failure =
          given ?? Failure(type: "SystemExit", message: String(status), traceback: "")
        _ = try experiment.setStatus(.failed, failure: failure)
        try experiment.flush()
        ReportRefresh.afterFinish(of: experiment)
        ComparisonRefresh.afterFinish(of: experiment)
      } catch {
        // The process ends, and nothing can be reported any more.
        continue
      }
    }
  }
}
