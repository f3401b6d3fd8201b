import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// The files of an experiment, and what it logged that is no number.
extension Dashboard {
  private static let outputPiece = 256 << 10
  private static let usualPreview = 1 << 20
  private static let mostPreview = 16 << 20

  private func directory(of row: DashboardRow) throws(TrackingError) -> Directory {
    guard let folder = experiments.folder(of: row) else {
      throw TrackingError(.experimentNotFound, "there is no experiment '\(row.id)' any more")
    }
    return try folder.directory.folder(row.snapshot.folder)
  }

  /// What its program wrote to its terminal, from a place on; without a place its last part.
  func output(_ row: DashboardRow, _ request: DashboardRequest) throws(TrackingError)
    -> [Value.Entry]
  {
    let directory = try directory(of: row)
    var start = try request.size("after").map { Int64($0) }
    if start == nil, let size = try directory.part(of: Self.output, from: 0, most: 0)?.size {
      start = max(0, size - Int64(Self.outputPiece))
    }
    let place = start ?? 0
    guard let part = try directory.part(of: Self.output, from: place, most: Self.outputPiece) else {
      return [.init("text", ""), .init("from", 0), .init("next", 0), .init("size", 0)]
    }
    let begin = min(max(place, 0), part.size)
    let whole = ContentType.wholeCharacters(part.bytes)
    return [
      .init("text", .text(String(decoding: part.bytes[..<whole], as: UTF8.self))),
      .init("from", .integer(begin)), .init("next", .integer(begin + Int64(whole))),
      .init("size", .integer(part.size)),
    ]
  }

  private static let output = "output.log"

  /// A piece of a file, as text or, for a picture, as Base64; as Base64 whatever it is, where `as`
  /// says so, for a server that passes it on.
  func file(_ row: DashboardRow, _ request: DashboardRequest) throws(TrackingError) -> [Value.Entry]
  {
    let path = try request.required("path")
    let place = Int64(try request.size("after") ?? 0)
    let most = min(try request.size("most") ?? Self.usualPreview, Self.mostPreview)
    let parts = path.pathParts
    guard !parts.isEmpty, !path.isAbsolutePath, !path.utf8.contains(0),
      !parts.contains(where: { $0 == "." || $0 == ".." })
    else {
      throw request.wrong("path", "the path of a file within the experiment's folder")
    }
    let plain = parts.joined(separator: "/")
    guard let part = try directory(of: row).part(of: plain, from: place, most: most) else {
      throw TrackingError(
        .notFound, "'\(row.snapshot.name)' has no file '\(VisibleText.line(plain, limit: 200))'")
    }
    let type = ContentType(ofName: plain)
    let isCut = part.size > Int64(part.bytes.count)
    var members: [Value.Entry] = [
      .init("type", .text(type.name)), .init("size", .integer(part.size)),
      .init("next", .integer(min(place, part.size) + Int64(part.bytes.count))),
      .init("cut", .boolean(isCut)),
    ]
    if try request.text("as") == "base64" {
      members.append(.init("base64", Self.base64(part.bytes)))
      return members
    }
    switch type.form {
    case .image: members.append(.init("base64", isCut ? .null : Self.base64(part.bytes)))
    case .text:
      let whole = ContentType.wholeCharacters(part.bytes)
      members.append(.init("text", .text(String(decoding: part.bytes[..<whole], as: UTF8.self))))
    case .unknown:
      members.append(.init("text", ContentType.text(part.bytes).map { .text($0) } ?? .null))
    }
    return members
  }

  private static func base64(_ bytes: [UInt8]) -> Value { .text(CurveNumbers.base64(bytes)) }

  // MARK: Logged values

