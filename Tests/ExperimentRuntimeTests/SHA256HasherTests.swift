import ContentDigest
import Testing

@Suite struct SHA256HasherTests {
  static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  static let million = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

  @Test func `gives the digests of the standard`() {
    #expect(SHA256Hasher.digest(of: []) == Self.empty)
    #expect(SHA256Hasher.digest(of: Array("abc".utf8)) == Self.abc)
  }

  @Test func `gives the same digest however the bytes are cut`() {
    var hasher = SHA256Hasher()
    #expect(hasher.finish() == Self.empty)
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    for _ in 0..<1000 { piece.withUnsafeBytes { hasher.update($0) } }
    #expect(hasher.finish() == Self.million)
    #expect(hasher.finish() == Self.million)
  }
}
