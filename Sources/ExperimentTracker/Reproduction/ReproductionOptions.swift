package import TrackingEntities

/// How an experiment is run again.
public struct ReproductionOptions: Sendable {
  /// Whether the programs and packages of this machine are used as they are; else a Python program
  /// gets an environment of its own with the recorded packages.
  public var here = false
  /// The Python to make that environment with, or to run with; nil is the one of the recorded
  /// version, or the nearest.
  public var python: String?
  /// A command of the shell that runs before, in the same folder: what builds a program.
  public var before: String?
  /// Files and folders of the working tree that git does not have, such as data; linked to where
  /// they were.
  public var links: [String] = []
  /// How far apart two values of a metric may be, as a part of the first one.
  public var tolerance = 0.0
  /// Whether the folder in which it was run stays.
  public var keep = false

  /// The usual way.
  public init() {}
}

extension ReproductionOptions {
  /// Reads them from JSON.
  package init(json bytes: [UInt8]?) throws(TrackingError) {
    self.init()
    var reader = try OptionReader(bytes, for: "a reproduction")
    here = try reader.flag("here") ?? false
    python = try reader.text("python")
    before = try reader.text("before")
    links = try reader.texts("links") ?? []
    if let value = reader.take("tolerance") {
      guard let number = value.double else { throw reader.wrong("tolerance", "a number") }
      tolerance = number
    }
    keep = try reader.flag("keep") ?? false
    try reader.end()
    try check()
  }

  package func check() throws(TrackingError) {
    guard tolerance >= 0, tolerance.isFinite else {
      throw TrackingError(
        .invalidArgument, "the tolerance is a part of the value, such as 0.01; it is \(tolerance)")
    }
  }
}
