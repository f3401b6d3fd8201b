internal import CExperimentTracker
internal import CPlatform
import ExperimentTracker
import Glibc

/// The last failure of each thread, as text and as JSON.
enum LastError {
  private static let messageSlot: CInt = 0
  private static let jsonSlot: CInt = 1

  /// The status of a call that was made from within another one of the same thread. Nothing else is
  /// recorded: the thread may be in the middle of anything. A constant and no stored global: it is
  /// asked for outside of what a fork waits for, so the lock of its first use could stay taken in a
  /// child.
  static var reentered: CInt { ET_EREENTERED }

  private static let reenteredMessage: StaticString = """
    this thread is inside another call of the library, as in a signal handler, where no function of \
    it may be called; set a flag in the handler and look at it in the loop
    """
  private static let reenteredJSON: StaticString = """
    {"code": -12, "name": "Reentered", "message": "this thread is inside another call of the library, \
    as in a signal handler, where no function of it may be called; set a flag in the handler and look \
    at it in the loop", "excerpt": [], "candidates": [], "errno": 0}
    """

  /// Records the error for this thread and returns its status code.
  static func record(_ error: TrackingError) -> CInt {
    platform_forget_refused()
    let details: Value = [
      "code": .integer(Int64(error.code.rawValue)), "name": .text(error.code.name),
      "message": .text(error.message), "excerpt": .list(error.excerpt.map(Value.text)),
      "candidates": .list(error.candidates.map(Value.text)),
      "errno": .integer(Int64(error.systemCode)),
    ]
    let json = (try? JSONWriter.write(details, layout: .compact)) ?? Array("{}".utf8)
    let lines = [error.message] + (error.excerpt + error.candidates).map { "  " + $0 }
    let text = lines.map { VisibleText.line($0, limit: .max) }.joined(separator: "\n")
    platform_set_thread_text(messageSlot, CText.make(Array(text.utf8)))
    platform_set_thread_text(jsonSlot, CText.make(json))
    return error.code.rawValue
  }

  static var message: UnsafePointer<CChar>? {
    if platform_last_was_refused() != 0 { return CText.literal(reenteredMessage) }
    return text(messageSlot) ?? CText.literal("")
  }
  static var json: UnsafePointer<CChar>? {
    if platform_last_was_refused() != 0 { return CText.literal(reenteredJSON) }
    return text(jsonSlot) ?? CText.literal("{}")
  }

  private static func text(_ slot: CInt) -> UnsafePointer<CChar>? {
    platform_thread_text(slot).map { UnsafePointer($0) }
  }
}
