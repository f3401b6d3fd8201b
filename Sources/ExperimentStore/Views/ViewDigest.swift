import TrackingEntities

/// The digest by which a view is recognised as untouched: FNV-1a with 64 bits.
///
/// It detects an edit by others; it protects against nothing else. Source: Fowler, Noll, Vo,
/// draft-eastlake-fnv.
package enum ViewDigest {
  /// The digest as 16 hexadecimal digits.
  package static func of(_ bytes: [UInt8]) -> String {
    hash(bytes).zeroPadded(16, radix: 16)
  }

  /// The digest as a number. Of an array and nothing more general: other modules would run it
  /// unspecialised, at a hundred times the cost.
  package static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
