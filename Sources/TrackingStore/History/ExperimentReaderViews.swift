package import TrackingEntities

/// The three views of an experiment as a reader takes them.
extension ExperimentReader {
  /// What the views say where they were made from the event files as they are.
  package func trustedViews(
    _ files: [(file: String, size: UInt64)]
  ) throws(TrackingError) -> ExperimentSnapshot? {
    guard !files.isEmpty, let metadata = try? directory.read(Views.metadata),
      let body = Views.unsealed(metadata)
    else { return nil }
    let lines = metadata.withUnsafeBufferPointer {
      MetricLines(UnsafeBufferPointer(rebasing: $0[..<body.endIndex]))
    }
    guard let members = try? YAMLParser.parse(lines?.rest ?? Array(body)),
      members["exact"]?.boolean == true,
      members["format"]?.integer == Int64(SessionHeader.currentFormat),
      Self.stamps(members["writers"]?.elements ?? [], are: files)
    else { return nil }
    guard let params = try? directory.read(Views.params),
      let metrics = try? directory.read(Views.metrics),
      members["views"]?["params.json"]?.text == ViewDigest.of(params),
      members["views"]?["metrics.json"]?.text == ViewDigest.of(metrics),
      let paramValues = try? JSONParser.parse(params),
      let metricValues = try? JSONParser.parse(metrics)
    else { return nil }
    let statistics = lines?.completed(by: metricValues)
    let isWhole = lines == nil || statistics != nil
    guard let whole = isWhole ? members : try? YAMLParser.parse(Array(body)) else { return nil }
    return MetadataView.decode(
      metadata: whole, params: paramValues, metrics: metricValues, statistics: statistics,
      folder: folder)
  }

  /// Whether the views were made from these files as they are.
  private static func stamps(
    _ stamped: [Value], are files: [(file: String, size: UInt64)]
  ) -> Bool {
    guard stamped.count == files.count else { return false }
    return files.allSatisfy { file in
      stamped.contains {
        $0["file"]?.text == file.file && $0["size"]?.double == Double(file.size)
      }
    }
  }

  /// The views as they are, whoever wrote them: there is no event file of ours to tell better.
  func untrustedViews(
    _ entries: [DirectoryEntry], unreadable: [String]
  ) throws(TrackingError) -> ExperimentSnapshot? {
    let names = Set(entries.lazy.filter { $0.kind == .file }.map(\.name))
    guard names.contains(Views.metadata) || names.contains(Views.params) else { return nil }
    var problems: [String] = []
    let metadata = view(Views.metadata, names, &problems) { (bytes) throws(TrackingError) in
      try YAMLParser.parse(bytes)
    }
    let params = view(Views.params, names, &problems) { (bytes) throws(TrackingError) in
      try JSONParser.parse(bytes)
    }
    let metrics = view(Views.metrics, names, &problems) { (bytes) throws(TrackingError) in
      try JSONParser.parse(bytes)
    }
    var snapshot = MetadataView.decode(
      metadata: metadata, params: params, metrics: metrics, folder: folder)
    snapshot.history = unreadable.isEmpty ? .missing : .damaged
    // Where metadata.yaml cannot be read, nothing says that the experiment was completed.
    if metadata == .map([]) && !problems.isEmpty { snapshot.status = .unknown }
    snapshot.problems += problems + unreadable.map { "\($0): no header of ours can be read in it" }
    return snapshot
  }

  private func view(
    _ name: String, _ names: Set<String>, _ problems: inout [String],
    _ parse: ([UInt8]) throws(TrackingError) -> Value
  ) -> Value {
    guard names.contains(name) else { return .map([]) }
    do throws(TrackingError) {
      return try parse(try directory.read(name) ?? [])
    } catch {
      problems.append("\(name): \(error.message)")
      return .map([])
    }
  }
}
