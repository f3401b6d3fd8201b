import EventLog
import ExperimentStore
import FileSystem
import Glibc
import SecretScanner
public import TrackingEntities

extension Experiment {
  /// Saves bytes as a file; it appears under its name complete or not at all.
  ///
  /// - Parameters:
  ///   - path: The path within the experiment's folder, as `plots/roc.png`.
  ///   - kind: `model`, `figure`, `table`, `data`, `text` or `file`.
  ///   - details: What else is known of it.
  @discardableResult
  public func saveArtifact(
    _ path: String, bytes: UnsafeRawBufferPointer, kind: String = "file",
    details: [Value.Entry] = []
  ) throws(TrackingError) -> Artifact {
    try save(try ArtifactPath.validate(path), kind, details) { (staged) throws(TrackingError) in
      try staged.write(bytes)
    }
  }

  /// Saves bytes of an array, of `Data`, of any sequence as a file.
  @discardableResult
  public func saveArtifact(
    _ path: String, bytes: some Sequence<UInt8>, kind: String = "file",
    details: KeyValuePairs<String, Value> = [:]
  ) throws(TrackingError) -> Artifact {
    try bytes.withRawBytes { (bytes) throws(TrackingError) in
      try saveArtifact(path, bytes: bytes, kind: kind, details: [Value.Entry](details))
    }
  }

  /// Saves text as a file in UTF-8.
  ///
  /// ```swift
  /// try experiment.saveArtifact("classes.txt", text: classes.joined(separator: "\n"))
  /// ```
  @discardableResult
  public func saveArtifact(
    _ path: String, text: String, kind: String = "text",
    details: KeyValuePairs<String, Value> = [:]
  ) throws(TrackingError) -> Artifact {
    try saveArtifact(path, bytes: text.utf8, kind: kind, details: details)
  }

  /// Saves what can be encoded as a file of JSON.
  @discardableResult
  public func saveArtifact(
    _ path: String, json value: some Encodable, kind: String = "data",
    details: KeyValuePairs<String, Value> = [:]
  ) throws(TrackingError) -> Artifact {
    let text = try Value(encoding: value).json(layout: .lines)
    return try saveArtifact(path, bytes: text, kind: kind, details: details)
  }

  /// Copies a file or a folder.
  ///
  /// What of a folder is not copied is said by `takeNotices` and counted in the artifact's details:
  /// pipes and the like, names that are not UTF-8, and links, unless they lead to something in the
  /// folder or into a cache of Hugging Face, DVC or git-annex.
  ///
  /// - Parameters:
  ///   - source: Where it is; a link is followed. The working directory is given by its full path.
  ///   - path: The path within the experiment's folder; nil is the source's own name.
  ///   - followingLinks: Whether all links in a folder are followed.
  @discardableResult
  public func saveArtifact(
    copying source: String, as path: String? = nil, kind: String = "file",
    details: [Value.Entry] = [], followingLinks: Bool = false
  ) throws(TrackingError) -> Artifact {
    try StagedArtifact.refuseWorkingDirectory(source)
    let target = try ArtifactPath.validate(path ?? source.lastPathPart)
    return try save(target, kind, details) { (staged) throws(TrackingError) in
      try staged.copy(from: source, links: followingLinks ? .all : .known)
    }
  }

  /// As `saveArtifact(copying:)`, of a source whose path may not be UTF-8; its artifact then needs
  /// a path.
  package func saveArtifact(
    copying source: [UInt8], as path: String?, kind: String, details: [Value.Entry],
    followingLinks: Bool
  ) throws(TrackingError) {
    if let source = String(validating: source, as: UTF8.self) {
      try saveArtifact(
        copying: source, as: path, kind: kind, details: details, followingLinks: followingLinks)
      return
    }
    guard let path else {
      throw TrackingError(
        .invalidName,
        "'\(String(escapingInvalid: source))' has a name that is not valid UTF-8; say under which "
          + "other name it is to be saved")
    }
    let file = try SystemCalls.openSource(bytes: source)
    defer { SystemCalls.close(file) }
    try saveArtifact(
      copying: "/proc/self/fd/\(file)", as: path, kind: kind, details: details,
      followingLinks: followingLinks)
  }

