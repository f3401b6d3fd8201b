internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_experiment_save_bytes(
  _ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ bytes: UnsafeRawPointer?,
  _ size: Int, _ options: UnsafePointer<CChar>?
) -> CInt {
  boundary { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let path = try CText.requiredName(path, "path")
    let (kind, details) = try artifactOptions(options)
    try experiment.saveArtifact(
      path, bytes: try buffer(bytes, size, "bytes"), kind: kind, details: details)
  }
}

@c @implementation
public func et_experiment_save_file(
  _ pointer: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ path: UnsafePointer<CChar>?,
  _ options: UnsafePointer<CChar>?
) -> CInt {
  boundary { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let source = try CText.required(source, "source")
    var reader = try OptionReader(CText.bytes(options), for: "an artifact")
    let kind = try reader.text("kind") ?? "file"
    let details = try reader.map("details") ?? []
    let followingLinks = try reader.flag("follow_links") ?? false
    try reader.end()
    try experiment.saveArtifact(
      copying: source, as: try CText.name(path, "path"), kind: kind, details: details,
      followingLinks: followingLinks)
  }
}

@c @implementation
public func et_artifact_begin(
  _ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ out_path: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    out?.pointee = nil
    out_path?.pointee = nil
    guard let out_path else { throw CText.missing("out_path") }
    try returnHandle(out) { () throws(TrackingError) in
      let experiment = try experiment(pointer)
      let staged = try experiment.stageArtifact(try CText.requiredName(path, "path"))
      out_path.pointee = CText.make(Array(staged.absolutePath.utf8))
      return ArtifactHandle(staged, in: experiment)
    }
  }
}

@c @implementation
public func et_artifact_commit(
  _ artifact: OpaquePointer?, _ options: UnsafePointer<CChar>?
) -> CInt {
  boundary { () throws(TrackingError) in
    let handle = try ArtifactHandle.of(artifact, "artifact")
    defer { ArtifactHandle.release(artifact) }
    let kind: String
    let details: [Value.Entry]
    do throws(TrackingError) {
      (kind, details) = try artifactOptions(options)
    } catch {
      handle.staged.discard()
      throw error
    }
    _ = try handle.experiment.commit(handle.staged, kind: kind, details: details)
  }
}

@c @implementation
public func et_artifact_abort(_ artifact: OpaquePointer?) {
  guard let handle = try? ArtifactHandle.of(artifact, "artifact") else { return }
  handle.staged.discard()
  ArtifactHandle.release(artifact)
}

@c @implementation
public func et_artifact_path(
  _ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(
        try experiment(pointer).artifactPath(try CText.requiredName(path, "path")).utf8)
    }
  }
}

@c @implementation
public func et_artifact_check(
  _ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ version: UInt64
) -> CInt {
  boundary { () throws(TrackingError) in
    try experiment(pointer).checkArtifact(
      try CText.requiredName(path, "path"), version: version == 0 ? nil : version)
  }
}

@c @implementation
public func et_artifact_use(
  _ pointer: OpaquePointer?, _ source: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  logging { () throws(TrackingError) in
    var noted = Acknowledgement.stored
    try returnText(out) { () throws(TrackingError) in
      let source = try ExperimentHandle.of(source, "source").experiment
      let path = try CText.requiredName(path, "path")
      let use = try experiment(pointer).noteUse(of: path, by: source)
      noted = use.noted
      return Array(use.file.utf8)
    }
    return noted
  }
}

@c @implementation
public func et_artifact_find(
  _ increment: OpaquePointer?, _ sha256: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      let increment = try IncrementHandle.of(increment, "increment").increment
      let uses = try increment.uses(ofArtifact: try CText.text(sha256, "sha256"))
      return .list(
        uses.map {
          [
            "relation": .text($0.relation.rawValue), "name": .text($0.name),
            "experiment": .text($0.experiment), "path": .text($0.path),
            "version": .integer(Int64(clamping: $0.version)), "sha256": .text($0.sha256),
          ]
        })
    }
  }
}

private func artifactOptions(
  _ options: UnsafePointer<CChar>?
) throws(TrackingError) -> (kind: String, details: [Value.Entry]) {
  var options = try OptionReader(CText.bytes(options), for: "an artifact")
  let kind = try options.text("kind") ?? "file"
  let details = try options.map("details") ?? []
  try options.end()
  return (kind, details)
}

/// The bytes of an argument, which may be NULL only if there are none.
func buffer(
  _ bytes: UnsafeRawPointer?, _ size: Int, _ parameter: String
) throws(TrackingError) -> UnsafeRawBufferPointer {
  if size < 0 {
    throw TrackingError(.invalidArgument, "the argument 'size' is \(UInt(bitPattern: size))")
  }
  if bytes == nil && size > 0 { throw CText.missing(parameter) }
  return UnsafeRawBufferPointer(start: bytes, count: size)
}

@c @implementation
public func et_artifact_step_path(
  _ path: UnsafePointer<CChar>?, _ step: Int64,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      let path = try CText.requiredName(path, "path")
      return Array(try Experiment.artifactPath(path, atStep: step).utf8)
    }
  }
}
