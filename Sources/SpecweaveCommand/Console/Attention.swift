import CPlatform
import Glibc

/// The signals that a command which runs for long takes notice of itself, so that it can leave the
/// terminal as it found it. What they did before, they do again afterwards: the process may be a
/// host that has handlers of its own.
final class Attention {
  /// Becomes readable when there is something to look at.
  let descriptor: Int32
  /// The signal that ends the command, once it came.
  private(set) var ending: Int32 = 0
  private var isOver = false

  /// - Parameter stops: Whether a stop (Ctrl-Z) is noticed too.
  init?(stops: Bool) {
    descriptor = platform_attend(stops ? 1 : 0)
    if descriptor < 0 { return nil }
  }

  /// What has happened.
  enum Event {
    case end
    case stop
    case resize
  }

  /// The next thing that happened; nil if nothing did.
  func next() -> Event? {
    switch platform_next_signal() {
    case 0: return nil
    case SIGWINCH: return .resize
    case SIGTSTP: return .stop
    case let signal:
      ending = signal
      return .end
    }
  }

  /// The exit code of a command that a signal ended: Ctrl-C is how it is meant to end.
  var exit: CommandExit {
    ending == 0 || ending == SIGINT ? .success : CommandExit(rawValue: 128 + ending)
  }

  /// Gives the signals back.
  func end() {
    if !isOver { _ = platform_stop_attending(ending) }
    isOver = true
  }

  deinit { end() }
}
