/// How points get to the disk.
public enum WriteMode: String, Sendable, CaseIterable {
  /// Each call writes; hot loops collect in memory where the file system is known to be local.
  case automatic
  /// Each call writes.
  case direct
  /// Hot loops collect in memory on every file system.
  case buffered
}
