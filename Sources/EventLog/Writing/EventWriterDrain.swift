import CPlatform
import FileSystem
import Glibc
import TrackingEntities

/// From the buffer to the file.
extension EventWriterState {
  static let inspectionInterval = 0.2

  /// Writes what the buffer holds; false if some of it has to wait. In the usual case this is one
  /// `pwrite`.
  @inline(__always)
  mutating func drain() -> Bool {
    guard isOpen else { return false }
    let now = Clock.coarse()
    if now >= nextInspection {
      nextInspection = now + EventWriterState.inspectionInterval
      inspect()
    }
    if needsNewFile || isGone || !drainPending() { return false }
    if buffer.count == 0 { return true }
    while done < buffer.count {
      let rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[done...])
      do throws(TrackingError) {
        let written = try SystemCalls.write(descriptor, rest, at: size, name)
        if written == 0 { return false }
        done += written
      } catch {
        lastError = error
        return false
      }
    }
    offset += Int64(done)
    buffer.truncate(to: 0)
    done = 0
    pending?.restart(at: offset)
    removeRetired()
    return true
  }

  /// Forgets the frames at the front of the buffer that are in the file; returns how many bytes.
  mutating func settle() -> Int {
    let stored = EventWriterState.frameStart(in: buffer.bytes, covering: done)
    buffer.removeFirst(stored)
    offset += Int64(stored)
    done -= stored
    return stored
  }

  /// Whether the file is where it was and as long as it was left. A version control system may have
  /// taken it away or put another one in its place.
  private mutating func inspect() {
    guard let information = try? SystemCalls.status(descriptor) else { return }
    let unlinked = information.st_nlink == 0
    guard unlinked || information.st_size != fileSize || needsNewFile else {
      return inspectPending()
    }
    retirePending()
    do throws(TrackingError) {
      if unlinked { try moveToNewFile() } else { try beginNewFile() }
    } catch {
      lastError = error
      // A folder that was deleted is never made again: its owner wanted it away.
      if error.systemCode == ENOENT { isGone = true } else { needsNewFile = true }
    }
  }

  /// Continues in a new file with a header only: the old file stays.
  mutating func beginNewFile() throws(TrackingError) {
    let file = try EventFile.create(
      in: directory, naming: naming, header: header, lamport: 0, time: Clock.now())
    _ = settle()
    done = 0
    take(file)
  }

  /// Continues in a new file with everything so far: the old file has no name any more.
  private mutating func moveToNewFile() throws(TrackingError) {
    let partial = done
    let file = try EventFile.create(
      in: directory, naming: naming, header: header, copying: descriptor, count: size)
    take(file)
    offset -= Int64(partial)
  }

  mutating func take(_ file: EventFile) {
    if isOpen { SystemCalls.close(descriptor) }
    (descriptor, name, holdsLock) = (file.descriptor, file.name, file.holdsLock)
    (inode, offset) = (file.inode, file.length)
    needsNewFile = false
    needsRewriting = false
  }
}

/// Frames in the buffer, which this process wrote and which are whole.
extension EventWriterState {
  /// Where the frame begins that holds the byte at `place`.
  static func frameStart(in frames: UnsafeRawBufferPointer, covering place: Int) -> Int {
    var start = 0
    while let end = nextFrame(in: frames, after: start), end <= place { start = end }
    return start
  }

  /// Where the frame ends that was begun before `place`; `place` itself if it is between frames.
  static func frameEnd(in frames: UnsafeRawBufferPointer, covering place: Int) -> Int {
    let start = frameStart(in: frames, covering: place)
    return start == place ? place : nextFrame(in: frames, after: start) ?? frames.count
  }

  /// How many points, other values and records the frames hold; a long record counts with its last
  /// piece.
  ///
  /// - Parameter counts: Which records count.
  static func items(
    in frames: UnsafeRawBufferPointer, counting counts: (Record) -> Bool = { _ in true }
  ) -> UInt64 {
    var items: UInt64 = 0
    var start = 0
    while let end = nextFrame(in: frames, after: start) {
      let payload = frames[(start + TFRecordFrame.headerSize)..<(end - TFRecordFrame.footerSize)]
      if let event = EventPayload(UnsafeRawBufferPointer(rebasing: payload)) {
        _ = event.forEachPoint { _ in items &+= 1 }
        event.forEachValue { if !$0.saysSession { items &+= 1 } }
        if let record = event.record { items &+= itemCount(of: record, counts) }
      }
      start = end
    }
    return items
  }

  private static func itemCount(
    of message: UnsafeRawBufferPointer, _ counts: (Record) -> Bool
  ) -> UInt64 {
    switch RecordCodec.decode(message) {
    case .chunk(let chunk): chunk.isLast ? 1 : 0
    case .record(let record, _): counts(record) ? 1 : 0
    default: 1
    }
  }

