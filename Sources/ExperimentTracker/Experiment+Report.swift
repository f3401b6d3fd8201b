import ExperimentAnalysis
public import ExperimentTracking
public import TrackingEntities
import TrackingStore

extension Experiment {
  /// The report's name where none is given.
  public static let usualReport = "report.md"

  /// The experiment as a Markdown document: how it went, what it was given, what came of it, and how
  /// to run it again.
  public func report() throws(TrackingError) -> String {
    ExperimentReport.document(try snapshot(), increment: increment)
  }

  /// Writes the report; the older one is kept as a version, and nothing is done if nothing changed.
  ///
  /// - Parameter path: The path within the experiment's folder.
  /// - Returns: The same path.
  @discardableResult
  public func saveReport(_ path: String = usualReport) throws(TrackingError) -> String {
    let snapshot = try snapshot()
    let text = ExperimentReport.document(snapshot, increment: increment, at: path)
    let known = snapshot.artifacts.contains {
      $0.keptAs.isEmpty && $0.path.utf8.elementsEqual(path.utf8)
    }
    if known, let present = try directory.read(path), present.elementsEqual(text.utf8) {
      return path
    }
    var problem: TrackingError?
    Array(text.utf8).withUnsafeBytes { bytes in
      do throws(TrackingError) {
        try saveArtifact(path, bytes: bytes, kind: "report")
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    return path
  }
}
