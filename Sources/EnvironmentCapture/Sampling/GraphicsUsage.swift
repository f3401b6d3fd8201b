internal import CPlatform
import TrackingEntities

/// How busy the graphics processors are: NVIDIA's by the driver's own library where it is
/// installed, AMD's by the files of its driver. Numbered as the driver numbers them.
enum GraphicsUsage {
  static func samples() -> [(Key, MetricValue)] {
    let nvidia = (0..<min(platform_gpu_count(), mostDevices)).flatMap(nvidia)
    return nvidia.isEmpty ? amd() : nvidia
  }

  private static let mostDevices: Int32 = 16

  private static func nvidia(_ number: Int32) -> [(Key, MetricValue)] {
    var state = platform_gpu()
    guard platform_gpu_read(number, &state) == 0 else { return [] }
    return named(
      Int(number), busy: state.busy, used: state.used, total: state.total, watts: state.watts,
      celsius: state.celsius)
  }

  private static func amd() -> [(Key, MetricValue)] {
    (0..<mostDevices).flatMap { card -> [(Key, MetricValue)] in
      let device = "/sys/class/drm/card\(card)/device/"
      guard let busy = number(device + "gpu_busy_percent") else { return [] }
      return named(
        Int(card), busy: busy, used: number(device + "mem_info_vram_used") ?? -1,
        total: number(device + "mem_info_vram_total") ?? -1, watts: -1, celsius: -1)
    }
  }

  /// What is not known is negative.
  private static func named(
    _ number: Int, busy: Double, used: Double, total: Double, watts: Double, celsius: Double
  ) -> [(Key, MetricValue)] {
    let values = [
      ("percent", busy), ("memory", used),
      ("memory_percent", used >= 0 && total > 0 ? 100 * used / total : -1),
      ("watts", watts), ("celsius", celsius),
    ]
    return values.filter { $0.1 >= 0 }.map { (Key("system/gpu_\(number)_\($0.0)"), .double($0.1)) }
  }

  private static func number(_ path: String) -> Double? {
    HostFactsFile.text(path, limit: 64).flatMap { Double($0.prefix { !$0.isWhitespace }) }
  }
}
