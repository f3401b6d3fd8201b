import EnvironmentCapture
import ExperimentStore
import SecretScanner
public import TrackingEntities

extension Experiment {
  /// Logs a parameter; a later value of the same key is shown, the earlier ones are kept.
  @discardableResult
  public func logParam(_ key: String, _ value: Value) throws(TrackingError) -> Acknowledgement {
    try logParams([.init(Key(key), value)])
  }

  /// Logs parameters; what looks like a credential is replaced by `[REDACTED]`, as it is in the
  /// command line, and `takeNotices` says so once.
  @discardableResult
  public func logParams(_ params: [Value.Entry]) throws(TrackingError) -> Acknowledgement {
    if params.contains(where: { $0.key.bytes.isEmpty }) {
      throw TrackingError(.invalidArgument, "a parameter needs a name; the key is empty")
    }
    try ValueDepth.check(params, "parameter")
    return try record(params.map { .param(key: $0.key, value: $0.value) })
  }

  /// Logs a parameter of any type that can be encoded: a number, a text, an array, a configuration.
  ///
  /// What has no value, as `Optional.none`, is stored as such.
  ///
  /// - Throws: `serialisation` for what cannot be stored, with its place.
  @discardableResult
  @_disfavoredOverload
  public func logParam(
    _ key: String, _ value: some Encodable
  ) throws(TrackingError) -> Acknowledgement {
    try logParams([.init(Key(key), try Value(encoding: value))])
  }

  /// Logs parameters in the order they are written.
  ///
  /// ```swift
  /// try experiment.logParams(["rate": rate, "optimizer": "adam", "layers": [64, 32]])
  /// ```
  @discardableResult
  public func logParams(
    _ params: KeyValuePairs<String, any Encodable>
  ) throws(TrackingError) -> Acknowledgement {
    try logParams([Value.Entry](encoding: params))
  }

  /// Logs parameters that are written down, also lists and maps of several types.
  @discardableResult
  @_disfavoredOverload
  public func logParams(
    _ params: KeyValuePairs<String, Value>
  ) throws(TrackingError) -> Acknowledgement {
    try logParams([Value.Entry](params))
  }

  /// Logs each property of a configuration, or each value of a dictionary, as a parameter.
  ///
  /// Configurations in it stay nested. A dictionary's parameters are sorted by name.
  ///
  /// ```swift
  /// struct TrainingConfig: Codable {
  ///   var rate = 0.1
  ///   var optimizer = "adam"
  /// }
  /// try experiment.logParams(TrainingConfig())
  /// ```
  ///
  /// - Throws: `serialisation` for what has no names, and for what cannot be stored.
  @discardableResult
  @_disfavoredOverload
  public func logParams(_ config: some Encodable) throws(TrackingError) -> Acknowledgement {
    try logParams([Value.Entry](encoding: config))
  }

  /// Logs the values of a dictionary as parameters, sorted by name.
  @discardableResult
  @_disfavoredOverload
  public func logParams(_ params: [String: any Encodable]) throws(TrackingError) -> Acknowledgement
  {
    try logParams(
      try params.map { (key, value) throws(TrackingError) in
        Value.Entry(Key(key), try Value(encoding: value))
      }.sorted { $0.key < $1.key })
  }

  /// Messages for the user, each reported once: of files that were not copied, of
  /// credentials that were not stored.
  public func takeNotices() -> [String] {
    lockedSession { session in
      defer { session.notices = [] }
      return session.notices
    }
  }

  /// Adds a note, stored with the time.
  @discardableResult
  public func logNote(_ text: String) throws(TrackingError) -> Acknowledgement {
    try record([.note(text)])
  }

  /// Adds a tag. Idempotent.
  @discardableResult
  public func addTag(_ tag: String) throws(TrackingError) -> Acknowledgement {
    if tag.isEmpty { throw TrackingError(.invalidArgument, "a tag needs text; it is empty") }
    return try record([.tag(name: tag, removed: false)])
  }

