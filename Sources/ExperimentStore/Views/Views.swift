package import TrackingEntities

/// The files that show an experiment: params.json, metrics.json and metadata.yaml to people, and
/// `.summary.json` to programs. They are made from the event files and can be deleted at any time.
package struct Views: Sendable {
  package static let params = "params.json"
  package static let metrics = "metrics.json"
  package static let metadata = "metadata.yaml"
  package static let summary = SummaryFile.name

  /// The summary, which vouches for the others, is last here and the first to be written.
  package static let files = [params, metrics, metadata, summary]

  /// The content of the files for people, in the order of `files`.
  let pages: [(name: String, bytes: [UInt8])]
  private let snapshot: ExperimentSnapshot

  /// Encodes a snapshot.
  package init(of snapshot: ExperimentSnapshot) throws(TrackingError) {
    self.snapshot = snapshot
    pages = [
      (
        name: Self.params,
        bytes: try Value.map(snapshot.params.map { .init($0.key, $0.value) }).json(layout: .lines)
      ),
      (
        name: Self.metrics,
        bytes: try Value.map(snapshot.metrics.map { .init($0.key, $0.last.value) })
          .json(layout: .lines)
      ),
      (name: Self.metadata, bytes: try MetadataPage.encode(snapshot).yaml()),
    ]
  }

  /// The content of the summary, which vouches for the pages.
  ///
  /// - Parameter replaced: The digests of the pages that are there now and will be replaced.
  func summary(replacing replaced: [Value.Entry] = []) throws(TrackingError) -> [UInt8] {
    let digests = pages.map { Value.Entry(Key($0.name), .text(ViewDigest.of($0.bytes))) }
    return try SummaryFile.encode(snapshot, views: digests, replacing: replaced)
  }

  /// The content of each file where none is replaced, in the order of `files`.
  package func contents() throws(TrackingError) -> [(name: String, bytes: [UInt8])] {
    pages + [(Self.summary, try summary())]
  }
}
