internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_experiment_log_histogram(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ edges: UnsafePointer<Double>?,
  _ counts: UnsafePointer<Double>?, _ count: Int, _ step: Int64, _ time: Double
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let key = try CText.key(key)
    guard let edges else { throw CText.missing("edges") }
    try requireArrays(count, [("counts", counts == nil)])
    // Before so much is read: a wrong number would read what is not there.
    if count > Histogram.mostBuckets {
      throw TrackingError(
        .invalidArgument, "'\(key.text)' has \(count) buckets, more than \(Histogram.mostBuckets)")
    }
    let histogram = try Histogram(
      edges: Array(UnsafeBufferPointer(start: edges, count: count + 1)),
      counts: Array(UnsafeBufferPointer(start: counts, count: counts == nil ? 0 : count)))
    return try experiment.logHistogram(key, histogram, step: step, time: time)
  }
}

@c @implementation
public func et_experiment_log_distribution(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ values: UnsafePointer<Double>?,
  _ count: Int, _ buckets: Int, _ step: Int64, _ time: Double
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let key = try CText.key(key)
    try requireArrays(count, [("values", values == nil)])
    let histogram = try Histogram(
      of: UnsafeBufferPointer(start: values, count: values == nil ? 0 : count),
      buckets: buckets == 0 ? Histogram.usualBuckets : buckets)
    return try experiment.logHistogram(key, histogram, step: step, time: time)
  }
}

@c @implementation
public func et_experiment_log_text(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?,
  _ step: Int64, _ time: Double
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    return try experiment.logText(
      try CText.key(key), try CText.text(text, "text"), step: step, time: time)
  }
}

@c @implementation
public func et_experiment_log_image(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ bytes: UnsafeRawPointer?,
  _ size: Int, _ step: Int64, _ time: Double
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    return try experiment.logImage(
      try CText.key(key), try buffer(bytes, size, "bytes"), step: step, time: time)
  }
}

@c @implementation
public func et_experiment_log_summary(
  _ pointer: OpaquePointer?, _ bytes: UnsafeRawPointer?, _ size: Int, _ step: Int64,
  _ time: Double
) -> CInt {
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    return try experiment.logSummary(
      try buffer(bytes, size, "bytes"), step: step, time: time)
  }
}

@c @implementation
public func et_value_reader_open(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ kind: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let experiment = try experiment(pointer)
      let key = key == nil ? nil : try CText.key(key)
      return ValueReaderHandle(
        try experiment.values(key, kind: kind == nil ? nil : try CText.text(kind, "kind")))
    }
  }
}

@c @implementation
public func et_value_reader_next(
  _ reader: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    guard let out else { throw CText.missing("out") }
    out.pointee = nil
    guard let value = try ValueReaderHandle.of(reader, "reader").reader.next() else { return }
    try returnHandle(out) { ValueHandle(value) }
  }
}

@c @implementation
public func et_value_reader_problems(
  _ reader: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      .list(try ValueReaderHandle.of(reader, "reader").reader.problems.map(Value.text))
    }
  }
}

@c @implementation
public func et_value_reader_free(_ reader: OpaquePointer?) { ValueReaderHandle.release(reader) }

@c @implementation
public func et_value_key(_ value: OpaquePointer?) -> UnsafePointer<CChar>? {
  handle(value)?.key
}

@c @implementation
public func et_value_kind(_ value: OpaquePointer?) -> UnsafePointer<CChar>? {
  handle(value)?.kind
}

@c @implementation
public func et_value_step(_ value: OpaquePointer?) -> Int64 { handle(value)?.value.step ?? 0 }

@c @implementation
public func et_value_time(_ value: OpaquePointer?) -> Double { handle(value)?.value.time ?? 0 }

@c @implementation
public func et_value_writer(_ value: OpaquePointer?) -> UInt32 { handle(value)?.value.writer ?? 0 }

@c @implementation
public func et_value_text(_ value: OpaquePointer?) -> UnsafePointer<CChar>? {
  handle(value)?.text
}

@c @implementation
public func et_value_image(
  _ value: OpaquePointer?, _ size: UnsafeMutablePointer<Int>?
) -> UnsafeRawPointer? {
  let image = handle(value)?.image
  size?.pointee = image?.count ?? 0
  return UnsafeRawPointer(image?.baseAddress)
}

@c @implementation
public func et_value_histogram(
  _ value: OpaquePointer?, _ edges: UnsafeMutablePointer<UnsafePointer<Double>?>?,
  _ counts: UnsafeMutablePointer<UnsafePointer<Double>?>?,
  _ notFinite: UnsafeMutablePointer<UInt64>?
) -> Int {
  let handle = handle(value)
  edges?.pointee = UnsafePointer(handle?.edges?.baseAddress)
  counts?.pointee = UnsafePointer(handle?.counts?.baseAddress)
  notFinite?.pointee = handle?.histogram?.notFinite ?? 0
  return handle?.counts?.count ?? 0
}

@c @implementation
public func et_value_summary(
  _ value: OpaquePointer?, _ size: UnsafeMutablePointer<Int>?
) -> UnsafeRawPointer? {
  let summary = handle(value)?.summary
  size?.pointee = summary?.count ?? 0
  return UnsafeRawPointer(summary?.baseAddress)
}

@c @implementation
public func et_value_free(_ value: OpaquePointer?) { ValueHandle.release(value) }

private func handle(_ value: OpaquePointer?) -> ValueHandle? {
  try? ValueHandle.of(value, "value")
}
