internal import Crypto

/// SHA-256 of a stream: feed it pieces, then finish. The only import of the cryptography library.
package struct SHA256Hasher {
  private var state = SHA256()

  package init() {}

  /// Takes in the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state.update(bufferPointer: bytes)
  }

  /// The digest of everything so far, as 64 hexadecimal digits; further bytes may follow.
  package func finish() -> String { Hexadecimal.text(of: state.finalize()) }

  /// The digest of bytes that are at hand.
  package static func digest(of bytes: [UInt8]) -> String {
    var hasher = SHA256Hasher()
    bytes.withUnsafeBytes { hasher.update($0) }
    return hasher.finish()
  }

  /// The 32 bytes of the digest of bytes that are at hand.
  package static func bytes(of bytes: [UInt8]) -> [UInt8] {
    var hasher = SHA256Hasher()
    bytes.withUnsafeBytes { hasher.update($0) }
    return Array(hasher.state.finalize())
  }
}
