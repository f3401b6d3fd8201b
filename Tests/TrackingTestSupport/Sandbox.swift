package import TrackingEntities

/// A temporary folder with an increment in it.
package final class Sandbox: Sendable {
  private let folder: TemporaryFolder

  package init() throws(TrackingError) {
    folder = try TemporaryFolder()
    try folder.make(".specweave/increments/0042-topic/experiments")
  }

  package var path: String { folder.path }
  /// The increment's folder.
  package var increment: String { path + "/.specweave/increments/0042-topic" }
  package var experiments: String { increment + "/experiments" }

  package func write(_ name: String, _ text: String) throws(TrackingError) {
    try folder.write(name, text)
  }
}

/// The error that some work throws, if any.
package func refusal(_ work: () throws -> Void) -> TrackingError? {
  do {
    try work()
    return nil
  } catch {
    return error as? TrackingError
  }
}
