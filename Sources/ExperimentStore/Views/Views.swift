package import TrackingEntities

/// The three files that show an experiment to people and programs: params.json, metrics.json and
/// metadata.yaml. They are made from the event files and can be deleted at any time.
package struct Views: Sendable {
  package static let params = "params.json"
  package static let metrics = "metrics.json"
  package static let metadata = "metadata.yaml"

  package static let files = [params, metrics, metadata]

  package var params: [UInt8]
  package var metrics: [UInt8]
  package var metadata: [UInt8]

  /// Encodes a snapshot.
  package init(of snapshot: ExperimentSnapshot) throws(TrackingError) {
    params = try Value.map(snapshot.params.map { .init($0.key, $0.value) }).json(layout: .lines)
    metrics = try Value.map(snapshot.metrics.map { .init($0.key, $0.last.value) })
      .json(layout: .lines)
    let body = try MetadataView.encode(
      snapshot, digests: (params: ViewDigest.of(params), metrics: ViewDigest.of(metrics))
    ).yaml()
    metadata = body + Array("\(Views.seal)\(ViewDigest.of(body))\n".utf8)
  }

  /// The last line of metadata.yaml: a comment with the digest of all before it.
  package static let seal = "# digest "

  /// The metadata without its last line, if that line is the right digest; nil if a user has edited
  /// it.
  package static func unsealed(_ metadata: [UInt8]) -> ArraySlice<UInt8>? {
    let length = seal.utf8.count + 17
    guard metadata.count >= length else { return nil }
    let body = metadata.dropLast(length)
    return metadata.suffix(length).elementsEqual("\(seal)\(ViewDigest.of(Array(body)))\n".utf8)
      ? body : nil
  }
}