  /// Removes a tag.
  ///
  /// - Throws: `notFound` if it is not there.
  @discardableResult
  public func removeTag(_ tag: String) throws(TrackingError) -> Acknowledgement {
    let tags = try snapshot().tags
    guard tags.contains(where: { $0.utf8.elementsEqual(tag.utf8) }) else {
      throw TrackingError(
        .notFound, "'\(name)' has no tag '\(tag)'; its tags are:",
        candidates: LookupSuggestions.ordered(tags, closestTo: tag, limit: 20))
    }
    return try record([.tag(name: tag, removed: true)])
  }

  /// Sets the status, during the experiment or after it; `running` after the end resumes it.
  ///
  /// - Throws: `invalidArgument` for `crashed` and `unknown`, which only readers find out, and
  ///   where another process decides the status.
  @discardableResult
  public func setStatus(
    _ status: ExperimentStatus, failure: Failure? = nil
  ) throws(TrackingError) -> Acknowledgement {
    try setStatus(status, failure: failure, byAnother: false)
  }

  /// - Parameter byAnother: Whether it comes through a handle that loaded the experiment, which has
  ///   no more say while it runs in this process than in another one.
  /// - Parameter force: Whether it is set all the same, as by a server that the program asked to.
  /// - Parameter time: When it happened, in seconds since 1970; nil is now.
  package func setStatus(
    _ status: ExperimentStatus, failure: Failure?, byAnother: Bool, force: Bool = false,
    at time: Double? = nil
  ) throws(TrackingError) -> Acknowledgement {
    guard ExperimentStatus.settable.contains(status) else {
      throw TrackingError(
        .invalidArgument, "the status '\(status.rawValue)' cannot be set; it can be one of:",
        candidates: ExperimentStatus.settable.map(\.rawValue))
    }
    return try logging { (session) throws(TrackingError) in
      if force {
        session.becomeEditor()
      } else {
        try session.checkSay(in: status, byAnother: byAnother)
      }
      if status == .running && session.ended { session.resume() }
      session.chosenStatus = status
      return session.record([.status(status, failure?.redacted)], at: time)
    }
  }

  /// Records that this experiment was selected, by whom, when and why; `selected: false` revokes
  /// it.
  @discardableResult
  public func select(
    rationale: [String] = [], selected: Bool = true
  ) throws(TrackingError) -> Acknowledgement {
    try record([
      .selection(Selection(selected: selected, rationale: rationale, by: UserName.current()))
    ])
  }

  /// Records what is known in a section such as `data`; members of the same name are replaced.
  ///
  /// - Throws: `invalidName` for a section that metadata.yaml uses itself.
  @discardableResult
  public func logFact(
    _ section: String, _ members: [Value.Entry]
  ) throws(TrackingError) -> Acknowledgement {
    let key = Key(section)
    if section.isEmpty || MetadataPage.reserved.contains(key) {
      throw TrackingError(
        .invalidName, "'\(section)' is not a section of facts: metadata.yaml uses the name itself")
    }
    try ValueDepth.check(members, "fact")
    return try record([.fact(section: key, value: .map(members))])
  }

  /// As the other, of what is written down or computed.
  ///
  /// ```swift
  /// try experiment.logFact("data", ["rows": table.count, "source": "sales.csv"])
  /// ```
  @discardableResult
  public func logFact(
    _ section: String, _ members: KeyValuePairs<String, any Encodable>
  ) throws(TrackingError) -> Acknowledgement {
    try logFact(section, [Value.Entry](encoding: members))
  }

  /// As the others, of the properties of anything that can be encoded.
  @discardableResult
  @_disfavoredOverload
  public func logFact(
    _ section: String, _ members: some Encodable
  ) throws(TrackingError) -> Acknowledgement {
    try logFact(section, [Value.Entry](encoding: members))
  }

  package func record(_ records: [Record]) throws(TrackingError) -> Acknowledgement {
    try logging { (session) throws(TrackingError) in session.record(records) }
  }
}

extension Failure {
  /// The failure with credentials taken out.
  package var redacted: Failure {
    Failure(
      type: type, message: SecretScan.redact(message).text,
      traceback: SecretScan.redact(traceback).text)
  }
}
