import EventLog
import ExperimentStore
import FileSystem
import TrackingEntities

/// Values that are not numbers.
extension WriterSession {
  /// - Parameter time: When it was made, in seconds since 1970; nil, or one that is not finite, is
  ///   now.
  mutating func log(_ value: EventValue, step: Int64?, time: Double?) -> Acknowledgement {
    append(.points) { (session, writer) in
      let (log, metrics) = (session.log, session.nextSteps)
      func isMetric(_ key: Key) -> Bool { log.find(key) != nil || metrics[key] != nil }
      if session.valueTags == nil { session.valueTags = session.knownTags() }
      let step = AutomaticStep.given(step) ?? session.valueTags?.nextStep(of: value) ?? 0
      let time = time.flatMap { $0.isFinite ? $0 : nil } ?? Clock.now()
      let tag = session.valueTags?.tag(of: value, step: step, isMetric: isMetric)
      for key in session.valueTags?.takeNews() ?? [] where !isMetric(key) {
        if let other = session.valueTags?.unused(key, "metric", isMetric) {
          writer.callMetric(key, other.text)
        }
      }
      let outcome = writer.append(value, tag: tag, step: step, time: time)
      if outcome.isKept { session.log.add(value, at: time) }
      return outcome
    }
  }

  /// The tags in the other files of the folder that this session writes to: TensorBoard takes them
  /// for one run.
  private func knownTags() -> ValueTags {
    var tags = ValueTags()
    guard header?.role == .owner, number > 1, let directory = try? directory,
      let files = try? ExperimentReader(directory, folder: folder).historyFiles().files
    else { return tags }
    for (_, file) in files where file.pathParent.isEmpty && file != self.file {
      guard var reader = try? EventValueReader(directory: directory, file: file) else { continue }
      while let found = try? reader.next() { tags.add(found) }
    }
    return tags
  }
}
