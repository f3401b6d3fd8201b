import Testing
import TrackingEntities

@testable import ExperimentRuntime

@Suite struct CommandLineFactsTests {
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
    let result = CommandLineFacts.redact(given)
    #expect(result.arguments == shown)
    #expect(result.redactions > 0)
    let again = CommandLineFacts.redact(shown)
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
    let result = CommandLineFacts.redact(given)
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
    let result = CommandLineFacts.redact(with(secret))
    #expect(result.arguments == with(SecretScan.mark))
    #expect(result.redactions == 1)
    #expect(CommandLineFacts.redact(result.arguments).redactions == 0)
  }

  @Test(arguments: SecretCorpus.harmlessArguments)
  func `leaves alone arguments that look like them`(arguments: [String]) {
    let result = CommandLineFacts.redact(arguments)
    #expect(result.arguments == arguments)
    #expect(result.redactions == 0)
  }

  @Test func `reads the arguments of this process`() {
    #expect(CommandLineFacts.current() == CommandLine.arguments)
  }

  /// What `--name value` hides, a parameter `name` hides too.
  @Test(arguments: [
    ("api_key", "abc", true), ("dbPassword", "hunter2", true), ("hf_token", "abcdefgh", true),
    ("optimizer.secret", "x1", true), ("a/b/access-token", "q9w8e7", true),
    ("aws_secret", "zz", true),
    ("depth", "6", false), ("tokenizer", "bert", false), ("pad_token", "<pad>", false),
    ("num_tokens", "512", false), ("sort_key", "date", false), ("use_auth_token", "x", false),
    ("password_hash", "abc", false), ("api_key", "", false), ("api_key", "None", false),
    ("signature", "f(x)", false), ("api_key", "/run/secrets/key", false),
  ])
  func `takes secrets out of parameters as out of arguments`(
    name: String, value: String, isSecret: Bool
  ) {
    let shown = SecretParameter(Key(name), .text(value))
    #expect(shown.clean == .text(isSecret ? "[REDACTED]" : value))
    #expect(shown.names == (isSecret ? [name] : []))
    let last = name.split { $0 == "." || $0 == "/" }.last.map(String.init) ?? name
    #expect((CommandLineFacts.redact(["--" + last, value]).redactions > 0) == isSecret)
  }

  @Test func `takes secrets out of nested parameters, lists and numbers`() {
    let given: Value = [
      "url": "postgres://ada:pw1234@h/d", "keys": ["x": ["token": "abc12345", "n": 5]],
      "argv": ["t.py", "--api-key", "abc"], "password": 1234, "secret": [1.5, "a"],
      "depth": 6, "use_token": true, "token": .null,
    ]
    let shown = SecretParameter("service", given)
    #expect(
      shown.clean == [
        "url": "postgres://[REDACTED]@h/d", "keys": ["x": ["token": "[REDACTED]", "n": 5]],
        "argv": ["t.py", "--api-key", "[REDACTED]"], "password": "[REDACTED]",
        "secret": ["[REDACTED]", "[REDACTED]"], "depth": 6, "use_token": true, "token": .null,
      ])
    #expect(
      shown.names == [
        "service.url", "service.keys.x.token", "service.argv", "service.password",
        "service.secret",
      ])
  }
}
