import Glibc

/// The environment that tests give to programs: the system's programs and a home without settings.
func plainEnvironment(home: String = "/nonexistent") -> [String: String] {
  let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
  return ["PATH": path, "HOME": home]
}
