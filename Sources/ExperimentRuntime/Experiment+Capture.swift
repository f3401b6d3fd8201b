public import EnvironmentCapture
internal import FileSystem
public import TrackingEntities

extension Experiment {
  /// Captures what takes time: whether the working tree has changes, and the patch of them.
  ///
  /// What cannot be had is recorded with the reason and is not a failure.
  ///
  /// - Parameter seconds: How long git may take.
  public func captureGit(seconds: Double = 1.5) throws(TrackingError) {
    let (program, environment) = lockedSession { ($0.program, $0.environment) }
    let captured = Capture.slowGit(
      workingDirectory: ProcessContext.workingDirectory, program: program,
      environment: environment ?? ProcessContext.environment, timeout: seconds)
    if let patch = captured.patch {
      try saveEnvironment("uncommitted.patch", clean: patch)
    }
    _ = try record([.fact(section: "git", value: captured.git)])
  }

  /// Saves the code that was run and is in no commit below `environment/code/`, by its path in the
  /// repository of the program, else from the working directory.
  ///
  /// Files of another place are below `elsewhere/`, by their names. Of those that a commit of their
  /// own repository has, this commit is recorded.
  ///
  /// - Parameter seconds: How long git may take; what it has not reported by then is saved.
  public func captureCode(_ files: [CodeFile], seconds: Double = 0.5) throws(TrackingError) {
    let (program, environment) = lockedSession { ($0.program, $0.environment) }
    var state = lockedSession { $0.code }
    let capture = CodeCapture(
      workingDirectory: ProcessContext.workingDirectory, program: program,
      environment: environment ?? ProcessContext.environment, deadline: Clock.steady() + seconds)
    let found = capture.uncommitted(files)
    state.repositories += found.repositories.filter { !state.repositories.contains($0) }
    for (file, path) in found.files {
      do throws(TrackingError) {
        guard state.saved < CodeCapture.mostFiles else {
          throw TrackingError(.invalidArgument, "more than \(CodeCapture.mostFiles) files")
        }
        let text = try CodeCapture.text(file.path)
        try saveEnvironment("code/" + path, text: text)
        state.saved += 1
      } catch {
        state.leftOut.append("\(path): \(error.message)")
      }
    }
    lockedSession { $0.code = state }
    if !state.facts.isEmpty { _ = try record([.fact(section: "code", value: .map(state.facts))]) }
  }
}
