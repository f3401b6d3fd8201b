internal import CExperimentTracker
import EnvironmentCapture
import ExperimentTracker

@c @implementation
public func et_experiment_log_param_int(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: Int64
) -> CInt {
  param(pointer, key) { () throws(TrackingError) in .integer(value) }
}

@c @implementation
public func et_experiment_log_param_double(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: Double
) -> CInt {
  param(pointer, key) { () throws(TrackingError) in .number(value) }
}

@c @implementation
public func et_experiment_log_param_bool(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: CInt
) -> CInt {
  param(pointer, key) { () throws(TrackingError) in .boolean(value != 0) }
}

@c @implementation
public func et_experiment_log_param_text(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> CInt {
  param(pointer, key) { () throws(TrackingError) in .text(try CText.text(value, "value")) }
}

private func param(
  _ pointer: OpaquePointer?, _ key: UnsafePointer<CChar>?,
  _ value: () throws(TrackingError) -> Value
) -> CInt {
  logging { () throws(TrackingError) in
    try experiment(pointer).logParams([.init(try CText.key(key), try value())])
  }
}

@c @implementation
public func et_experiment_log_params(_ pointer: OpaquePointer?, _ json: UnsafePointer<CChar>?)
  -> CInt
{
  logging { () throws(TrackingError) in
    try experiment(pointer).logParams(try members(json))
  }
}

@c @implementation
public func et_experiment_log_note(_ pointer: OpaquePointer?, _ text: UnsafePointer<CChar>?) -> CInt
{
  logging { () throws(TrackingError) in
    try experiment(pointer).logNote(try CText.text(text, "text"))
  }
}

@c @implementation
public func et_experiment_add_tag(_ pointer: OpaquePointer?, _ tag: UnsafePointer<CChar>?) -> CInt {
  logging { () throws(TrackingError) in
    try experiment(pointer).addTag(try CText.text(tag, "tag"))
  }
}

@c @implementation
public func et_experiment_remove_tag(_ pointer: OpaquePointer?, _ tag: UnsafePointer<CChar>?)
  -> CInt
{
  logging { () throws(TrackingError) in
    try experiment(pointer).removeTag(try CText.text(tag, "tag"))
  }
}

@c @implementation
public func et_experiment_set_status(
  _ pointer: OpaquePointer?, _ status: UnsafePointer<CChar>?, _ failure: UnsafePointer<CChar>?
) -> CInt {
  logging { () throws(TrackingError) in
    let handle = try ExperimentHandle.of(pointer, "experiment")
    let status = try ExperimentStatus.named(try CText.requiredName(status, "status"))
    let details = try StatusDetails(json: CText.bytes(failure), for: "a status")
    return try handle.experiment.setStatus(
      status, failure: details.failure, byAnother: handle.isLoaded, force: details.force,
      at: details.ended)
  }
}

@c @implementation
public func et_experiment_select(_ pointer: OpaquePointer?, _ options: UnsafePointer<CChar>?)
  -> CInt
{
  logging { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    var options = try OptionReader(CText.bytes(options), for: "a selection")
    let rationale = try options.texts("rationale") ?? []
    let selected = try options.flag("selected") ?? true
    try options.end()
    return try experiment.select(rationale: rationale, selected: selected)
  }
}

@c @implementation
public func et_experiment_log_fact(
  _ pointer: OpaquePointer?, _ section: UnsafePointer<CChar>?, _ json: UnsafePointer<CChar>?
) -> CInt {
  logging { () throws(TrackingError) in
    try experiment(pointer).logFact(
      try CText.requiredName(section, "section"), try members(json))
  }
}

@c @implementation
public func et_experiment_capture_git(_ pointer: OpaquePointer?, _ seconds: Double) -> CInt {
  boundary { () throws(TrackingError) in
    try experiment(pointer).captureGit(seconds: seconds > 0 ? min(seconds, 3600) : 1.5)
  }
}

@c @implementation
public func et_experiment_capture_text(
  _ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?,
  _ size: Int
) -> CInt {
  boundary { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let path = try CText.requiredName(path, "path")
    let bytes = try buffer(text.map { UnsafeRawPointer($0) }, size, "text")
    try experiment.saveEnvironment(path, text: String(escapingInvalid: Array(bytes)))
  }
}

@c @implementation
public func et_experiment_capture_code(
  _ pointer: OpaquePointer?, _ json: UnsafePointer<CChar>?, _ seconds: Double
) -> CInt {
  boundary { () throws(TrackingError) in
    let experiment = try experiment(pointer)
    let entries = try Value(json: try CText.required(json, "json"), options: .lenient).elements
    var files: [CodeFile] = []
    for entry in entries {
      guard let path = entry["path"]?.text, path.utf8.first == UInt8(ascii: "/"),
        let name = entry["name"]?.text
      else {
        throw TrackingError(
          .invalidArgument,
          "the argument 'json' must be a list of objects with an absolute 'path' and a 'name'")
      }
      files.append(CodeFile(path: path, name: name))
    }
    try experiment.captureCode(files, seconds: seconds > 0 ? min(seconds, 3600) : 0.5)
  }
}

@c @implementation
public func et_experiment_take_notices(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    out?.pointee = nil
    guard let out else { throw CText.missing("out") }
    let notices = try experiment(pointer).takeNotices()
    if notices.isEmpty { return }
    out.pointee = CText.make(
      try Value.list(notices.map { .text($0) }).json(layout: .compact))
  }
}

/// The members of a JSON object that must be there.
private func members(_ json: UnsafePointer<CChar>?) throws(TrackingError) -> [Value.Entry] {
  guard
    case .map(let entries) = try Value(
      json: try CText.required(json, "json"), options: .lenient)
  else { throw TrackingError(.invalidArgument, "the argument 'json' must be a JSON object") }
  return entries
}
