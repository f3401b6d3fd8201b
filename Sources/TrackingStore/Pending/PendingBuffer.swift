internal import CPlatform
import Glibc
import Synchronization
internal import TrackingEntities

/// The memory that a hot loop appends to: a store costs nanoseconds and survives the process.
///
/// Append: the bytes, then the word. Drain: the bytes to the event file, then the word. So at every
/// moment the event file and what the word says make up everything that was appended, and what is in
/// both is the same in both. The file is never truncated: a store beyond its end would be a signal.
package struct PendingBuffer {
  /// What a test may look in front of, in debug builds: every moment at which the process could die.
  package nonisolated(unsafe) static var beforeEffect: (@Sendable () -> Void)?

  @inline(__always)
  private static func announce() {
    #if DEBUG
      if SystemCalls.isWatched.load(ordering: .acquiring) { beforeEffect?() }
    #endif
  }

  let memory: UnsafeMutableRawPointer
  private(set) var base: UInt64
  private(set) var used = 0
  private var chain: UInt32
  /// How much of the buffer a drain that was cut short has put into the event file.
  var drained = 0

  /// Makes the pending file of an event file that ends at `base`; nil where that is not wise: another
  /// file system than those that are known to keep a mapping and a file in step, or no room.
  static func create(
    in directory: Directory, for file: String, base: Int64, anywhere: Bool
  ) -> PendingBuffer? {
    guard let name = PendingLayout.name(of: file), let base = UInt64(exactly: base),
      base < PendingWord.largestBase,
      let descriptor = try? SystemCalls.open(
        directory.descriptor, name, O_RDWR | O_CREAT | O_EXCL, 0o666)
    else { return nil }
    defer { SystemCalls.close(descriptor) }
    do throws(TrackingError) {
      guard anywhere || isTrusted(SystemCalls.fileSystem(descriptor)) else {
        try SystemCalls.remove(directory.descriptor, name)
        return nil
      }
      let memory = try SystemCalls.mapShared(descriptor, PendingLayout.fileSize, name)
      let buffer = PendingBuffer(memory: memory, base: base)
      let header = PendingLayout.header(base: base, boot: ProcessFacts.bootIdentifier)
      memory.copyMemory(from: header, byteCount: header.count)
      return buffer
    } catch {
      try? SystemCalls.remove(directory.descriptor, name)
      return nil
    }
  }

  private init(memory: UnsafeMutableRawPointer, base: UInt64) {
    self.memory = memory
    self.base = base
    chain = PendingLayout.chain(from: base)
  }

  private static func isTrusted(_ fileSystem: Int64?) -> Bool {
    switch fileSystem {
    case 0xEF53, 0x5846_5342, 0x0102_1994: true  // ext4, xfs, tmpfs
    default: false
    }
  }

  var room: Int { PendingLayout.capacity - used }
  /// What is not in the event file for sure.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory + PendingLayout.headerSize, count: used)
  }
  /// Where the next frame goes.
  @inline(__always)
  var end: UnsafeMutableRawPointer { memory + PendingLayout.headerSize + used }

  /// Appends whole frames that fit; `frameEnds` walks them.
  mutating func append(_ frames: UnsafeRawBufferPointer) {
    guard let start = frames.baseAddress, frames.count <= room else { return }
    PendingBuffer.announce()
    end.copyMemory(from: start, byteCount: frames.count)
    publish(frames.count)
  }

  /// Makes bytes count that were put at `end`.
  @inline(__always)
  mutating func publish(_ count: Int) {
    PendingBuffer.announce()
    var place = end
    let last = place + count
    while place < last {
      place +=
        TFRecordFrame.overhead
        + Int(truncatingIfNeeded: TFRecordFrame.announcedLength(place))
      chain = PendingLayout.chain(chain, frameEnd: place)
    }
    used += count
    publishWord()
    PendingBuffer.announce()
    memory.storeBytes(
      of: chain.littleEndian, toByteOffset: PendingLayout.chainPlace, as: UInt32.self)
  }

  /// As `publish` for one frame.
  @inline(__always)
  mutating func publishFrame(_ count: Int) {
    PendingBuffer.announce()
    let frameEnd = end + count
    used += count
    publishWord()
    PendingBuffer.announce()
    chain = PendingLayout.chain(chain, frameEnd: frameEnd)
    memory.storeBytes(
      of: chain.littleEndian, toByteOffset: PendingLayout.chainPlace, as: UInt32.self)
  }

  /// Empties the buffer, whose bytes are all in the event file, which ends at `base` now.
  mutating func restart(at base: Int64) {
    self.base = UInt64(clamping: base)
    used = 0
    drained = 0
    PendingBuffer.announce()
    publishWord()
    PendingBuffer.announce()
    chain = PendingLayout.chain(from: self.base)
    memory.storeBytes(
      of: chain.littleEndian, toByteOffset: PendingLayout.chainPlace, as: UInt32.self)
  }

  @inline(__always)
  private func publishWord() {
    let word = (memory + PendingLayout.wordPlace).assumingMemoryBound(to: UInt64.self)
    platform_publish(word, PendingWord(base: base, used: used).rawValue.littleEndian)
  }

  /// Lets go of the memory; the file stays.
  func unmap() { SystemCalls.unmap(memory, PendingLayout.fileSize) }
}
