import FileSystem

/// When the views are written again: soon, but so that writing them is never what a program does
/// most of the time.
struct RefreshPace: Sendable {
  /// When they were written last, on the coarse clock, and how many seconds that took.
  private var last = Clock.coarse()
  private var cost = 0.0
  /// Calls after the end, and how long the views took that were written for them at once.
  private var lateCalls = 0
  private var lateCost = 0.0

  private static let promptCalls = 100
  private static let promptSeconds = 0.5
  /// So many times as long as writing them took lies between two times that they are written for
  /// something that people look for soon.
  private static let rest = 20.0

  /// Whether a call writes them. During a run they follow about once a second, and never take more
  /// than a hundredth of the time.
  ///
  /// What comes after the end is rare, and what people look for in the files next: the first calls
  /// write them at once, as long as that has not taken half a second altogether, as with tens of
  /// thousands of parameters.
  mutating func isDue(at now: Double, isUnderWay: Bool) -> Bool {
    if isUnderWay { return now - last >= max(1, 100 * cost) }
    lateCalls &+= 1
    if lateCalls <= Self.promptCalls, lateCost < Self.promptSeconds { return true }
    return now - last >= max(lateCalls <= Self.promptCalls ? 0 : 1, Self.rest * cost)
  }

  /// Whether a file that was saved is shown at once: unless a loop that saves many would then do
  /// little else.
  func isDueForArtifact(at now: Double) -> Bool { now - last >= Self.rest * cost }

  /// Notes that they were written.
  mutating func written(at now: Double, seconds: Double, isLate: Bool) {
    (last, cost) = (now, seconds)
    // The end itself is no late call.
    if isLate, lateCalls > 0 { lateCost += seconds }
  }
}
