import CPlatform
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// The processors: `model`, `usable` by this process, `total` in the machine, `quota` of a
/// container.
enum HostFactsProcessor {
  static func facts() -> Value {
    var entries: [Value.Entry] = []
    if let model { entries.append(Value.Entry("model", .text(model))) }
    let usable = platform_usable_processors()
    if usable > 0 { entries.append(Value.Entry("usable", .integer(Int64(usable)))) }
    let total = sysconf(Int32(_SC_NPROCESSORS_CONF))
    if total > 0 { entries.append(Value.Entry("total", .integer(Int64(total)))) }
    if let quota = HostFactsLimits.processors() {
      entries.append(Value.Entry("quota", .number(quota)))
    }
    return .map(entries)
  }

  /// Only the beginning of the file is read: the kernel generates all of it again for each
  /// reader, which takes milliseconds on machines with many processors.
  private static var model: String? {
    guard let text = HostFactsFile.text("/proc/cpuinfo", limit: 1024) else { return nil }
    for name in ["model name", "Model", "Hardware", "cpu model"] {
      if let model = HostFactsFile.value(text, name, separator: ":") { return model }
    }
    return nil
  }
}

/// The names of the graphics processors, from what drivers show as files.
enum HostFactsGraphics {
  static func names() -> [String] {
    let nvidia = folders("/proc/driver/nvidia/gpus").compactMap { folder -> String? in
      let path = "/proc/driver/nvidia/gpus/\(folder)/information"
      guard let text = HostFactsFile.text(path) else { return nil }
      return HostFactsFile.value(text, "Model", separator: ":")
    }
    return nvidia.isEmpty ? cards() : nvidia
  }

  /// Cards of other makers: the name where the driver has one, else maker and device number.
  private static func cards() -> [String] {
    folders("/sys/class/drm", linked: true)
      .filter { $0.hasPrefix("card") && !$0.contains("-") }
      .compactMap { card in
        let device = "/sys/class/drm/\(card)/device/"
        if let name = line(device + "product_name") { return name }
        guard let vendor = line(device + "vendor"), let number = line(device + "device"),
          let maker = makers[vendor]
        else { return nil }
        return "\(maker) \(number)"
      }
  }

  /// Virtual displays of servers and virtual machines are not processors and are left out.
  private static let makers = ["0x1002": "AMD", "0x8086": "Intel", "0x10de": "NVIDIA"]

  private static func line(_ path: String) -> String? {
    guard let text = HostFactsFile.text(path, limit: 256) else { return nil }
    let line = text.prefix { !$0.isNewline }
    return line.isEmpty ? nil : String(line)
  }

  private static func folders(_ path: String, linked: Bool = false) -> [String] {
    guard let folder = try? Directory.open(path), let entries = try? folder.entries() else {
      return []
    }
    return entries.filter { $0.kind == .folder || linked }.map(\.name).sorted()
  }
}

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

  /// What kind of container this is, as far as files of the system show it.
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
