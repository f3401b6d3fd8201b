internal import TrackingEntities

/// The pending buffer between the heap buffer and the file.
extension EventWriterState {
  /// Moves the frames in the buffer to the pending buffer, if this is the moment for it; false if they
  /// have to be written.
  @inline(__always)
  mutating func collect() -> Bool {
    guard pace.choice != .direct, isOpen, !needsNewFile, retired == nil,
      pace.collects(at: Clock.coarse()), buffer.count <= PendingLayout.capacity
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
  private mutating func makePending() {
    guard !refusesPending, done == 0 else { return }
    pending = PendingBuffer.create(
      in: directory, for: name, base: offset, anywhere: pace.choice == .buffered)
    refusesPending = pending == nil
  }

  /// Writes what is pending to the file; false if that has to wait. It stays pending until all of it
  /// is there.
  mutating func drainPending() -> Bool {
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
  /// more or cannot take it. The pending file stays until another file has the content.
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
    retired = PendingLayout.name(of: name)
    retiring.unmap()
    pending = nil
  }

  /// Removes a pending file whose content is in the event file.
  mutating func removeRetired() {
    guard let name = retired else { return }
    try? SystemCalls.remove(directory.descriptor, name)
    retired = nil
  }
}
