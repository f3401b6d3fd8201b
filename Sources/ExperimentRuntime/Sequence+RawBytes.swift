extension Sequence<UInt8> {
  /// Runs the body with the bytes in one piece, which are copied only if they are in several.
  package func withRawBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let attempt = withContiguousStorageIfAvailable { bytes in
      Swift.Result { () throws(Failure) in try body(UnsafeRawBufferPointer(bytes)) }
    }
    if let attempt { return try attempt.get() }
    return try Array(self).withUnsafeBufferPointer { (bytes) throws(Failure) in
      try body(UnsafeRawBufferPointer(bytes))
    }
  }
}
