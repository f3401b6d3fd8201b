/// Where a writer runs, so that a reader can tell whether it still lives.
public struct ProcessIdentity: Sendable, Equatable {
  /// The host's name.
  public var host: String
  /// The kernel's boot id.
  public var boot: String
  /// The inode of the process-id namespace.
  public var namespace: UInt64
  /// The process id in that namespace.
  public var pid: UInt64
  /// The start of the process in clock ticks since boot, which tells apart two uses of one pid.
  public var start: UInt64

  /// Makes an identity.
  public init(host: String, boot: String, namespace: UInt64, pid: UInt64, start: UInt64) {
    self.host = host
    self.boot = boot
    self.namespace = namespace
    self.pid = pid
    self.start = start
  }
}
