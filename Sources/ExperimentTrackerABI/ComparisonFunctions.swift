public import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_increment_compare(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  logging { () throws(TrackingError) in
    var problem: TrackingError?
    try returnHandle(out) { () throws(TrackingError) in
      let increment = try IncrementHandle.of(increment, "increment").increment
      let result = try increment.compare(json: CText.bytes(options), for: "a comparison")
      problem = result.problem
      return ComparisonHandle(result, in: increment)
    }
    return problem.map { .deferred($0) } ?? .stored
  }
}

@c @implementation
public func et_comparison_json(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try ComparisonHandle.of(comparison, "comparison").result.json()
    }
  }
}

@c @implementation
public func et_comparison_count(_ comparison: OpaquePointer?) -> Int {
  (try? ComparisonHandle.of(comparison, "comparison"))?.result.comparison.rows.count ?? 0
}

@c @implementation
public func et_comparison_metric(_ comparison: OpaquePointer?) -> UnsafePointer<CChar>? {
  (try? ComparisonHandle.of(comparison, "comparison"))?.metric
}

@c @implementation
public func et_comparison_best(
  _ comparison: OpaquePointer?, _ place: UnsafeMutablePointer<Int>?,
  _ value: UnsafeMutablePointer<Double>?
) -> CInt {
  boundary { () throws(TrackingError) in
    let result = try ComparisonHandle.of(comparison, "comparison").result
    guard let place else { throw CText.missing("place") }
    let (best, score) = try result.bestPlace()
    place.pointee = best
    value?.pointee = score
  }
}

@c @implementation
public func et_comparison_value(
  _ comparison: OpaquePointer?, _ place: Int, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<Double>?
) -> CInt {
  boundary { () throws(TrackingError) in
    let result = try ComparisonHandle.of(comparison, "comparison").result
    guard let out else { throw CText.missing("out") }
    out.pointee = try result.value(of: key == nil ? nil : CText.key(key), at: place)
  }
}

@c @implementation
public func et_comparison_rank(_ comparison: OpaquePointer?, _ place: Int) -> Int {
  guard let result = (try? ComparisonHandle.of(comparison, "comparison"))?.result,
    let row = try? result.row(at: place)
  else { return 0 }
  return row.rank ?? 0
}

@c @implementation
public func et_comparison_snapshot(
  _ comparison: OpaquePointer?, _ place: Int,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<et_snapshot>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnSnapshot(out) { () throws(TrackingError) in
      let handle = try ComparisonHandle.of(comparison, "comparison")
      let row = try handle.result.row(at: place)
      let entry = ListingEntry(of: row, in: handle.increment)
      return SnapshotHandle(
        entry.snapshot, increment: entry.increment, path: entry.path, label: entry.label)
    }
  }
}

@c @implementation
public func et_comparison_markdown(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(comparison, out) { $0.markdown() }
}

@c @implementation
public func et_comparison_page(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      try ComparisonHandle.of(comparison, "comparison").result.page()
    }
  }
}

@c @implementation
public func et_comparison_html(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(comparison, out) { $0.html() }
}

@c @implementation
public func et_comparison_text(
  _ comparison: OpaquePointer?, _ width: CInt,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  text(comparison, out) { $0.text(width: Int(max(0, width))) }
}

@c @implementation
public func et_comparison_free(_ comparison: OpaquePointer?) {
  ComparisonHandle.release(comparison)
}

private func text(
  _ comparison: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ make: (ComparisonResult) -> String
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(make(try ComparisonHandle.of(comparison, "comparison").result).utf8)
    }
  }
}
