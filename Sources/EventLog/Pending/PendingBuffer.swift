internal import CPlatform
import FileSystem
import Glibc
import Synchronization
internal import TrackingEntities

/// The memory that a hot loop appends to: a store costs nanoseconds and survives the process.
///
/// Append: the bytes, then the word. Drain: the bytes to the event file, then the word. So at every
/// moment the event file and what the word says make up everything that was appended, and what is
/// in both is the same in both. The memory is a file that no disk backs and that nothing truncates:
/// a store into a mapping of a file on a disk is a signal once the disk fails or the file is cut.
package struct PendingBuffer {
  /// What a test may look in front of, in debug builds: every moment at which the process could
  /// die.
  package nonisolated(unsafe) static var beforeEffect: (@Sendable () -> Void)?

  @inline(__always)
  static func announce() {
    #if DEBUG
      if SystemCalls.isWatched.load(ordering: .acquiring) { beforeEffect?() }
    #endif
  }

  let memory: UnsafeMutableRawPointer
  private(set) var base: UInt64
  private(set) var used = 0
  /// How much of the buffer a drain that was cut short has put into the event file.
  var drained = 0

  /// - Parameter memory: Holds the header of an empty buffer that belongs at `base`.
  init(memory: UnsafeMutableRawPointer, base: UInt64) {
    self.memory = memory
    self.base = base
  }

  var room: Int { PendingLayout.capacity - used }
  /// What is not in the event file for sure.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory + PendingLayout.headerSize, count: used)
  }
  /// Where the next frame goes.
  @inline(__always)
  var end: UnsafeMutableRawPointer { memory + PendingLayout.headerSize + used }

  /// Appends whole frames that fit.
  mutating func append(_ frames: UnsafeRawBufferPointer) {
    guard let start = frames.baseAddress, frames.count <= room else { return }
    PendingBuffer.announce()
    end.copyMemory(from: start, byteCount: frames.count)
    publish(frames.count)
  }

  /// Makes bytes count that were put at `end`, whole frames.
  @inline(__always)
  mutating func publish(_ count: Int) {
    PendingBuffer.announce()
    used += count
    publishWord()
  }

  /// Empties the buffer, whose bytes are all in the event file, which ends at `base` now.
  mutating func restart(at base: Int64) {
    self.base = UInt64(clamping: base)
    used = 0
    drained = 0
    PendingBuffer.announce()
    publishWord()
    memory.storeBytes(
      of: Clock.now().bitPattern.littleEndian, toByteOffset: PendingLayout.emptiedPlace,
      as: UInt64.self)
  }

  /// Notes which file says where the buffer lies.
  func note(_ pointer: FileIdentity) {
    for (place, number) in [pointer.device, pointer.inode].enumerated() {
      memory.storeBytes(
        of: number.littleEndian, toByteOffset: PendingLayout.pointerPlace + 8 * place,
        as: UInt64.self)
    }
  }

  @inline(__always)
  private func publishWord() {
    let word = (memory + PendingLayout.wordPlace).assumingMemoryBound(to: UInt64.self)
    platform_publish(word, PendingWord(base: base, used: used).rawValue.littleEndian)
  }

  /// Unmaps the memory; the file stays.
  func unmap() { SystemCalls.unmap(memory, PendingLayout.fileSize) }
}
