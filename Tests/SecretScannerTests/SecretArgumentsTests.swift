import Testing

@testable import SecretScanner

@Suite struct SecretArgumentsTests {
  @Test(arguments: [
    (["t.py", "--api-key", "abc", "--lr", "1"], ["t.py", "--api-key", "[REDACTED]", "--lr", "1"]),
    (["t.py", "--token=abc12345"], ["t.py", "--token=[REDACTED]"]),
    (["t.py", "--password", "a b"], ["t.py", "--password", "[REDACTED]"]),
    (["t.py", "hf_abcdefghijklmnopqrstuvwxyz"], ["t.py", "[REDACTED]"]),
    (["t.py", "--db", "postgres://u:p@h/d"], ["t.py", "--db", "postgres://[REDACTED]@h/d"]),
    (
      ["curl", "-u", "me:secretpw", "-H", "Authorization: Basic dXNlcjpw"],
      ["curl", "-u", "me:[REDACTED]", "-H", "Authorization: Basic [REDACTED]"]
    ),
    (["t.py", "model.api_key=abc123"], ["t.py", "model.api_key=[REDACTED]"]),
  ])
  func `takes secrets out of arguments`(given: [String], shown: [String]) {
    let result = SecretScan.redact(arguments: given)
    #expect(result.arguments == shown)
    #expect(result.redactions > 0)
    let again = SecretScan.redact(arguments: shown)
    #expect(again.arguments == shown)
    #expect(again.redactions == 0)
  }

  @Test(arguments: [
    ["python", "-u", "train.py", "--lr", "0.1"], ["t.py", "--tokenizer", "bert"],
    ["t.py", "--num-tokens", "512"], ["t.py", "--max_tokens=100"], ["t.py", "--no-password", "x"],
    ["t.py", "--use-auth-token", "x"], ["t.py", "--token", "--verbose"], ["t.py", "--api-key"],
    ["t.py", "--token", "<pad>"], ["t.py", "--api-key", "/run/secrets/key"],
    ["t.py", "--password", "None"], ["docker", "-u", "1000:1000"], ["t.py", "--user", "host:8080"],
    ["t.py", "", "模型"], [],
  ])
  func `leaves other arguments alone`(given: [String]) {
    let result = SecretScan.redact(arguments: given)
    #expect(result.arguments == given)
    #expect(result.redactions == 0)
  }

  @Test(arguments: SecretCorpus.arguments)
  func `takes secrets out of the arguments of known commands`(arguments: [String]) {
    let isKey = arguments.contains("wandb") || arguments.contains("--key")
    let secret = isKey ? SecretCorpus.word(40) : SecretCorpus.password
    func with(_ text: String) -> [String] {
      arguments.map {
        $0.split(separator: "§", omittingEmptySubsequences: false).joined(separator: text)
      }
    }
    let result = SecretScan.redact(arguments: with(secret))
    #expect(result.arguments == with(SecretScan.mark))
    #expect(result.redactions == 1)
    #expect(SecretScan.redact(arguments: result.arguments).redactions == 0)
  }

  @Test(arguments: SecretCorpus.harmlessArguments)
  func `leaves alone arguments that look like them`(arguments: [String]) {
    let result = SecretScan.redact(arguments: arguments)
    #expect(result.arguments == arguments)
    #expect(result.redactions == 0)
  }
}
