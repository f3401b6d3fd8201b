public import CExperimentTracker
import ExperimentTracker
import Glibc

typealias SnapshotOut = UnsafeMutablePointer<UnsafeMutablePointer<et_snapshot>?>

func returnSnapshot(
  _ out: SnapshotOut?, _ make: () throws(TrackingError) -> SnapshotHandle
) throws(TrackingError) {
  try returnStructure(out) { () throws(TrackingError) in
    let handle = try make()
    guard let structure = handle.structure else {
      throw TrackingError(.internalError, "the snapshot was not filled")
    }
    return (handle, structure)
  }
}

@c @implementation
public func et_experiment_snapshot(
  _ pointer: OpaquePointer?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<et_snapshot>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnSnapshot(out) { () throws(TrackingError) in
      let experiment = try experiment(pointer)
      let (snapshot, label) = try experiment.labelledSnapshot()
      return SnapshotHandle(
        snapshot, increment: experiment.increment, path: experiment.path, label: label)
    }
  }
}

@c @implementation
public func et_listing_snapshot(
  _ listing: OpaquePointer?, _ place: Int,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<et_snapshot>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnSnapshot(out) { () throws(TrackingError) in
      let entry = try ListingHandle.of(listing, "listing").listing.entry(at: place)
      return SnapshotHandle(
        entry.snapshot, increment: entry.increment, path: entry.path, label: entry.label)
    }
  }
}

@c @implementation
public func et_snapshot_metric(
  _ snapshot: UnsafePointer<et_snapshot>?, _ key: UnsafePointer<CChar>?
) -> UnsafePointer<et_metric>? {
  guard let filled = filled(snapshot), let key, let metrics = filled.metrics else { return nil }
  for place in 0..<filled.metric_count {
    if let metric = metrics[place], let name = metric.pointee.key, strcmp(name, key) == 0 {
      return metric
    }
  }
  return nil
}

@c @implementation
public func et_snapshot_param(
  _ snapshot: UnsafePointer<et_snapshot>?, _ key: UnsafePointer<CChar>?
) -> UnsafePointer<et_node>? {
  guard let filled = filled(snapshot), let key else { return nil }
  return named(key, filled.params, filled.param_count)
}

@c @implementation
public func et_snapshot_param_double(
  _ snapshot: UnsafePointer<et_snapshot>?, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<Double>?
) -> CInt {
  param(snapshot, key, out, "a double") { node in
    switch node.type {
    case ET_DOUBLE: node.number
    case ET_INT where Int64(exactly: node.number) == node.integer: node.number
    default: nil
    }
  }
}

@c @implementation
public func et_snapshot_param_int(
  _ snapshot: UnsafePointer<et_snapshot>?, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<Int64>?
) -> CInt {
  param(snapshot, key, out, "an integer of 64 bits") { $0.type == ET_INT ? $0.integer : nil }
}

@c @implementation
public func et_snapshot_param_bool(
  _ snapshot: UnsafePointer<et_snapshot>?, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<CInt>?
) -> CInt {
  param(snapshot, key, out, "a boolean") { $0.type == ET_BOOL ? CInt(clamping: $0.integer) : nil }
}

@c @implementation
public func et_snapshot_param_text(
  _ snapshot: UnsafePointer<et_snapshot>?, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> CInt {
  param(snapshot, key, out, "text") { $0.type == ET_TEXT ? .some($0.text) : nil }
}

@c @implementation
public func et_snapshot_artifact(
  _ snapshot: UnsafePointer<et_snapshot>?, _ path: UnsafePointer<CChar>?, _ version: UInt64
) -> UnsafePointer<et_artifact_info>? {
  guard let filled = filled(snapshot), let path, let artifacts = filled.artifacts else {
    return nil
  }
  for place in 0..<filled.artifact_count {
    guard let artifact = artifacts[place], let name = artifact.pointee.path,
      strcmp(name, path) == 0
    else { continue }
    let isWanted =
      version == 0 ? artifact.pointee.is_newest != 0 : artifact.pointee.version == version
    if isWanted { return artifact }
  }
  return nil
}

@c @implementation
public func et_snapshot_free(_ snapshot: UnsafeMutablePointer<et_snapshot>?) {
  SnapshotHandle.release(structure: snapshot)
}

private func filled(_ snapshot: UnsafePointer<et_snapshot>?) -> et_snapshot? {
  (try? SnapshotHandle.owner(of: snapshot, "snapshot"))?.structure?.pointee
}

/// Stores a parameter's value of one type.
private func param<Content>(
  _ snapshot: UnsafePointer<et_snapshot>?, _ key: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<Content>?, _ type: String, _ value: (et_node) -> Content?
) -> CInt {
  boundary { () throws(TrackingError) in
    let handle = try SnapshotHandle.owner(of: snapshot, "snapshot")
    let wanted = try CText.key(key)
    guard let out else { throw CText.missing("out") }
    guard let node = et_snapshot_param(snapshot, key) else {
      throw handle.snapshot.noParam(wanted)
    }
    guard let value = value(node.pointee) else {
      throw TrackingError(
        .invalidArgument,
        "the parameter '\(wanted.text)' is \(description(node.pointee)), not \(type)")
    }
    out.pointee = value
  }
}

private func description(_ node: et_node) -> String {
  switch node.type {
  case ET_NULL: "null"
  case ET_BOOL: node.integer == 0 ? "false" : "true"
  case ET_INT: "the integer \(node.integer)"
  case ET_BIGINT: "an integer beyond 64 bits"
  case ET_DOUBLE: "the double \(node.number)"
  case ET_TEXT: "text"
  case ET_LIST: "a list"
  default: "a map"
  }
}
