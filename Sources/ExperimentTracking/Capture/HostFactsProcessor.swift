internal import CPlatform
import Glibc
internal import TrackingEntities

/// The processors: `model`, `usable` by this process, `total` in the machine, `quota` of a container.
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

  /// Only the beginning of the file is read: the kernel makes up the whole of it anew for each
  /// reader, which takes milliseconds on machines with many processors.
  private static var model: String? {
    guard let text = HostFactsFile.text("/proc/cpuinfo", limit: 1024) else { return nil }
    for name in ["model name", "Model", "Hardware", "cpu model"] {
      if let model = HostFactsFile.value(text, name, separator: ":") { return model }
    }
    return nil
  }
}
