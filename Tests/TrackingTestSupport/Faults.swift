import EventLog
import FileSystem
import Glibc
import Synchronization

/// Makes system calls of this thread fail while a body runs; other tests continue undisturbed.
///
/// The hooks are set once and stay, and what they do hangs on the thread: tests run side by side.
package enum Faults {
  private final class Plan {
    var fails: (String) -> Int32 = { _ in 0 }
    var room: Int?
    var isFull = false
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  private final class Watch {
    let look: () -> Void
    var isLooking = false
    init(_ look: @escaping () -> Void) { self.look = look }
  }

  private static let watchKey: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Calls the watcher of this thread, but not for what it does itself; nothing fails meanwhile.
  package static func look() {
    guard let pointer = pthread_getspecific(watchKey) else { return }
    let watch = Unmanaged<Watch>.fromOpaque(pointer).takeUnretainedValue()
    if watch.isLooking { return }
    let plan = pthread_getspecific(key)
    watch.isLooking = true
    pthread_setspecific(key, nil)
    watch.look()
    pthread_setspecific(key, plan)
    watch.isLooking = false
  }

  private static let installed: Void = {
    PendingBuffer.beforeEffect = { Faults.look() }
    SystemCalls.fault = { operation in
      if operation == "write" || operation == "unlink" { Faults.look() }
      guard let plan = Faults.plan else { return 0 }
      if operation == "write", plan.isFull { return ENOSPC }
      return plan.fails(operation)
    }
    SystemCalls.shortWrite = { count in
      guard let plan = Faults.plan, let room = plan.room else { return count }
      plan.isFull = room == 0
      plan.room = room - min(room, count)
      return min(room, count)
    }
    SystemCalls.isWatched.store(true, ordering: .releasing)
  }()

  private static var plan: Plan? {
    pthread_getspecific(key).map { Unmanaged<Plan>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func with<Result>(_ plan: Plan, _ body: () throws -> Result) rethrows -> Result {
    _ = installed
    pthread_setspecific(key, Unmanaged.passUnretained(plan).toOpaque())
    defer { pthread_setspecific(key, nil) }
    return try withExtendedLifetime(plan) { try body() }
  }

  /// Every call of one operation fails.
  @discardableResult
  package static func failing<Result>(
    _ operation: String, _ code: Int32, _ body: () throws -> Result
  ) rethrows -> Result {
    let plan = Plan()
    plan.fails = { $0 == operation ? code : 0 }
    return try with(plan, body)
  }

  /// Every call of some operations fails.
  package static func failing<Result>(
    _ operations: [String], _ code: Int32, _ body: () throws -> Result
  ) rethrows -> Result {
    let plan = Plan()
    plan.fails = { operations.contains($0) ? code : 0 }
    return try with(plan, body)
  }

  /// One call of one operation fails, the N-th from 1 on.
  package static func failing(
    _ operation: String, _ code: Int32, at place: Int, _ body: () throws -> Void
  ) rethrows {
    let plan = Plan()
    var calls = 0
    plan.fails = {
      if $0 != operation { return 0 }
      calls += 1
      return calls == place ? code : 0
    }
    try with(plan, body)
  }

  /// The N-th call of all fails, whatever it is; false if there were fewer.
  package static func failing(
    _ code: Int32, at place: Int, _ body: () throws -> Void
  ) rethrows -> Bool {
    let plan = Plan()
    var calls = 0
    plan.fails = { _ in
      calls += 1
      return calls == place ? code : 0
    }
    try with(plan, body)
    return calls >= place
  }

  /// How often a body makes a call.
  package static func count(_ operation: String, _ body: () throws -> Void) rethrows -> Int {
    var calls = 0
    try noticing(operation, { calls = $0 }, body)
    return calls
  }

  /// Calls a function before every call of one operation while a body runs, with the call's number.
  package static func noticing(
    _ operation: String, _ notice: @escaping (Int) -> Void, _ body: () throws -> Void
  ) rethrows {
    let plan = Plan()
    var calls = 0
    plan.fails = {
      if $0 == operation {
        calls += 1
        notice(calls)
      }
      return 0
    }
    try with(plan, body)
  }

  /// The disk has room for so many bytes: the write that crosses the limit is cut short, later ones
  /// fail.
  package static func room(_ bytes: Int, _ body: () throws -> Void) rethrows {
    let plan = Plan()
    plan.room = bytes
    try with(plan, body)
  }

  /// Looks before everything that changes files or shared memory while a body runs.
  package static func watching(_ look: @escaping () -> Void, _ body: () throws -> Void) rethrows {
    _ = installed
    let watch = Watch(look)
    pthread_setspecific(watchKey, Unmanaged.passUnretained(watch).toOpaque())
    defer { pthread_setspecific(watchKey, nil) }
    try withExtendedLifetime(watch) { try body() }
  }
}
