internal import CPlatform
import Glibc
internal import TrackingStore

/// A started program whose pipes are being read.
struct RunningSubprocess {
  private static let errorLimit = 4096
  /// How long a killed process may take to vanish; one that the kernel holds is left to the system.
  private static let killPatience = 0.1

  private var child: platform_child
  private let deadline: Double
  private let outputLimit: Int
  private var result = SubprocessResult(ending: .exited)
  private var exitKnown = false

  init(_ child: platform_child, deadline: Double, outputLimit: Int) {
    self.child = child
    self.deadline = deadline
    self.outputLimit = outputLimit
  }

  /// Reads until the program is over and cleans up.
  ///
  /// The program's death ends the reading, not the end of the pipes: a process that the host forks
  /// meanwhile holds a copy of them.
  mutating func finish() -> SubprocessResult {
    var ended = child.gone != 0
    while !ended {
      let rest = deadline - Clock.steady()
      guard rest > 0 else { return stop(.timedOut) }
      ended = wait(rest)
      guard read() else { return stop(.tooMuchOutput) }
    }
    guard read() else { return stop(.tooMuchOutput) }
    _ = collect()
    close()
    return result
  }

  /// Waits for output or the end; true at the end.
  private mutating func wait(_ seconds: Double) -> Bool {
    // Without a descriptor for the end the kernel has to be asked now and then.
    let slice = child.exit < 0 ? min(seconds, 0.01) : seconds
    let milliseconds = Int32(exactly: min(slice * 1000, 1e6).rounded(.up)) ?? 1
    var events = [child.exit, child.output, child.errors].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    _ = events.withUnsafeMutableBufferPointer {
      poll($0.baseAddress, nfds_t($0.count), milliseconds)
    }
    if child.exit >= 0 { return events[0].revents != 0 }
    return collect()
  }

  /// Takes what the pipes hold; false if that is more than allowed.
  private mutating func read() -> Bool {
    RunningSubprocess.drain(&child.errors, into: &result.errors, upTo: RunningSubprocess.errorLimit)
    RunningSubprocess.drain(&child.output, into: &result.output, upTo: outputLimit &+ 1)
    guard result.output.count > outputLimit else { return true }
    result.output.removeLast(result.output.count - outputLimit)
    return false
  }

  /// Reads what the pipe holds and keeps the first bytes; a pipe at its end is closed. Reads no more
  /// often than needed for a full pipe, so that a flood can not hold us here beyond the deadline.
  private static func drain(_ pipe: inout Int32, into kept: inout [UInt8], upTo limit: Int) {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      for _ in 0..<16 where pipe >= 0 {
        let count = Glibc.read(pipe, buffer.baseAddress, buffer.count)
        if count > 0 {
          kept.append(contentsOf: buffer[..<min(count, max(0, limit - kept.count))])
        } else if count == 0 {
          SystemCalls.close(pipe)
          pipe = -1
        } else if platform_errno() != EINTR {
          return
        }
      }
    }
  }

  /// Kills the program with all of its process group.
  private mutating func stop(_ ending: SubprocessResult.Ending) -> SubprocessResult {
    // The group's number is ours as long as one process of it lives or waits to be collected.
    if !exitKnown { kill(-child.pid, SIGKILL) }
    let patience = Clock.steady() + RunningSubprocess.killPatience
    while !collect(), Clock.steady() < patience {
      var event = pollfd(fd: child.exit, events: Int16(POLLIN), revents: 0)
      _ = poll(&event, 1, child.exit < 0 ? 1 : 100)
    }
    close()
    result.ending = ending
    return result
  }

  /// Collects the program; true if it is over.
  private mutating func collect() -> Bool {
    if exitKnown { return true }
    var status: Int32 = 0
    let answer = platform_reap(child.pid, &status)
    guard answer != 0 else { return false }
    exitKnown = true
    result.exit = answer > 0 ? status : nil
    return true
  }

  private mutating func close() {
    for descriptor in [child.output, child.errors, child.exit] where descriptor >= 0 {
      SystemCalls.close(descriptor)
    }
  }
}
