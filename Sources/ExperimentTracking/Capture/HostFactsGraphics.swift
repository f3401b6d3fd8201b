internal import TrackingStore

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

  /// Virtual displays of servers and machines are no processors and are left out.
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
