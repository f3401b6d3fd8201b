import ExperimentStore
import Glibc

/// What the kernel tells about processors and memory; Linux's proc(5) and cgroups(7).
enum MachineUsage {
  /// The ticks that all processors together spent.
  struct Processors {
    var busy: UInt64
    var total: UInt64

    /// The part of the time since another moment in which the processors were busy.
    func share(since earlier: Processors?) -> Double? {
      guard let earlier, total > earlier.total, busy >= earlier.busy else { return nil }
      return min(1, Double(busy - earlier.busy) / Double(total - earlier.total))
    }
  }

  static func processors() -> Processors? {
    HostFactsFile.text("/proc/stat", limit: 512).flatMap(processors(in:))
  }

  /// The first line: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
  static func processors(in text: String) -> Processors? {
    let fields = text.prefix { $0 != "\n" }.split(separator: " ")
    guard fields.first == "cpu" else { return nil }
    let ticks = fields.dropFirst().prefix(8).compactMap { UInt64($0) }
    guard ticks.count >= 4 else { return nil }
    let total = ticks.reduce(0, &+)
    let idle = ticks[3] &+ (ticks.count > 4 ? ticks[4] : 0)
    return total >= idle ? Processors(busy: total - idle, total: total) : nil
  }

  /// The bytes of memory that this process holds.
  static func residentMemory() -> Int64? {
    let fields = HostFactsFile.text("/proc/self/statm", limit: 128)?.split(separator: " ")
    guard let fields, fields.count > 1, let pages = Int64(fields[1]) else { return nil }
    let (bytes, overflow) = pages.multipliedReportingOverflow(
      by: Int64(sysconf(Int32(_SC_PAGESIZE))))
    return overflow ? nil : bytes
  }

  /// The part of the memory that is in use: of the container's where it has a limit of its own,
  /// else of the machine's. What the kernel keeps only as long as the memory is not needed does not
  /// count.
  static func memoryShare() -> Double? {
    container() ?? HostFactsFile.text("/proc/meminfo").flatMap(memoryShare(in:))
  }

  static func memoryShare(in text: String) -> Double? {
    guard let total = kilobytes(text, "MemTotal:"), total > 0,
      let available = kilobytes(text, "MemAvailable:"), available <= total
    else { return nil }
    return Double(total - available) / Double(total)
  }

  private static func container() -> Double? {
    let folder = "/sys/fs/cgroup/memory."
    guard let limit = number(folder + "max"), limit > 0, let used = number(folder + "current")
    else { return nil }
    let statistics = HostFactsFile.text(folder + "stat", limit: 8192) ?? ""
    let cache = HostFactsFile.value(statistics, "inactive_file", separator: " ").flatMap(
      UInt64.init)
    return min(1, Double(used - min(used, cache ?? 0)) / Double(limit))
  }

  private static func kilobytes(_ text: String, _ name: String) -> UInt64? {
    HostFactsFile.value(text, name, separator: ":").flatMap { UInt64($0.prefix { $0 != " " }) }
  }

  private static func number(_ path: String) -> UInt64? {
    HostFactsFile.text(path, limit: 64).flatMap { UInt64($0.prefix { !$0.isWhitespace }) }
  }
}
