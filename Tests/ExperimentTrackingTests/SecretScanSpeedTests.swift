import Testing
import TrackingStore

@testable import ExperimentTracking

/// Texts made to be slow: each would take minutes if any rule walked them more than a few times. The
/// limit leaves room for a build without optimisation on a busy machine.
@Suite struct SecretScanSpeedTests {
  static let pieces = [
    "eyJ-", "eyJ.", "eyJaaaaaaaaaa.eyJaaaaaaaaaa-", "sk-", "://", "://a:", "a:b@", "token=",
    "token=\"", "token='\\",
    "--token ", "password: ", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN ", "key-", "a", " ",
    "\"",
    "token:          ", "Bearer ", "Authorization: ", "\\n", "&sig=", "x_", "AKIA", "hf_", "secret",
    "-----BEGIN PRIVATE KEY-----\n", "password: str ", "1",
  ]

  @Test(arguments: pieces) func `is linear for hostile text`(piece: String) {
    let text = Array(String(repeating: piece, count: 400_000 / piece.utf8.count).utf8)
    let start = Clock.steady()
    _ = SecretScan.redact(text)
    #expect(Clock.steady() - start < 5)
  }

  @Test func `scans a patch of five megabytes quickly`() {
    let line =
      "+    loss = criterion(model(batch.input_ids, token_type_ids=ids), target)  # step 12\n"
    let text = Array(String(repeating: line, count: 5_000_000 / line.utf8.count).utf8)
    let start = Clock.steady()
    let result = SecretScan.redact(text)
    #expect(result.redactions == 0)
    #expect(Clock.steady() - start < 10)
  }
}
