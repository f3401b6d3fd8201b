import SecretScanner
import Testing
import TrackingEntities

@testable import ExperimentRuntime

@Suite struct RedactedParameterTests {
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
    let shown = RedactedParameter(Key(name), .text(value))
    #expect(shown.clean == .text(isSecret ? "[REDACTED]" : value))
    #expect(shown.names == (isSecret ? [name] : []))
    let last = name.split { $0 == "." || $0 == "/" }.last.map(String.init) ?? name
    #expect((SecretScan.redact(arguments: ["--" + last, value]).redactions > 0) == isSecret)
  }

  @Test func `takes secrets out of nested parameters, lists and numbers`() {
    let given: Value = [
      "url": "postgres://ada:pw1234@h/d", "keys": ["x": ["token": "abc12345", "n": 5]],
      "argv": ["t.py", "--api-key", "abc"], "password": 1234, "secret": [1.5, "a"],
      "depth": 6, "use_token": true, "token": .null,
    ]
    let shown = RedactedParameter("service", given)
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
