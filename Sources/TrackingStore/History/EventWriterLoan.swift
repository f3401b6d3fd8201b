/// The pending buffer on loan to a hot loop.
extension EventWriter {
  /// Hands the pending buffer out, and until when; nil while there is none, or it is not the place
  /// for the next point. Until it is back, the caller does nothing else with the writer.
  func lendPending() -> (buffer: PendingBuffer, until: Double)? {
    ask(nil) { state in
      guard state.isOpen, state.buffer.count == 0, state.retired == nil, !state.needsNewFile,
        let pending = state.pending, state.pace.isCollecting
      else { return nil }
      return (pending, state.pace.collectsUntil)
    }
  }

  /// Takes the buffer back with what was appended to it.
  func takeBack(_ buffer: PendingBuffer) {
    guard !isForked else { return }
    locked { state in
      guard state.pending?.memory == buffer.memory else { return }
      state.pending = buffer
      state.offset = Int64(clamping: buffer.base) + Int64(buffer.used)
    }
  }
}
