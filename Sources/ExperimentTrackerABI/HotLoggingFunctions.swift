public import CExperimentTracker
import ExperimentTracker
import Glibc

@c @implementation
public func et_experiment_try_log_metric(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: Double, _ step: Int64
) -> CInt {
  guard let pointer, let key, ExperimentHandle.isKind(pointer) else { return again }
  return insideQuickly(otherwise: again) {
    Unmanaged<ExperimentHandle>.fromOpaque(UnsafeRawPointer(pointer))
      ._withUnsafeGuaranteedRef {
        $0.experiment.tryLogHot(key, .double(value), step: step) ? 0 : again
      }
  }
}

@c @implementation
public func et_experiment_try_log_point(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ point: UnsafePointer<et_point>?
) -> CInt {
  guard let point else { return again }
  return et_experiment_try_log_metric(pointer, key, point.pointee.value, point.pointee.step)
}

@c @implementation
public func et_experiment_try_log_metrics(
  _ pointer: OpaquePointer?, _ keys: UnsafePointer<UnsafePointer<CChar>?>?,
  _ values: UnsafePointer<Double>?, _ count: Int, _ step: Int64
) -> CInt {
  guard let pointer, let keys, let values, count > 0, ExperimentHandle.isKind(pointer) else {
    return again
  }
  return insideQuickly(otherwise: again) {
    Unmanaged<ExperimentHandle>.fromOpaque(UnsafeRawPointer(pointer))
      ._withUnsafeGuaranteedRef {
        $0.experiment.tryLogHot(
          count: count,
          { index in
            UnsafeRawBufferPointer(start: keys[index], count: keys[index].map(strlen) ?? 0)
          }, { values[$0] }, step: step) ? 0 : again
      }
  }
}

/// `ET_AGAIN`. `ET_AUTO_STEP` is `FastPath.nextStep`.
private let again: CInt = 2

/// Logs a point on the fast path of a hot loop; false if it has to take the general path, which
/// also says what is wrong with the arguments.
@inline(__always)
func logHot(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: MetricValue, _ step: Int64
) -> Bool {
  guard let pointer, let key, ExperimentHandle.isKind(pointer) else { return false }
  return insideQuickly(otherwise: false) {
    Unmanaged<ExperimentHandle>.fromOpaque(UnsafeRawPointer(pointer))
      ._withUnsafeGuaranteedRef { $0.experiment.logHot(key, value, step: step) }
  }
}
