internal import CPlatform
import Glibc
package import TrackingEntities
internal import TrackingStore

/// The machine and what of the environment is known to matter: `host`, `os`, `kernel`, `cpu`,
/// `memory`, `gpus`, `container`, `swift`, `variables`. Read from files; runs nothing.
package enum HostFacts {
  package static func facts(environment: [String: String]) -> Value {
    var entries = machine()
    entries.append(Value.Entry("swift", .text(swiftVersion)))
    let variables = HostFactsVariables.chosen(from: environment)
    if !variables.isEmpty { entries.append(Value.Entry("variables", .map(variables))) }
    return .map(entries)
  }

  private static let known = HostFactsCache()

  /// What does not change while the process runs; a forked child asks again, since it may have been
  /// given other processors.
  private static func machine() -> [Value.Entry] {
    let generation = platform_generation()
    if let entries = known.entries(of: generation) { return entries }
    let entries = readMachine()
    known.keep(entries, generation)
    return entries
  }

  private static func readMachine() -> [Value.Entry] {
    var entries: [Value.Entry] = []
    func add(_ key: Key, _ text: String?) {
      if let text, !text.isEmpty { entries.append(Value.Entry(key, .text(text))) }
    }
    var system = utsname()
    if uname(&system) == 0 {
      add("host", text(of: system.nodename))
    }
    add("os", osName())
    add("kernel", text(of: system.sysname) + " " + text(of: system.release))
    add("architecture", text(of: system.machine))
    entries.append(Value.Entry("cpu", HostFactsProcessor.facts()))
    if let memory = HostFactsLimits.memory() {
      entries.append(Value.Entry("memory", .integer(memory)))
    }
    let gpus = HostFactsGraphics.names()
    if !gpus.isEmpty { entries.append(Value.Entry("gpus", .list(gpus.map { .text($0) }))) }
    add("container", HostFactsLimits.container())
    return entries
  }

  private static func osName() -> String? {
    guard
      let text = HostFactsFile.text("/etc/os-release") ?? HostFactsFile.text("/usr/lib/os-release")
    else { return nil }
    return HostFactsFile.value(text, "PRETTY_NAME=", separator: "=")
  }

  /// The text in a fixed C array.
  private static func text<Array>(of array: Array) -> String {
    withUnsafeBytes(of: array) { bytes in
      String(escapingInvalid: bytes.prefix { $0 != 0 }.map { $0 })
    }
  }

  /// The compiler that this library was built with.
  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
