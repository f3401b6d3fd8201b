internal import Synchronization
internal import TrackingEntities

/// Facts kept for the life of a process, without a lock: a child that is forked while another thread
/// fills it in can never wait for it.
final class HostFactsCache: Sendable {
  private final class Kept: Sendable {
    let entries: [Value.Entry]
    let generation: UInt64

    init(_ entries: [Value.Entry], _ generation: UInt64) {
      self.entries = entries
      self.generation = generation
    }
  }

  /// A retained `Kept`; one that is replaced is never released, since somebody may be reading it.
  private let address = Atomic<UInt>(0)

  func entries(of generation: UInt64) -> [Value.Entry]? {
    guard let pointer = UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring)) else {
      return nil
    }
    let kept = Unmanaged<Kept>.fromOpaque(pointer).takeUnretainedValue()
    return kept.generation == generation ? kept.entries : nil
  }

  func keep(_ entries: [Value.Entry], _ generation: UInt64) {
    let kept = Unmanaged.passRetained(Kept(entries, generation))
    address.store(UInt(bitPattern: kept.toOpaque()), ordering: .releasing)
  }
}
