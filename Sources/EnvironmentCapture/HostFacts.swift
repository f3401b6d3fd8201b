import CPlatform
import FileSystem
import Glibc
import SecretScanner
import Synchronization
package import TrackingEntities

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

/// Facts kept for the life of a process, without a lock: a child that is forked while another
/// thread fills it in can never wait for it.
final class HostFactsCache: Sendable {
  private final class Kept: Sendable {
    let entries: [Value.Entry]
    let generation: UInt64

    init(_ entries: [Value.Entry], _ generation: UInt64) {
      self.entries = entries
      self.generation = generation
    }
  }

  /// A retained `Kept`; one that is replaced is never released, since a thread may be reading it.
  private let address = Atomic<UInt>(0)

  func entries(of generation: UInt64) -> [Value.Entry]? {
    guard let pointer = UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring)) else {
      return nil
    }
    let kept = Unmanaged<Kept>.fromOpaque(pointer).takeUnretainedValue()
    return kept.generation == generation ? kept.entries : nil
  }

  func keep(_ entries: [Value.Entry], _ generation: UInt64) {
    let kept = Unmanaged.passRetained(Kept(entries, generation))
    address.store(UInt(bitPattern: kept.toOpaque()), ordering: .releasing)
  }
}

/// Small files of the system, whose size is known only by reading them.
enum HostFactsFile {
  /// The first bytes of a file; nil if it cannot be read.
  static func read(_ path: String, limit: Int = 4096) -> [UInt8]? {
    guard let file = try? SystemCalls.openSource(path) else { return nil }
    defer { SystemCalls.close(file) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var done = 0
    while done < limit {
      let count = bytes.withUnsafeMutableBytes { buffer in
        try? SystemCalls.read(
          file, UnsafeMutableRawBufferPointer(rebasing: buffer[done...]), at: Int64(done), path)
      }
      guard let count else { return nil }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(limit - done)
    return bytes
  }

  /// The first bytes as text, for files of lines.
  static func text(_ path: String, limit: Int = 4096) -> String? {
    read(path, limit: limit).map { String(escapingInvalid: $0) }
  }

  /// What follows `name` and the separator in the first line that begins so.
  static func value(_ text: String, _ name: String, separator: Character) -> String? {
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      guard let split = line.firstIndex(of: separator) else { continue }
      let value = line[line.index(after: split)...]
      return value.drop(while: \.isWhitespace).filter { $0 != "\"" }
    }
    return nil
  }
}

/// The variables of the environment that are stored: those that change how a program computes or
/// say which part of a job it is. Nothing else of the environment is ever stored.
enum HostFactsVariables {
  static func chosen(from environment: [String: String]) -> [Value.Entry] {
    names.compactMap { name in
      guard let value = environment[name], !value.isEmpty else { return nil }
      let shown = folders.contains(name) ? value.lastPathPart : value
      return Value.Entry(Key(name), .text(SecretScan.redact(String(shown.prefix(1024))).text))
    }
  }

  /// Those that may hold a path, of which only the name is stored.
  private static let folders: Set<String> = ["VIRTUAL_ENV", "CONDA_DEFAULT_ENV"]

  private static let names = [
    "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "CUBLAS_WORKSPACE_CONFIG", "TF_DETERMINISTIC_OPS",
    "TF_CUDNN_DETERMINISTIC", "TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS", "KERAS_BACKEND",
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "PYTHONHASHSEED", "RANK", "LOCAL_RANK", "NODE_RANK", "GROUP_RANK",
    "WORLD_SIZE", "LOCAL_WORLD_SIZE", "TORCHELASTIC_RUN_ID", "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID",
    "SLURM_ARRAY_TASK_ID", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_NNODES", "PBS_JOBID",
    "LSB_JOBID", "CONDA_DEFAULT_ENV", "VIRTUAL_ENV",
  ]
}
