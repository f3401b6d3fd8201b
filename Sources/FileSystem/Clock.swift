import Glibc

/// The clocks: one to label, one to measure.
package enum Clock {
  /// Seconds since 1970; may jump. Always finite.
  package static func now() -> Double { read(CLOCK_REALTIME) }

  /// Seconds of a clock that never jumps and continues while the machine sleeps.
  package static func steady() -> Double { read(CLOCK_BOOTTIME) }

  /// As `steady`, a few milliseconds coarse and about three times cheaper.
  package static func coarse() -> Double { read(CLOCK_MONOTONIC_COARSE) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
