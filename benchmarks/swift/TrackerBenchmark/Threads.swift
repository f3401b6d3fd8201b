import ExperimentTracker
import Glibc

/// A thread of its own metric that logs until its time is up.
final class Logger {
  let (experiment, key, until): (Experiment, String, Double)
  var count: Int64 = 0

  init(_ experiment: Experiment, _ key: String, until: Double) {
    (self.experiment, self.key, self.until) = (experiment, key, until)
  }

  func work() throws {
    while now() < until {
      for _ in 0..<1000 {
        try experiment.logMetric(key, Double(count) / 7, step: count)
        count += 1
      }
    }
  }
}

func threads(_ count: Int, seconds: Double) throws -> Figures {
  let experiment = try begin("threads", in: Increment.findOrCreate("0001-benchmark"))
  let started = now()
  let loggers = (0..<count).map { Logger(experiment, "m\($0)", until: started + seconds) }
  let workers = loggers.map { logger in
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        do {
          try Unmanaged<Logger>.fromOpaque(argument).takeUnretainedValue().work()
        } catch {
          exit(1)
        }
        return nil
      }, Unmanaged.passUnretained(logger).toOpaque())
    return thread
  }
  for thread in workers { pthread_join(thread, nil) }
  let logged = now()
  try experiment.finish()
  let points = withExtendedLifetime(loggers) { loggers.reduce(0) { $0 + $1.count } }
  return [
    ("points_a_second", Double(points) / (logged - started)),
    ("with_finish", Double(points) / (now() - started)), ("points", points),
  ]
}
