import CPlatform
import FileSystem
import TextCodecs
import TrackingEntities

/// The content of `.summary.json`: all that a program wants to know of an experiment without
/// reading its event files, with the sizes that these had when it was written.
///
/// Strict JSON, one member a line: the writers first, so that a look at one line tells whether
/// anything was logged since, and last a digest of all before it. docs/schemas/summary.schema.json
/// describes it.
package struct SummaryFile {
  package static let name = ".summary.json"

  /// What is in it.
  let members: Value
  private let identity: ExperimentIdentity
  /// The event files that it was made from.
  let writers: [ExperimentSnapshot.Writer]

  /// Reads it; nil where it is damaged, changed by somebody else, or of another format.
  package init?(_ bytes: [UInt8]) {
    guard Self.isSealed(bytes), let members = try? JSONParser.parse(bytes),
      members["format"]?.integer == Int64(SessionHeader.currentFormat)
    else { return nil }
    self.members = members
    identity = Self.identity(members)
    let identity = identity
    writers = members["writers"]?.elements.compactMap { Self.writer($0, of: identity) } ?? []
  }

  /// Whether it says all that the event files say, so that a reader may take it for them.
  var isExact: Bool { members["exact"]?.boolean == true }

  /// Whether one of the other views is as it was written, or as it was before that: who was killed
  /// in between has not replaced it.
  package func vouches(for view: String, digest: String) -> Bool {
    [members["views"], members["views_before"]].contains { $0?[Key(view)]?.text == digest }
  }

  /// Whether it was made from these event files as they are.
  func isMade(from files: [(file: String, size: UInt64)]) -> Bool {
    writers.count == files.count
      && files.allSatisfy { file in
        writers.contains { $0.file.isSame(as: file.file) && $0.size == file.size }
      }
  }
}

extension SummaryFile {
  private static let digestStart = ",\n  \"digest\": \""
  private static let digestEnd = "\"\n}\n"

  /// Writes it.
  ///
  /// - Parameters:
  ///   - views: The digests of the other views as they will be.
  ///   - replaced: Those of the views that are there now.
  static func encode(
    _ snapshot: ExperimentSnapshot, views: [Value.Entry], replacing replaced: [Value.Entry]
  ) throws(TrackingError) -> [UInt8] {
    let body = try encode(snapshot, views, replaced).json(layout: .lines).dropLast(
      "\n}\n".utf8.count)
    return body + Array("\(digestStart)\(checksum(body))\(digestEnd)".utf8)
  }

  /// Whether its last member is the digest of all before it.
  package static func isSealed(_ bytes: [UInt8]) -> Bool {
    let length = digestStart.utf8.count + 8 + digestEnd.utf8.count
    guard bytes.count > length else { return false }
    let digest = checksum(bytes.dropLast(length))
    return bytes.suffix(length).elementsEqual("\(digestStart)\(digest)\(digestEnd)".utf8)
  }

  /// CRC-32C as 8 hexadecimal digits.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.withUnsafeBytes { platform_crc32c(0, $0.baseAddress, $0.count) }.zeroPadded(8, radix: 16)
  }

  /// Whether the event files may have lost something, by their sizes alone.
  static func mayExceed(_ files: [(file: String, size: UInt64)], _ bytes: [UInt8]) -> Bool {
    guard let line = writersLine(bytes), let writers = try? JSONParser.parse(Array(line)) else {
      return true
    }
    return writers.elements.contains { writer in
      guard let name = writer["file"]?.text, let size = writer["size"]?.count,
        let file = files.first(where: { $0.file.isSame(as: name) })
      else { return true }
      return file.size < size
    }
  }

  /// The value of the second member, as `encode` writes it.
  private static func writersLine(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 3)
    let start = Array("  \"writers\": ".utf8)
    guard lines.count > 3, lines[2].starts(with: start), lines[2].last == UInt8(ascii: ",") else {
      return nil
    }
    return lines[2].dropFirst(start.count).dropLast()
  }
}

