/// The digest by which a view is recognised as untouched: FNV-1a with 64 bits.
///
/// It tells an edit from our own writing; it protects against nothing else. Source: Fowler, Noll, Vo,
/// draft-eastlake-fnv.
package enum ViewDigest {
  package static func of(_ bytes: some Sequence<UInt8>) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes {
      hash ^= UInt64(byte)
      hash &*= 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