  /// Saves text below `environment/`, credentials taken out.
  package func saveEnvironment(_ path: String, text: String) throws(TrackingError) {
    let (clean, redactions) = SecretScan.redact(text)
    let details: [Value.Entry] =
      redactions > 0 ? [.init("redactions", .integer(Int64(redactions)))] : []
    try saveEnvironment(path, clean: Array(clean.utf8), details)
  }

  /// Saves bytes below `environment/` that hold no credentials any more.
  package func saveEnvironment(
    _ path: String, clean bytes: [UInt8], _ details: [Value.Entry] = []
  ) throws(TrackingError) {
    let target = try ArtifactPath.validate(
      "\(ExperimentFiles.environment)/\(path)", byStore: true)
    _ = try save(target, "environment", details) { (staged) throws(TrackingError) in
      var content = ArtifactContent(size: 0, sha256: "")
      var problem: TrackingError?
      bytes.withUnsafeBytes { buffer in
        do throws(TrackingError) { content = try staged.write(buffer) } catch { problem = error }
      }
      if let problem { throw problem }
      return content
    }
  }

  /// Saves text that the program was given, as a configuration file, below `environment/`;
  /// credentials in it are replaced.
  ///
  /// - Parameter path: The path below `environment/`, as `config/train.yaml`.
  public func captureText(_ text: String, as path: String) throws(TrackingError) {
    try saveEnvironment(path, text: text)
  }

  /// Saves a file or a folder that the closure writes at the path that it gets.
  ///
  /// ```swift
  /// try experiment.saveArtifact("model.bin", kind: "model") { path in
  ///   try model.write(to: path)
  /// }
  /// ```
  ///
  /// It appears under its name when the closure has returned, complete; if the closure throws,
  /// nothing is saved.
  @discardableResult
  public func saveArtifact(
    _ path: String, kind: String = "file", details: KeyValuePairs<String, Value> = [:],
    writtenBy write: (String) throws -> Void
  ) throws -> Artifact {
    let staged = try stageArtifact(path)
    defer { staged.discard() }
    try write(staged.absolutePath)
    return try staged.commit(kind: kind, details: details)
  }

  /// As the synchronous form.
  @discardableResult
  public func saveArtifact(
    _ path: String, kind: String = "file", details: KeyValuePairs<String, Value> = [:],
    isolation: isolated (any Actor)? = #isolation,
    writtenBy write: (String) async throws -> Void
  ) async throws -> Artifact {
    let staged = try stageArtifact(path)
    defer { staged.discard() }
    try await write(staged.absolutePath)
    return try staged.commit(kind: kind, details: details)
  }

  /// Begins an artifact that something else writes, where a closure does not fit.
  public func stageArtifact(_ path: String) throws(TrackingError) -> StagedArtifact {
    try StagedArtifact(try ArtifactPath.validate(path), in: self, isForOthers: true)
  }

  /// Ends an artifact that something else wrote.
  package func commit(
    _ staged: StagedArtifact, kind: String, details: [Value.Entry]
  ) throws(TrackingError) -> Artifact {
    defer { staged.discard() }
    try ValueDepth.check(details, "detail")
    return try publish(staged, try staged.contentWritten(), kind, details)
  }

  private func save(
    _ path: String, _ kind: String, _ details: [Value.Entry],
    _ write: (StagedArtifact) throws(TrackingError) -> ArtifactContent
  ) throws(TrackingError) -> Artifact {
    try ValueDepth.check(details, "detail")
    let staged = try StagedArtifact(path, in: self)
    defer { staged.discard() }
    return try publish(staged, try write(staged), kind, details)
  }

