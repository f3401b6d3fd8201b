import Glibc
internal import TrackingStore

/// What the machine and the container around the process allow.
enum HostFactsLimits {
  /// The memory in bytes: the machine's, or the container's where that is less.
  static func memory() -> Int64? {
    guard let pages = UInt64(exactly: sysconf(Int32(_SC_PHYS_PAGES))),
      let size = UInt64(exactly: sysconf(Int32(_SC_PAGESIZE)))
    else { return nil }
    let (machine, overflow) = pages.multipliedReportingOverflow(by: size)
    guard !overflow else { return nil }
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    let least = limits.compactMap { number($0) }.filter { $0 > 0 }.reduce(machine, min)
    return Int64(exactly: least)
  }

  /// How many processors' time a container may use, as 1.5; nil without such a limit.
  static func processors() -> Double? {
    if let text = HostFactsFile.text("/sys/fs/cgroup/cpu.max", limit: 64) {
      let parts = text.split(whereSeparator: \.isWhitespace)
      guard parts.count == 2 else { return nil }
      return ratio(Double(parts[0]), Double(parts[1]))
    }
    let folder = "/sys/fs/cgroup/cpu/cpu.cfs_"
    return ratio(
      number(folder + "quota_us").map(Double.init), number(folder + "period_us").map(Double.init))
  }

  /// What kind of container this is, as far as it can be told from outside marks.
  static func container() -> String? {
    let marks = [
      ("/run/.containerenv", "podman"), ("/var/run/secrets/kubernetes.io", "kubernetes"),
      ("/.singularity.d", "singularity"), ("/.dockerenv", "docker"),
    ]
    return marks.first { access($0.0, F_OK) == 0 }?.1
  }

  private static func number(_ path: String) -> UInt64? {
    HostFactsFile.text(path, limit: 64).flatMap { text in
      UInt64(text.prefix { !$0.isWhitespace })
    }
  }

  private static func ratio(_ quota: Double?, _ period: Double?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period
  }
}