extension SummaryFile {
  private static func encode(
    _ snapshot: ExperimentSnapshot, _ views: [Value.Entry], _ replaced: [Value.Entry]
  ) -> Value {
    let identity = snapshot.identity
    var members = OrderedMembers()
    members["format"] = .integer(Int64(SessionHeader.currentFormat))
    members["writers"] = .list(snapshot.writers.map(encode))
    members["views"] = .map(views)
    let before = replaced.filter { !views.contains($0) }
    if !before.isEmpty { members["views_before"] = .map(before) }
    members["exact"] = .boolean(isExact(snapshot))
    members["name"] = .text(identity.name)
    members["id"] = .text(identity.id)
    members["number"] = .count(identity.number)
    members["child"] = .count(identity.child)
    members["rerun"] = .count(identity.rerun)
    members["kind"] = .text(identity.kind)
    if !identity.parent.isEmpty { members["parent"] = .text(identity.parent) }
    members["status"] = .text(snapshot.status.rawValue)
    members["failure"] = snapshot.failure.map {
      ["type": .text($0.type), "message": .text($0.message), "traceback": .text($0.traceback)]
    }
    members["created"] = .number(identity.created)
    members["ended"] = snapshot.ended.map(Value.number)
    members["duration"] = snapshot.duration.map(Value.number)
    if snapshot.status == .running { members["elapsed"] = snapshot.elapsed.map(Value.number) }
    if !snapshot.closed.isEmpty { members["closed"] = .text(snapshot.closed) }
    members["last_write"] = .number(snapshot.lastWrite)
    members["params"] = .map(snapshot.params.map { .init($0.key, $0.value) })
    let changed = snapshot.params.filter { !$0.previous.isEmpty }
    if !changed.isEmpty {
      members["params_previous"] = .map(changed.map { .init($0.key, .list($0.previous)) })
    }
    members["metrics"] = MetricColumns.encode(snapshot.metrics)
    members["tags"] = .list(snapshot.tags.map(Value.text))
    members["notes"] = .list(
      snapshot.notes.map { ["time": .number($0.time), "text": .text($0.text)] })
    members["selection"] = snapshot.selection.map { $0.members(time: Value.number) }
    members["artifacts"] = .list(snapshot.artifacts.map(encode))
    members["facts"] = .map(snapshot.facts)
    if snapshot.dropped > 0 { members["dropped"] = .count(snapshot.dropped) }
    if !snapshot.problems.isEmpty {
      members["problems"] = .list(snapshot.problems.map(Value.text))
    }
    return members.value
  }

  private static func isExact(_ snapshot: ExperimentSnapshot) -> Bool {
    snapshot.metrics.allSatisfy { $0.key.isText && $0.last.isPlain }
      && snapshot.params.allSatisfy { $0.key.isText && $0.value.isPlain }
      && snapshot.params.allSatisfy { $0.previous.allSatisfy(\.isPlain) }
      && snapshot.facts.allSatisfy { $0.key.isText && $0.value.isPlain }
      && snapshot.artifacts.allSatisfy(\.details.isPlain)
  }

  private static func encode(_ artifact: Artifact) -> Value {
    var members = OrderedMembers()
    members["path"] = .text(artifact.path)
    members["kind"] = .text(artifact.kind)
    members["size"] = .count(artifact.size)
    members["version"] = .count(artifact.version)
    if !artifact.keptAs.isEmpty { members["kept_as"] = .text(artifact.keptAs) }
    members["sha256"] = .text(artifact.sha256)
    if !artifact.details.entries.isEmpty { members["details"] = artifact.details }
    return members.value
  }

  private static func encode(_ writer: ExperimentSnapshot.Writer) -> Value {
    let header = writer.header
    var members = OrderedMembers()
    members["file"] = .text(writer.file)
    members["size"] = .count(writer.size)
    members["id"] = .text(header.writer)
    members["role"] = .text(header.role.name)
    members["session"] = .count(header.session)
    if !header.label.isEmpty { members["label"] = .text(header.label) }
    members["rank"] = header.rank.map(Value.integer)
    if header.amends { members["amends"] = true }
    members["host"] = .text(header.process.host)
    members["boot"] = .text(header.process.boot)
    members["namespace"] = .count(header.process.namespace)
    members["pid"] = .count(header.process.pid)
    members["start"] = .count(header.process.start)
    return members.value
  }
}

