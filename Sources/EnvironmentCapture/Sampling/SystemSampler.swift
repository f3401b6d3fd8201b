internal import CPlatform
import FileSystem
import Glibc
package import TrackingEntities

/// How busy the machine is, as ordinary metrics below `system/`.
///
/// Asked on calls that log, at most once in `interval` seconds; there is no thread. What the
/// machine does not tell is left out.
package struct SystemSampler {
  /// How many seconds lie between two samples, at least.
  let interval: Double
  private var due: Double
  private var began: Usage
  private var isFresh = true

  /// Processor time that was used until a moment, in seconds.
  private struct Usage {
    var moment: Double
    var process: Double
    var machine: MachineUsage.Processors?

    static func now() -> Usage {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Usage(
        moment: Clock.steady(), process: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9,
        machine: MachineUsage.processors())
    }
  }

  package init(every interval: Double) {
    self.interval = interval
    due = Clock.coarse() + interval
    began = .now()
  }

  /// Whether the next sample may be taken, at this moment of the coarse clock.
  package func isDue(at now: Double) -> Bool { now >= due }

  /// Whether nothing was sampled yet.
  package var hasNoSample: Bool { isFresh }

  /// What happened since the last sample, and how things stand.
  package mutating func sample(at now: Double) -> [(Key, MetricValue)] {
    due = now + interval
    isFresh = false
    let usage = Usage.now()
    defer { began = usage }
    var samples: [(Key, MetricValue)] = []
    let seconds = usage.moment - began.moment
    if seconds > 0 {
      samples.append(
        ("system/cpu_percent", .double(100 * max(0, usage.process - began.process) / seconds)))
    }
    if let busy = usage.machine?.share(since: began.machine) {
      samples.append(("system/machine_cpu_percent", .double(100 * busy)))
    }
    if let bytes = MachineUsage.residentMemory() {
      samples.append(("system/memory_rss", .integer(bytes)))
    }
    if let share = MachineUsage.memoryShare() {
      samples.append(("system/memory_percent", .double(100 * share)))
    }
    return samples + GraphicsUsage.samples()
  }
}
