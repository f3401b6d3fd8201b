package import ExperimentAnalysis
import FileSystem
package import TrackingEntities

extension ComparisonResult {
  /// A row by its place.
  package func row(at place: Int) throws(TrackingError) -> Comparison.Row {
    guard comparison.rows.indices.contains(place) else {
      throw TrackingError(
        .invalidArgument,
        "there is no row \(place) in a comparison of \(comparison.rows.count)")
    }
    return comparison.rows[place]
  }

  /// Where the best row is, and its value of the metric that decides.
  package func bestPlace() throws(TrackingError) -> (place: Int, score: Double) {
    guard let place = comparison.rows.firstIndex(where: comparison.isBest),
      let score = comparison.rows[place].score
    else {
      throw TrackingError(
        .notFound, "nothing is ranked: no completed experiment has a metric to compare")
    }
    return (place, score.double)
  }

  /// A row's value of a metric, of the one that decides for nil.
  package func value(of key: Key?, at place: Int) throws(TrackingError) -> Double {
    let row = try row(at: place)
    guard let key else {
      if let score = row.score { return score.double }
      throw TrackingError(.notFound, "'\(row.name)' has no value of the metric that decides")
    }
    let mean = row.group?.metrics.first { $0.key == key }?.statistics.mean
    if let value = mean ?? (row.group == nil ? row.snapshot.metric(key)?.last.double : nil) {
      return value
    }
    throw TrackingError(
      .notFound, "'\(row.name)' has no metric '\(key.text)'; it has:",
      candidates: row.snapshot.metrics.map(\.key.text))
  }
}

extension ListingEntry {
  /// The experiment of a row, as a listing would have it; its folder may lead out of the increment
  /// that the comparison is made for.
  package init(of row: Comparison.Row, in increment: Increment) {
    var snapshot = row.snapshot
    var (name, path) = (increment.name, increment.path)
    let parts = snapshot.folder.pathParts
    // As "../../0002-topic/experiments/baseline".
    let above = parts.prefix { $0 == ".." }.count
    if above > 0, let inside = parts.firstIndex(of: "experiments"), inside > above {
      let outer = (path + "/experiments").pathParts.dropLast(above)
      path = "/" + (outer + parts[above..<inside]).joined(separator: "/")
      name = parts[inside - 1]
      snapshot.folder = parts[(inside + 1)...].joined(separator: "/")
    }
    self.init(snapshot, increment: name, incrementPath: path, parent: nil)
  }
}