  static func nextFrame(in frames: UnsafeRawBufferPointer, after start: Int) -> Int? {
    guard start <= frames.count - TFRecordFrame.overhead, let base = frames.baseAddress else {
      return nil
    }
    let length = TFRecordFrame.announcedLength(base + start)
    guard length <= UInt64(frames.count - start - TFRecordFrame.overhead) else { return nil }
    return start + TFRecordFrame.overhead + Int(truncatingIfNeeded: length)
  }
}

/// The pending buffer between the heap buffer and the file.
extension EventWriterState {
  /// Moves the frames in the buffer to the pending buffer, if this is the moment for it; false if
  /// they have to be written.
  @inline(__always)
  mutating func collect() -> Bool {
    guard batching.mode != .direct, isOpen, !needsNewFile, !isRetired,
      batching.collects(at: Clock.coarse()), buffer.count <= PendingLayout.capacity
    else { return false }
    return moveToPending()
  }

  private mutating func moveToPending() -> Bool {
    if pending == nil { makePending() }
    guard let room = pending?.room else { return false }
    if buffer.count > room, !drainPending() { return false }
    pending?.append(buffer.bytes)
    offset += Int64(buffer.count)
    buffer.truncate(to: 0)
    return true
  }

  /// A hot loop asks for the pending buffer; where there can be none, it is not asked for again.
  ///
  /// What is pending waits on this computer alone. Where others may see the folder, that has to be
  /// asked for.
  private mutating func makePending() {
    guard !refusesPending, done == 0, let directory = try? directory else { return }
    if batching.mode == .buffered || SystemCalls.seesAllLocks(directory.descriptor),
      let made = PendingPlace.make(in: directory, for: name, base: offset)
    {
      (pendingPlace, pending) = (made.place, made.buffer)
    }
    refusesPending = pending == nil
  }

  /// Mends what other programs did to the files of the shared memory.
  mutating func inspectPending() {
    guard let pending, let directory = try? directory else { return }
    if pendingPlace?.isNamed == false {
      // No reader finds it any more: on with another.
      retirePending()
    } else if pendingPlace?.isPointed(in: directory) == false {
      try? pendingPlace?.point(to: pending, in: directory)
    }
  }

  /// Writes what is pending to the file; false if that has to wait. It stays pending until all of
  /// it is there.
  private mutating func drainPending() -> Bool {
    guard let buffer = pending, buffer.used > 0 else { return true }
    var drained = buffer.drained
    while drained < buffer.used {
      let rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[drained...])
      let place = Int64(clamping: buffer.base) + Int64(drained)
      do throws(TrackingError) {
        let written = try SystemCalls.write(descriptor, rest, at: place, name)
        if written == 0 { break }
        drained += written
      } catch {
        lastError = error
        break
      }
    }
    pending?.drained = drained
    guard drained == buffer.used else { return false }
    pending?.restart(at: offset)
    return true
  }

  /// Takes what is pending back into the buffer, because the file it belongs to is not the one any
  /// more or cannot take it, or the memory is not found any more. Its files stay until an event
  /// file has the content.
  mutating func retirePending() {
    guard let retiring = pending else { return }
    var whole = ProtobufWriter(capacity: retiring.used + buffer.count)
    whole.append(retiring.bytes)
    whole.append(buffer.bytes)
    if retiring.used > 0 {
      offset = Int64(clamping: retiring.base)
      done = retiring.drained
    }
    buffer = whole
    retiredEnd = Int64(clamping: retiring.base) + Int64(retiring.used)
    retiring.unmap()
    pending = nil
  }

  /// Removes the files of a shared memory whose content is in the event file.
  mutating func removeRetired() {
    guard isRetired, let directory = try? directory else { return }
    pendingPlace?.remove(from: directory)
    pendingPlace = nil
  }
}

/// The pending buffer on loan to a hot loop.
extension EventWriter {
  /// Hands the pending buffer out, and until when; nil while there is none, or it is not the place
  /// for the next point. Until it is back, the caller does nothing else with the writer.
  func lendPending() -> (buffer: PendingBuffer, until: Double)? {
    guard !isForked else { return nil }
    return locked { state in
      guard state.isOpen, state.buffer.count == 0, !state.isRetired, !state.needsNewFile,
        let pending = state.pending, state.batching.isCollecting
      else { return nil }
      state.isLent = true
      return (pending, state.batching.collectsUntil)
    }
  }

  /// Takes the buffer back with what was appended to it.
  func takeBack(_ buffer: PendingBuffer) {
    guard !isForked else { return }
    locked { state in
      state.isLent = false
      guard state.pending?.memory == buffer.memory else { return }
      state.pending = buffer
      state.offset = Int64(clamping: buffer.base) + Int64(buffer.used)
    }
  }
}
