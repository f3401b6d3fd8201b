internal import CPlatform
import Glibc
package import TrackingEntities

/// What the kernel says about this process and others.
package enum ProcessFacts {
  /// Who this process is. Asks the kernel again, because a fork is another process.
  package static func current() -> ProcessIdentity {
    ProcessIdentity(
      host: hostName(), boot: bootIdentifier, namespace: processNamespace(),
      pid: UInt64(clamping: getpid()), start: start(of: "self") ?? 0)
  }

  /// The closest process above this one that began without a variable of the environment, such as
  /// the launcher that sets it for what it starts; nil where that cannot be seen.
  package static func ancestor(without variable: String) -> ProcessIdentity? {
    var pid = UInt64(clamping: getppid())
    let prefix = variable + "="
    for _ in 0..<64 where pid > 0 {
      guard let fields = statusFields(of: String(pid)), fields.count > 1,
        let environment = read("/proc/\(pid)/environ", whole: true)
      else { return nil }
      if !environment.split(separator: "\0").contains(where: { $0.hasPrefix(prefix) }) {
        return ProcessIdentity(
          host: hostName(), boot: bootIdentifier, namespace: processNamespace(), pid: pid,
          start: start(in: fields) ?? 0)
      }
      pid = UInt64(fields[1]) ?? 0
    }
    return nil
  }

  /// When this process began, in seconds since 1970; nil where that is unknown.
  package static func started() -> Double? {
    var sinceBoot = timespec()
    let ticks = Double(sysconf(CInt(_SC_CLK_TCK)))
    guard let start = start(of: "self"), ticks > 0, clock_gettime(CLOCK_BOOTTIME, &sinceBoot) == 0
    else { return nil }
    let age = Double(sinceBoot.tv_sec) + Double(sinceBoot.tv_nsec) / 1e9 - Double(start) / ticks
    return Clock.now() - age
  }

  /// What can be seen of a process that once had an id and a start.
  package enum Presence: Sendable, Equatable {
    /// It is alive.
    case present
    /// It has ended.
    case gone
    /// A process has the id, and nothing else can be seen of it.
    case hidden
    /// A process has the id that seems to have started at another time.
    case another
  }

  /// What is seen of a process of this namespace.
  package static func presence(pid: UInt64, start: UInt64) -> Presence {
    guard let facts = statusFields(of: String(pid)), let state = facts.first else {
      return pid_t(exactly: pid).map(platform_process_exists) == 1 ? .hidden : .gone
    }
    if self.start(in: facts) != start { return .another }
    if state == "Z" || state == "X" || state == "x" {
      // The first thread may have ended before the others.
      return hasLivingThread(pid) ? .present : .gone
    }
    return .present
  }

  /// The paths of the files of a name that a process has open, with " (deleted)" after those that
  /// are not there any more; nil where that is unknown.
  package static func openFiles(named name: String, pid: UInt64) -> [String]? {
    guard let folder = try? Directory.open("/proc/\(pid)/fd"), let open = try? folder.entries()
    else { return nil }
    return open.compactMap { SystemCalls.readLink(folder.descriptor, $0.name) }
      .filter { ($0.without(ending: " (deleted)") ?? $0).lastPathPart.isSame(as: name) }
  }

  private static func hasLivingThread(_ pid: UInt64) -> Bool {
    guard let tasks = try? Directory.open("/proc/\(pid)/task"), let threads = try? tasks.entries()
    else { return false }
    return threads.contains { thread in
      guard let state = statusFields(of: "\(pid)/task/\(thread.name)")?.first else { return false }
      return state != "Z" && state != "X" && state != "x"
    }
  }

  private static func start(of process: String) -> UInt64? {
    statusFields(of: process).flatMap { start(in: $0) }
  }

  /// Field 22 of `proc_pid_stat(5)`; the fields here begin with the third.
  private static func start(in fields: [Substring]) -> UInt64? {
    fields.count > 19 ? UInt64(fields[19]) : nil
  }

  /// The fields after the name, which may itself hold spaces and parentheses.
  private static func statusFields(of process: String) -> [Substring]? {
    guard let text = read("/proc/\(process)/stat"), let close = text.lastIndex(of: ")") else {
      return nil
    }
    return text[text.index(after: close)...].split(whereSeparator: \.isWhitespace)
  }

  package static func hostName() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 257) { buffer in
      guard let start = buffer.baseAddress, gethostname(start, 256) == 0 else { return "" }
      buffer[256] = 0
      return String(validatingCString: start) ?? ""
    }
  }

  /// Which start of the kernel this is.
  package static let bootIdentifier = String(
    (read("/proc/sys/kernel/random/boot_id") ?? "").prefix { !$0.isWhitespace })

  private static func processNamespace() -> UInt64 {
    let link = SystemCalls.readLink(AT_FDCWD, "/proc/self/ns/pid") ?? ""
    return UInt64(link.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }) ?? 0
  }

  /// What a read of a file of the kernel gives, or all that reads of it give.
  static func read(_ path: String, whole: Bool = false) -> String? {
    guard let file = try? SystemCalls.openSource(path) else { return nil }
    defer { SystemCalls.close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      var bytes: [UInt8] = []
      repeat {
        let count = try? SystemCalls.read(file, buffer, at: Int64(bytes.count), path)
        guard let count else { return nil }
        bytes += buffer[..<count]
        if count == 0 { break }
      } while whole
      return String(escapingInvalid: bytes)
    }
  }
}
