internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_experiment_log_metric(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: Double, _ step: Int64
) -> CInt {
  if logHot(pointer, key, .double(value), step) { return 0 }
  return logging { () throws(TrackingError) in
    try experiment(pointer).log(try CText.key(key), .double(value), step: step)
  }
}

@c @implementation
public func et_experiment_log_metric_int(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: Int64, _ step: Int64
) -> CInt {
  if logHot(pointer, key, .integer(value), step) { return 0 }
  return logging { () throws(TrackingError) in
    try experiment(pointer).log(try CText.key(key), .integer(value), step: step)
  }
}

@c @implementation
public func et_experiment_log_metric_bool(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: CInt, _ step: Int64
) -> CInt {
  logging { () throws(TrackingError) in
    try experiment(pointer).log(try CText.key(key), .boolean(value != 0), step: step)
  }
}

@c @implementation
public func et_experiment_log_metrics(
  _ pointer: OpaquePointer?, _ keys: UnsafePointer<UnsafePointer<CChar>?>?,
  _ values: UnsafePointer<Double>?, _ count: Int, _ step: Int64
) -> CInt {
  if et_experiment_try_log_metrics(pointer, keys, values, count, step) == 0 { return 0 }
  return logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    try requireArrays(count, [("keys", keys == nil), ("values", values == nil)])
    guard let keys, let values, count > 0 else { return .stored }
    var points: [(Key, MetricValue)] = []
    points.reserveCapacity(min(count, 1024))
    for index in 0..<count {
      points.append((try CText.key(keys[index], "keys[\(index)]"), .double(values[index])))
    }
    return try experiment.log(points, step: step)
  }
}

@c @implementation
public func et_experiment_log_series(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ values: UnsafePointer<Double>?,
  _ steps: UnsafePointer<Int64>?, _ times: UnsafePointer<Double>?, _ count: Int
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let key = try CText.key(key)
    try requireArrays(count, [("values", values == nil)])
    guard let values, count > 0 else { return .stored }
    return try experiment.logSeries(
      key, UnsafeBufferPointer(start: values, count: count), steps: steps, times: times)
  }
}

func requireArrays(
  _ count: Int, _ arrays: [(name: String, isNull: Bool)]
) throws(TrackingError) {
  if count < 0 || count > 1 << 40 {
    throw TrackingError(.invalidArgument, "the argument 'count' is \(UInt(bitPattern: count))")
  }
  for array in arrays where array.isNull && count > 0 { throw CText.missing(array.name) }
}
