import Glibc
import Testing

@testable import SecretScanner

/// Texts made to be slow: each would take many minutes if any rule walked them more than a few
/// times. The processor's time is limited, of which others take nothing, and over ten times what is
/// needed.
@Suite struct SecretScanSpeedTests {
  static let pieces = [
    "eyJ-", "eyJ.", "eyJaaaaaaaaaa.eyJaaaaaaaaaa-", "sk-", "://", "://a:", "a:b@", "token=",
    "token=\"", "token='\\",
    "--token ", "password: ", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN ", "key-", "a", " ",
    "\"",
    "token:          ", "Bearer ", "Authorization: ", "\\n", "&sig=", "x_", "AKIA", "hf_", "secret",
    "-----BEGIN PRIVATE KEY-----\n", "password: str ", "1",
    "curl ", "curl -u a:b ", "curl 'x", "docker login -p ", "mysql -p", "python -p a ",
    "password: |\n ",
    "password x ", "machine a login b password ", ":5432:", ":*:", "a:5432:b:c:",
    "jdbc:oracle:thin:a/",
    "login(", "login(\"a\", ", "auth=(", "\"key\": \"", "Cookie: a=", "Cookie: ", "://h/t/a/",
    "hooks.slack.com/services/", "1234567890:AA", "8Q~", "MTk4.", "Private-Lines: ", "b3BlbnNzaC1r",
    "LS0tLS1C", "MIIE", "ya29.", "--auth a:b ", "\"auth\": \"bWU6",
    "-----BEGIN PRIVATE KEY-----\nx y\n",
  ]

  /// A megabyte without a line break.
  @Test(arguments: ["curl -u a:b ", "password=", "key ", "a.b-c_d:e/f "])
  func `is quick with one long line`(piece: String) {
    let text = Array(String(repeating: piece, count: 1_000_000 / piece.utf8.count).utf8)
    let start = processorSeconds()
    _ = SecretScan.redact(text)
    #expect(processorSeconds() - start < 40)
  }

  @Test(arguments: pieces) func `is linear for hostile text`(piece: String) {
    let text = Array(String(repeating: piece, count: 200_000 / piece.utf8.count).utf8)
    let start = processorSeconds()
    _ = SecretScan.redact(text)
    #expect(processorSeconds() - start < 50)
  }

  /// What this thread has used of a processor.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test func `scans a patch of a megabyte quickly`() {
    let line =
      "+    loss = criterion(model(batch.input_ids, token_type_ids=ids), target)  # step 12\n"
    let text = Array(String(repeating: line, count: 1_000_000 / line.utf8.count).utf8)
    let start = processorSeconds()
    let result = SecretScan.redact(text)
    #expect(result.redactions == 0)
    #expect(processorSeconds() - start < 40)
  }
}
