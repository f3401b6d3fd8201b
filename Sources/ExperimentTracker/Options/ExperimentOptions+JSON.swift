import EnvironmentCapture
package import ExperimentRuntime
package import TrackingEntities

extension ExperimentOptions {
  /// The facts about an experiment that have an option of their own.
  private static let aboutNames = [
    "description", "author", "git_commit", "data_version", "primary_metric",
  ]

  /// Reads the options as the C API and Python give them.
  package init(json: [UInt8]?, for caller: String) throws(TrackingError) {
    self.init()
    var options = try OptionReader(json, for: caller)
    for name in Self.aboutNames {
      if let text = try options.text(name) { about.append(.init(Key(name), .text(text))) }
    }
    about += try options.map("about") ?? []
    tags = try options.texts("tags") ?? []
    params = try options.map("params") ?? []
    kind = try options.text("kind") ?? kind
    rerun = try Self.rerun(&options)
    if let place = try options.integer("child") {
      guard place > 0 else { throw options.wrong("child", "a place, counted from 1") }
      child = UInt64(place)
    }
    rank = try options.integer("rank")
    ranks = try Self.ranks(&options)
    id = try options.text("id")
    created = try options.number("created")
    host = try options.text("host")
    capture = try Self.capture(&options)
    arguments = try options.texts("arguments")
    program = try options.text("program")
    environment = try options.map("environment") ?? []
    strict = try options.flag("strict") ?? false
    sync = try Self.sync(&options)
    systemMetricsInterval = try Self.systemMetrics(&options)
    if let name = try options.text("writes") {
      guard let choice = WriteMode(rawValue: name) else {
        throw options.wrong("writes", "\"automatic\", \"direct\" or \"buffered\"")
      }
      writes = choice
    }
    try options.end()
  }

  private static func rerun(_ options: inout OptionReader) throws(TrackingError) -> Rerun {
    let resume = options.take("resume")
    let replace = try options.flag("replace") ?? false
    let join = try options.flag("join") ?? false
    let wishes = [resume != nil && resume != .boolean(false), replace, join].filter { $0 }
    if wishes.count > 1 {
      throw TrackingError(
        .invalidArgument, "only one of the options 'resume', 'replace' and 'join' can be given")
    }
    if replace { return .replace }
    if join { return .join }
    switch resume {
    case nil, .boolean(false): return .fresh
    case .boolean(true): return .resume
    case .text("allow"): return .resumeOrStart
    case .text("force"): return .forceResume
    case .text("auto"): return .auto
    default: throw options.wrong("resume", "true, false, \"allow\", \"auto\" or \"force\"")
    }
  }

  private static func ranks(_ options: inout OptionReader) throws(TrackingError) -> Ranks {
    switch options.take("ranks") {
    case nil, .text("join"): return .usual
    case .text("separate"): return .separate
    case let value?:
      guard let seconds = value.double, seconds >= 0 else {
        throw options.wrong("ranks", "\"join\", \"separate\" or a number of seconds")
      }
      return .join(patience: seconds)
    }
  }

  private static func systemMetrics(
    _ options: inout OptionReader
  ) throws(TrackingError) -> Double? {
    switch options.take("system_metrics") {
    case nil, .boolean(false): return nil
    case .boolean(true): return usualSystemMetricsInterval
    case let value?:
      guard let seconds = value.double, seconds >= 0 else {
        throw options.wrong("system_metrics", "true, false or a number of seconds")
      }
      return seconds
    }
  }

  private static func capture(
    _ options: inout OptionReader
  ) throws(TrackingError) -> Set<Capture> {
    switch options.take("capture") {
    case nil, .boolean(true): return Set(Capture.allCases)
    case .boolean(false): return []
    case .list(let elements):
      var chosen: Set<Capture> = []
      for element in elements {
        guard let capture = element.text.flatMap(Capture.init(rawValue:)) else {
          throw options.wrong("capture", "a list of \"git\", \"command\" and \"environment\"")
        }
        chosen.insert(capture)
      }
      return chosen
    default: throw options.wrong("capture", "true, false or a list")
    }
  }

  private static func sync(_ options: inout OptionReader) throws(TrackingError) -> Sync? {
    switch options.take("sync") {
    case nil: return nil
    case .text("close"): return .atClose
    case .text("always"): return .always
    case let value?:
      guard let seconds = value.double, seconds >= 0 else {
        throw options.wrong("sync", "\"close\", \"always\" or a number of seconds")
      }
      return .every(seconds: seconds)
    }
  }
}

/// What is told of a status or an end beside its name.
package struct StatusDetails {
  /// The error.
  package var failure: Failure?
  /// How the experiment was closed.
  package var closed: String?
  /// When it ended, in seconds since 1970.
  package var ended: Double?
  /// Whether the status is set although another process runs the experiment.
  package var force = false

  /// Reads them as the C API and Python give them.
  package init(json: [UInt8]?, for caller: String) throws(TrackingError) {
    guard let json else { return }
    var options = try OptionReader(json, for: caller)
    let type = try options.text("type")
    let message = try options.text("message")
    let traceback = try options.text("traceback")
    closed = try options.text("closed")
    ended = try options.number("ended")
    force = try options.flag("force") ?? false
    if let ended, !ended.isFinite { throw options.wrong("ended", "a time in seconds since 1970") }
    try options.end()
    if type == nil && message == nil && traceback == nil { return }
    failure = Failure(type: type ?? "Error", message: message ?? "", traceback: traceback ?? "")
  }
}