  /// The keys of what was logged that is no number; of one of them the steps; of one of these the
  /// value.
  func logged(
    _ row: DashboardRow, _ request: DashboardRequest
  ) throws(TrackingError) -> [Value.Entry] {
    let key = try request.text("key")
    let index = try request.size("index")
    let reader = try loaded(row).values(key.map { Key($0) }, kind: nil)
    if let key, let index { return try value(key, index, reader) }
    var order: [Key] = []
    var kinds: [Key: (kind: String, count: Int64)] = [:]
    var steps: [Value] = []
    while let value = try reader.next() {
      if key != nil {
        steps.append([
          "index": .integer(Int64(steps.count)), "step": .integer(value.step),
          "time": .number(value.time), "kind": .text(value.kind),
          "writer": .integer(Int64(value.writer)),
        ])
        continue
      }
      let name = Key(bytes: value.keyBytes)
      if kinds[name] == nil { order.append(name) }
      kinds[name, default: (value.kind, 0)].count += 1
    }
    if let key { return [.init("key", .text(key)), .init("images", .list(steps))] }
    let keys = order.map { name -> Value in
      [
        "key": .text(name.text), "kind": .text(kinds[name]?.kind ?? ""),
        "count": .integer(kinds[name]?.count ?? 0),
      ]
    }
    return [.init("keys", .list(keys))]
  }

  private func value(
    _ key: String, _ index: Int, _ reader: LoggedValueReader
  ) throws(TrackingError) -> [Value.Entry] {
    var place = 0
    while let value = try reader.next() {
      guard place == index else {
        place += 1
        continue
      }
      var members: [Value.Entry] = [
        .init("key", .text(key)), .init("index", .integer(Int64(index))),
        .init("step", .integer(value.step)), .init("kind", .text(value.kind)),
      ]
      if let image = value.image {
        let type = ContentType(ofImage: image)
        members.append(.init("type", .text(type?.name ?? "application/octet-stream")))
        members.append(.init("base64", type == nil ? .null : Self.base64(image)))
      } else if let text = value.text {
        members.append(.init("text", .text(text)))
      } else if let histogram = value.histogram {
        members.append(
          .init(
            "histogram",
            [
              "edges": .list(histogram.edges.map { .number($0) }),
              "counts": .list(histogram.counts.map { .number($0) }),
            ]))
      }
      return members
    }
    throw TrackingError(.notFound, "'\(VisibleText.line(key))' has no value \(index)")
  }

  // MARK: Documents and decisions

  /// The living docs as they would be written now.
  func documents() throws(TrackingError) -> [Value.Entry] {
    var increments: [Value] = []
    for increment in experiments.increments {
      let pages = try increment.livingDocsPreview()
      increments.append([
        "name": .text(increment.name),
        "pages": .list(pages.map { ["path": .text($0.path), "text": .text($0.text)] }),
      ])
    }
    return [.init("increments", .list(increments))]
  }

  /// Notes, tags and the decision, for a page that may change them.
  func edit(_ row: DashboardRow, _ request: DashboardRequest) throws(TrackingError) -> [Value.Entry]
  {
    guard options.edit else {
      throw TrackingError(
        .invalidArgument,
        "this dashboard only shows; start it with --edit to change notes, tags and decisions")
    }
    let (note, add) = (try request.text("note"), try request.text("add_tag"))
    let remove = try request.text("remove_tag")
    let reasons = try request.texts("reasons") ?? []
    let selected = request.value("select") == nil ? nil : try request.flag("select")
    guard note != nil || add != nil || remove != nil || selected != nil else {
      throw TrackingError(
        .invalidArgument,
        "the request 'edit' says nothing to change: \"note\", \"add_tag\", \"remove_tag\" or "
          + "\"select\"")
    }
    for text in [note, add, remove].compactMap({ $0 }) + reasons
    where text.allSatisfy(\.isWhitespace) {
      throw TrackingError(.invalidArgument, "a note, a tag and a reason need text; it is empty")
    }
    let experiment = try loaded(row)
    func store(_ acknowledgement: Acknowledgement) throws(TrackingError) {
      switch acknowledgement {
      case .stored: return
      case .deferred(let reason), .dropped(let reason): throw reason
      }
    }
    if let note { try store(try experiment.logNote(note)) }
    if let add { try store(try experiment.addTag(add)) }
    if let remove { try store(try experiment.removeTag(remove)) }
    if let selected { try store(try experiment.select(rationale: reasons, selected: selected)) }
    try experiment.flush()
    try experiments.lookAtAll()
    return try self.experiment(try self.row(row.id))
  }
}
