internal import CPlatform
import ExperimentTracker
import Glibc

/// What an opaque pointer of the C API stands for: a Swift object, and the text that C borrows from
/// it.
class Handle {
  private var texts: [UnsafeMutablePointer<CChar>] = []

  deinit { for text in texts { free(text) } }

  /// Text that lives as long as the handle.
  final func lend(_ text: String) -> UnsafePointer<CChar>? { lend(bytes: Array(text.utf8)) }

  /// As `lend`, for a key that may not be UTF-8.
  final func lend(bytes: [UInt8]) -> UnsafePointer<CChar>? {
    guard let text = CText.make(bytes) else { return nil }
    texts.append(text)
    return UnsafePointer(text)
  }

  /// The handle that a pointer stands for.
  final class func of(_ pointer: OpaquePointer?, _ parameter: String) throws(TrackingError) -> Self
  {
    guard let pointer else { throw CText.missing(parameter) }
    guard isKind(pointer) else {
      throw TrackingError(
        .invalidArgument, "the argument '\(parameter)' is a handle of another kind")
    }
    return Unmanaged<Self>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  /// Whether a pointer stands for a handle of exactly this class. One load: the first word of a
  /// Swift object is its class.
  @inline(__always)
  final class func isKind(_ pointer: OpaquePointer) -> Bool {
    UnsafeRawPointer(pointer).load(as: UnsafeRawPointer.self)
      == unsafeBitCast(Self.self, to: UnsafeRawPointer.self)
  }

  /// Releases the handle; NULL is a no-op.
  final class func release(_ pointer: OpaquePointer?) {
    guard let pointer, isKind(pointer) else { return }
    // A call that uses a handle up releases it from within.
    var cancellation: CInt = 0
    let isOutermost = platform_is_inside() == 0 && platform_enter_kernel(&cancellation) != 0
    defer { if isOutermost { platform_leave_kernel(cancellation) } }
    Unmanaged<Self>.fromOpaque(UnsafeRawPointer(pointer)).release()
  }
}

/// Hands out a new handle; the pointer is NULL before anything can fail.
func returnHandle(
  _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ make: () throws(TrackingError) -> Handle
) throws(TrackingError) {
  guard let out else { throw CText.missing("out") }
  out.pointee = nil
  out.pointee = OpaquePointer(Unmanaged.passRetained(try make()).toOpaque())
}

final class IncrementHandle: Handle {
  let increment: Increment
  private(set) var name: UnsafePointer<CChar>?
  private(set) var path: UnsafePointer<CChar>?
  private(set) var reason: UnsafePointer<CChar>?

  init(_ increment: Increment) {
    self.increment = increment
    super.init()
    name = lend(increment.name)
    path = lend(increment.path)
    reason = lend(increment.reason)
  }
}

final class ExperimentHandle: Handle {
  let experiment: Experiment
  /// Whether it was only loaded: another handle then owns its end, even in this process.
  let isLoaded: Bool
  private(set) var name: UnsafePointer<CChar>?
  private(set) var path: UnsafePointer<CChar>?
  private(set) var increment: UnsafePointer<CChar>?

  init(_ experiment: Experiment, isLoaded: Bool = false) {
    self.experiment = experiment
    self.isLoaded = isLoaded
    super.init()
    name = lend(experiment.name)
    path = lend(experiment.path)
    increment = lend(experiment.increment)
  }
}

final class ArtifactHandle: Handle {
  let experiment: Experiment
  let staged: StagedArtifact

  init(_ staged: StagedArtifact, in experiment: Experiment) {
    self.staged = staged
    self.experiment = experiment
  }
}

final class ComparisonHandle: Handle {
  let result: ComparisonResult
  let increment: Increment
  private(set) var metric: UnsafePointer<CChar>?

  init(_ result: ComparisonResult, in increment: Increment) {
    self.result = result
    self.increment = increment
    super.init()
    metric = result.comparison.primary.flatMap { lend(bytes: $0.key.bytes) }
  }
}

/// The experiment behind a pointer.
@inline(__always)
func experiment(_ pointer: OpaquePointer?) throws(TrackingError) -> Experiment {
  try ExperimentHandle.of(pointer, "experiment").experiment
}