extension SummaryFile {
  /// What it tells of the experiment.
  ///
  /// - Parameter folder: The experiment's folder relative to `experiments/`.
  func snapshot(folder: String) -> ExperimentSnapshot {
    var fields = MapFields(members)
    var snapshot = SnapshotContent(identity: identity, folder: folder)
    snapshot.writers = writers
    snapshot.status =
      fields("status")?.text.flatMap(ExperimentStatus.init(rawValue:)) ?? .unknown
    snapshot.failure = fields("failure").map(Failure.init(members:))
    snapshot.ended = fields("ended")?.double
    snapshot.duration = fields("duration")?.double
    snapshot.elapsed = fields("elapsed")?.double
    snapshot.closed = fields("closed")?.text ?? ""
    snapshot.lastWrite = fields("last_write")?.double ?? snapshot.identity.created
    let params = fields("params")?.entries ?? []
    let changed = fields("params_previous")
    snapshot.params = params.map {
      .init(key: $0.key, value: $0.value, previous: changed?[$0.key]?.elements ?? [])
    }
    snapshot.metrics = fields("metrics").flatMap(MetricColumns.decode) ?? []
    snapshot.tags = fields("tags")?.elements.compactMap(\.text) ?? []
    snapshot.notes =
      fields("notes")?.elements.map {
        .init(time: $0["time"]?.double ?? 0, text: $0["text"]?.text ?? "")
      } ?? []
    snapshot.selection = fields("selection").map(Selection.init(members:))
    snapshot.artifacts = fields("artifacts")?.elements.map(Artifact.init(members:)) ?? []
    snapshot.facts = fields("facts")?.entries ?? []
    snapshot.dropped = fields("dropped")?.count ?? 0
    snapshot.problems = fields("problems")?.elements.compactMap(\.text) ?? []
    snapshot.history = snapshot.problems.isEmpty ? .complete : .damaged
    return ExperimentSnapshot(snapshot)
  }

  private static func identity(_ members: Value) -> ExperimentIdentity {
    var fields = MapFields(members)
    let (name, id) = (fields("name")?.text ?? "", fields("id")?.text ?? "")
    let (number, child) = (fields("number")?.count ?? 0, fields("child")?.count ?? 0)
    let (rerun, kind) = (fields("rerun")?.count ?? 1, fields("kind")?.text ?? "")
    return ExperimentIdentity(
      id: id, name: name, number: number, child: child, rerun: rerun, kind: kind,
      parent: fields("parent")?.text ?? "", created: fields("created")?.double ?? 0)
  }

  private static func writer(
    _ value: Value, of experiment: ExperimentIdentity
  ) -> ExperimentSnapshot.Writer? {
    var fields = MapFields(value)
    guard let file = fields("file")?.text else { return nil }
    let (size, id) = (fields("size")?.count ?? 0, fields("id")?.text ?? "")
    guard let role = fields("role")?.text.flatMap(WriterRole.init) else { return nil }
    let (session, label) = (fields("session")?.count ?? 1, fields("label")?.text ?? "")
    let (rank, amends) = (fields("rank")?.integer, fields("amends")?.boolean ?? false)
    let process = ProcessIdentity(
      host: fields("host")?.text ?? "", boot: fields("boot")?.text ?? "",
      namespace: fields("namespace")?.count ?? 0, pid: fields("pid")?.count ?? 0,
      start: fields("start")?.count ?? 0)
    let header = SessionHeader(
      experiment: experiment, writer: id, role: role, session: session, label: label, rank: rank,
      amends: amends, process: process)
    return .init(file: file, size: size, header: header)
  }
}

extension MetricValue {
  /// Whether JSON gives the value back bit for bit: of all NaNs it knows only one.
  fileprivate var isPlain: Bool {
    guard case .double(let double) = self, double.isNaN else { return true }
    return double.bitPattern == Double.nan.bitPattern
  }
}

extension Value {
  /// Whether JSON gives the value back as it is: no NaN or infinity, and text for keys.
  fileprivate var isPlain: Bool {
    switch self {
    case .number(let number): number.isFinite
    case .list(let elements): elements.allSatisfy(\.isPlain)
    case .map(let entries): entries.allSatisfy { $0.key.isText && $0.value.isPlain }
    default: true
    }
  }
}
