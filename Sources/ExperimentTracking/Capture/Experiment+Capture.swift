public import TrackingEntities

extension Experiment {
  /// Captures what takes time: whether the working tree has changes, and the patch of them.
  ///
  /// What cannot be had is recorded with the reason and is no failure.
  ///
  /// - Parameter seconds: How long git may take.
  public func captureGit(seconds: Double = 1.5) throws(TrackingError) {
    let captured = Capture.slowGit(
      workingDirectory: ProcessContext.workingDirectory,
      environment: ProcessContext.environment, timeout: seconds)
    if let patch = captured.patch {
      try saveEnvironment("uncommitted.patch", clean: patch)
    }
    _ = try record([.fact(section: "git", value: captured.git)])
  }
}
