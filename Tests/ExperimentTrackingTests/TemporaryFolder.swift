import Glibc
import TrackingEntities
import TrackingStore

@testable import ExperimentTracking

/// A folder below the system's temporary folder that vanishes with its last reference.
final class TemporaryFolder {
  let path: String

  init() {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/tracking-XXXXXX").utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? base
    }
  }

  deinit {
    guard path.contains("/tracking-") else { return }
    _ = Subprocess.run(
      ["/bin/rm", "-rf", path], directory: "/", environment: [:], timeout: 60, outputLimit: 0)
  }

  func file(_ name: String) -> String { path + "/" + name }

  func make(_ name: String) { mkdir(file(name), 0o777) }

  func write(_ name: String, _ text: String, executable: Bool = false) {
    let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC, executable ? 0o755 : 0o644)
    defer { close(descriptor) }
    _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }
}

/// The environment that tests give to programs: the system's programs and a home without settings.
func plainEnvironment(home: String = "/nonexistent") -> [String: String] {
  let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
  return ["PATH": path, "HOME": home]
}