  /// Gives the artifact its name and records it, and the version that had the name before.
  private func publish(
    _ staged: StagedArtifact, _ content: ArtifactContent, _ kind: String, _ details: [Value.Entry]
  ) throws(TrackingError) -> Artifact {
    var artifact = Artifact(
      path: staged.path, size: content.size, sha256: content.sha256, kind: kind,
      details: .map(details))
    if let files = content.files {
      if kind == "file" { artifact.kind = "folder" }
      artifact.details = .map(
        details + [
          .init("files", .integer(Int64(files.count))),
          .init("left_out", .integer(Int64(content.leftOut.count))),
        ] + Self.names(content.leftOut))
    }
    let manifest = try content.files.map { (files) throws(TrackingError) in
      try Self.manifest(files)
    }
    // Name and record change together: another process that saves the same name comes before or
    // after.
    return try Turn.taken(in: staged.directory) { () throws(TrackingError) in
      try publish(staged, content, &artifact, manifest)
    }
  }

  private func publish(
    _ staged: StagedArtifact, _ content: ArtifactContent, _ artifact: inout Artifact,
    _ manifest: [UInt8]?
  ) throws(TrackingError) -> Artifact {
    let kind = artifact.kind
    return try withSession { (session) throws(TrackingError) in
      _ = try session.writer(for: .records)
      defer { session.restIfOver() }
      try session.settleUnfinishedSave()
      let known = try session.artifactIndex()
      let older = known.artifact(at: staged.path)
      if older == nil, let inside = known.artifact(inside: staged.path) {
        throw TrackingError(
          .invalidName, "'\(staged.path)' is the folder of the artifact '\(inside)'; rename it")
      }
      if older == nil, let other = known.artifact(sharing: staged.path, in: staged.directory) {
        throw TrackingError(
          .invalidName,
          "'\(staged.path)' would take the place of the artifact '\(other)', whose name differs only in "
            + "the case of letters; choose another name")
      }
      let version = older?.version ?? 0
      let kept = try staged.publish(over: version, content)
      defer { if kept != nil { UnfinishedSave.forget(in: staged.directory) } }
      artifact.version = version &+ 1
      var records: [Record] = [.artifact(artifact)]
      if let kept, var older {
        older.keptAs = kept
        records.append(.artifact(older))
      }
      if let manifest {
        let name = "\(ExperimentFiles.versions)/\(staged.path).v\(artifact.version).manifest.json"
        try session.writeManifest(name, manifest)
      }
      if !content.leftOut.isEmpty {
        session.notices.append(Self.notice(content.leftOut, staged.path))
      }
      session.unsynced.append(staged.path)
      if session.sync == .always {
        let work = try session.takeSyncWork()
        try work.run()
      }
      switch session.record(records) {
      case .stored: break
      case .deferred(let error) where !session.strict:
        // The file is there, and its record is kept until the disk takes it.
        session.tell(
          "'\(artifact.path)' is saved, and its record waits in memory until it can be written: "
            + error.message)
      case .deferred(let error), .dropped(let error): throw error
      }
      // A large file, or its older version, is to stand in .gitignore before anybody adds it. What
      // was captured comes in pieces, of which the last is followed by a flush.
      if max(artifact.size, older?.size ?? 0) > GitFiles.limit {
        try? session.refresh()
      } else if kind != "environment" {
        session.artifactsWaiting = true
        session.refreshForArtifact()
      }
      return artifact
    }
  }

  private static let named = 5
  private static let recorded = 100

  private static func names(_ leftOut: [ArtifactContent.LeftOut]) -> [Value.Entry] {
    if leftOut.isEmpty { return [] }
    let names = leftOut.map(\.text).sorted().prefix(recorded).map { Value.text($0) }
    return [.init("left_out_entries", .list(names))]
  }

  /// What is said of files that were not copied.
  private static func notice(_ leftOut: [ArtifactContent.LeftOut], _ path: String) -> String {
    let shown = leftOut.sorted { $0.path < $1.path }.prefix(named).map(\.text)
    let more = leftOut.count > named ? ["and \(leftOut.count - named) more"] : []
    let isLink = leftOut.contains { $0.reason == .outside }
    let remedy = isLink ? " With follow_links what they lead to is copied." : ""
    return CountText.of(leftOut.count, "entry", plural: "entries")
      + " of the folder saved as '\(path)' "
      + (leftOut.count == 1 ? "was" : "were")
      + " not copied: \((shown + more).joined(separator: "; ")).\(remedy)"
  }

  private static func manifest(_ files: [ArtifactContent.File]) throws(TrackingError) -> [UInt8] {
    try Value.list(
      files.map {
        ["path": .text($0.path), "size": .integer(Int64($0.size)), "sha256": .text($0.sha256)]
      }
    ).json(layout: .lines)
  }

  /// The path of an artifact that is made again at several steps: `samples.png` at step 12 is
  /// `samples/step-000012.png`.
  public static func artifactPath(
    _ path: String, atStep step: Int64
  ) throws(TrackingError) -> String {
    try ArtifactPath.validate(path, atStep: step)
  }

  /// The absolute path of a saved artifact.
  ///
  /// - Parameter version: Which one, from 1 on; nil is the newest.
  /// - Throws: `notFound` with the artifacts there are.
  public func artifactPath(
    _ path: String, version: Int? = nil
  ) throws(TrackingError) -> String {
    let artifact = try artifact(path, version: version.map { UInt64(clamping: $0) })
    let folder = (try? directory)?.currentPath ?? self.path
    return "\(folder)/\(artifact.keptAs.isEmpty ? artifact.path : artifact.keptAs)"
  }

  /// Reads an artifact and compares it with what was saved.
  ///
  /// - Parameters:
  ///   - path: As it was saved.
  ///   - version: Which one, from 1 on; nil is the newest.
  /// - Throws: `format` if its content is another one or it is gone; `notFound` with the artifacts
  ///   there are; `storage` if it cannot be read.
  public func checkArtifact(_ path: String, version: UInt64? = nil) throws(TrackingError) {
    let artifact = try artifact(path, version: version)
    let file = artifact.keptAs.isEmpty ? artifact.path : artifact.keptAs
    let content = try ArtifactCopy.content(of: file, in: try directory)
    guard let content else {
      throw TrackingError(.format, "the artifact '\(file)' of '\(name)' is gone")
    }
    guard content.size == artifact.size, content.sha256 == artifact.sha256 else {
      throw TrackingError(
        .format,
        "the artifact '\(file)' of '\(name)' is not what was saved: it has "
          + CountText.of(content.size, "byte")
          + " with the SHA-256 \(content.sha256), and \(artifact.size) with \(artifact.sha256) were saved; "
          + "take it from a copy, or save it again")
    }
  }

  /// The artifact of that name; the newest version of it unless another one is asked for.
  private func artifact(_ path: String, version: UInt64?) throws(TrackingError) -> Artifact {
    let artifacts = try snapshot().artifacts
    let found = artifacts.first { artifact in
      artifact.path.utf8.elementsEqual(path.utf8)
        && (version.map { $0 == artifact.version } ?? artifact.keptAs.isEmpty)
    }
    if let found { return found }
    let wanted = version.map { "version \($0) of the artifact" } ?? "artifact"
    throw TrackingError(
      .notFound, "'\(name)' has no \(wanted) '\(path)'; it has:",
      candidates: LookupSuggestions.ordered(
        artifacts.filter { $0.keptAs.isEmpty }.map(\.path), closestTo: path, limit: 20))
  }
}

extension WriterSession {
  /// Takes back, or makes up for, what a process that was killed had saved without recording all of
  /// it. Only in the folder's turn.
  mutating func settleUnfinishedSave() throws(TrackingError) {
    let directory = try directory
    guard let save = try UnfinishedSave.read(in: directory) else { return }
    let versions = try snapshot().artifacts.filter { $0.path.isSame(as: save.path) }
    let older = versions.first { $0.version < save.version && $0.keptAs.isEmpty }
    if var older {
      if versions.contains(where: { $0.version == save.version }) {
        older.keptAs = save.kept
        _ = record([.artifact(older)])
      } else {
        try save.restore(to: older, in: directory)
      }
    }
    UnfinishedSave.forget(in: directory)
  }

  fileprivate func writeManifest(_ path: String, _ bytes: [UInt8]) throws(TrackingError) {
    try directory.makeFolder(path.pathParent).replace(path.lastPathPart, bytes)
  }
}
