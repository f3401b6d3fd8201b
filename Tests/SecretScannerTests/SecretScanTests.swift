import Testing

@testable import SecretScanner

@Suite struct SecretScanTests {
  /// Texts with a secret, and what is left of them.
  static let secrets: [(String, String)] = [
    // Addresses
    ("https://user:tok3n@host/x.git", "https://[REDACTED]@host/x.git"),
    ("https://tok3nonly@host/x", "https://[REDACTED]@host/x"),
    (
      "pip install git+https://ab12:x-oauth-basic@github.com/a/b",
      "pip install git+https://[REDACTED]@github.com/a/b"
    ),
    ("postgresql+psycopg2://me:p%40ss@db:5432/x", "postgresql+psycopg2://[REDACTED]@db:5432/x"),
    ("redis://:hunter2@cache:6379/0", "redis://[REDACTED]@cache:6379/0"),
    ("mongodb://u:a@b:c@h1,h2/db?x=1", "mongodb://[REDACTED]@h1,h2/db?x=1"),
    ("ssh://me:pw@host/x", "ssh://[REDACTED]@host/x"),
    // Signed addresses
    (
      "https://s3/x?X-Amz-Expires=60&X-Amz-Signature=0abf9e&y=1",
      "https://s3/x?X-Amz-Expires=60&X-Amz-Signature=[REDACTED]&y=1"
    ),
    (
      "https://a.blob.core.windows.net/c?sv=2024&sig=Ab%2Fc%3D",
      "https://a.blob.core.windows.net/c?sv=2024&sig=[REDACTED]"
    ),
    ("https://h/x?token=abcdef12#top", "https://h/x?token=[REDACTED]#top"),
    (
      "https://h/x?X-Goog-Signature=00ff&amp;access_token=q1w2e3r4",
      "https://h/x?X-Goog-Signature=[REDACTED]&amp;access_token=[REDACTED]"
    ),
    // Flags
    ("train.py --api-key abcd --lr 0.1", "train.py --api-key [REDACTED] --lr 0.1"),
    ("train.py --token=abcd1234 x", "train.py --token=[REDACTED] x"),
    ("train.py --token abcdefgh x", "train.py --token [REDACTED] x"),
    ("x --password 123456", "x --password [REDACTED]"),
    ("x --password 'a b c' y", "x --password '[REDACTED]' y"),
    ("java -Dx=1 -password secretpw", "java -Dx=1 -password [REDACTED]"),
    (
      "Command '['x', '--api-key', 'zzz']' failed",
      "Command '['x', '--api-key', '[REDACTED]']' failed"
    ),
    ("hydra model.api_key=zzz111 x=1", "hydra model.api_key=[REDACTED] x=1"),
    // Assignments in code
    ("api_key = \"abc\"", "api_key = \"[REDACTED]\""),
    ("openai.api_key = 'abc'", "openai.api_key = '[REDACTED]'"),
    ("+    SECRET = \"abc\"", "+    SECRET = \"[REDACTED]\""),
    ("-password = 'x'", "-password = '[REDACTED]'"),
    ("const apiKey: string = \"abc\";", "const apiKey: string = \"[REDACTED]\";"),
    ("let clientSecret = `abc`", "let clientSecret = `[REDACTED]`"),
    ("password == \"abc\"", "password == \"[REDACTED]\""),
    ("os.environ[\"WANDB_API_KEY\"] = \"abc\"", "os.environ[\"WANDB_API_KEY\"] = \"[REDACTED]\""),
    ("os.environ.setdefault('HF_TOKEN', 'abc')", "os.environ.setdefault('HF_TOKEN', '[REDACTED]')"),
    (
      "wandb.login(key=\"0123456789abcdef0123456789abcdef01234567\")",
      "wandb.login(key=\"[REDACTED]\")"
    ),
    ("connect(user='u', password='p', port=1)", "connect(user='u', password='[REDACTED]', port=1)"),
    ("token = f\"abc123def\"", "token = f\"[REDACTED]\""),
    ("token = abc123def456", "token = [REDACTED]"),
    ("pw: DBPassword := \"x\\\"y\" // c", "pw: DBPassword := \"[REDACTED]\" // c"),
    // Assignments in files
    ("WANDB_API_KEY=0123456789abcdef", "WANDB_API_KEY=[REDACTED]"),
    ("export DB_PASS=swordfish", "export DB_PASS=[REDACTED]"),
    ("API_TOKEN=plainword", "API_TOKEN=[REDACTED]"),
    ("password: swordfish", "password: [REDACTED]"),
    ("  password: swordfish  # old", "  password: [REDACTED]  # old"),
    ("\"password\": \"swordfish\",", "\"password\": \"[REDACTED]\","),
    ("{\\\"api_key\\\": \\\"zzz\\\"}", "{\\\"api_key\\\": \\\"[REDACTED]\\\"}"),
    ("password=hunter2", "password=[REDACTED]"),
    (
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "aws_secret_access_key = [REDACTED]"
    ),
    (
      "AccountName=a;AccountKey=abc+/9==;EndpointSuffix=x",
      "AccountName=a;AccountKey=[REDACTED];EndpointSuffix=x"
    ),
    ("password = \"$tr0ng\"", "password = \"[REDACTED]\""),
    // Headers
    ("Authorization: Bearer abc", "Authorization: Bearer abc"),
    ("Authorization: Bearer abc123", "Authorization: Bearer [REDACTED]"),
    ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [REDACTED]"),
    (
      "curl -H \"Authorization: Basic dXNlcjpwYXNzdw==\" x",
      "curl -H \"Authorization: Basic [REDACTED]\" x"
    ),
    ("{'Authorization': 'token abc123def'}", "{'Authorization': 'token [REDACTED]'}"),
    ("say Bearer abcdefgh12345678 now", "say Bearer [REDACTED] now"),
    ("X-Api-Key: abc123", "X-Api-Key: [REDACTED]"),
    // Known tokens anywhere
    ("x AKIAIOSFODNN7EXAMPLE y", "x [REDACTED] y"),
    ("(ghp_abcdefghijklmnopqrstuvwxyz0123456789)", "([REDACTED])"),
    ("github_pat_11ABCDEFG0abcdefghij_klmnopqrstuvwxyz", "[REDACTED]"),
    ("glpat-abcdefghij0123456789", "[REDACTED]"),
    ("xoxb-123456789012-abcdefGHIJ", "[REDACTED]"),
    ("AIzaSyA-abcdefghijklmnopqrstuvwxyz01234", "[REDACTED]"),
    ("sk-abcdefghijklmnopqrstuvwx0123456789", "[REDACTED]"),
    ("sk-proj-abc_def-0123456789", "[REDACTED]"),
    ("sk-ant-api03-abc_def-0123456789", "[REDACTED]"),
    ("hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", "[REDACTED]"),
    ("npm_abcdefghijklmnopqrstuvwxyz0123456789", "[REDACTED]"),
    ("pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDA", "[REDACTED]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", "[REDACTED]"),
    // Key blocks
    (
      "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc+/\nZZ==\n-----END RSA PRIVATE KEY-----\nx",
      "-----BEGIN RSA PRIVATE KEY-----\n[REDACTED]\n[REDACTED]\n-----END RSA PRIVATE KEY-----\nx"
    ),
    (
      "+-----BEGIN OPENSSH PRIVATE KEY-----\n+b3Blbn\n+-----END OPENSSH PRIVATE KEY-----",
      "+-----BEGIN OPENSSH PRIVATE KEY-----\n+[REDACTED]\n+-----END OPENSSH PRIVATE KEY-----"
    ),
    (
      "k = \"-----BEGIN PRIVATE KEY-----\\nMIIE\\nabcd\\n-----END PRIVATE KEY-----\\n\"",
      "k = \"-----BEGIN PRIVATE KEY-----\\n[REDACTED]-----END PRIVATE KEY-----\\n\""
    ),
    (
      "-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n\r\nMIIE\r\n",
      "-----BEGIN RSA PRIVATE KEY-----\r\n[REDACTED]\r\n\r\n[REDACTED]\r\n"
    ),
  ]

  /// Texts that only look like it.
  static let innocent: [String] = [
    "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad", "index 3b18e51..9daeafb 100644",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "num_tokens=512", "--tokenizer bert", "max_tokens: 100", "--max-tokens 100",
    "pad_token=\"<pad>\"", "eos_token: \"</s>\"", "token = \"hello\"", "token: 512",
    "for token in tokens:", "token = tokens[i]", "token = tokenizer.next()", "token=token,",
    "self.password = password", "password = get_password()", "password: str",
    "api_key: Optional[str] = None",
    "api_key=api_key", "api_key = os.environ[\"API_KEY\"]", "password = getpass.getpass()",
    "password = None", "--token-file path", "password_hash = \"abc\"", "sort_key = \"name\"",
    "key=\"value\"", "--no-password train.py", "--use-auth-token train.py", "token: Token",
    "git@github.com:team/project.git", "ssh://git@github.com/team/project", "https://host/a@b",
    "mailto:me@example.com", "http://localhost:8080/x", "s3://bucket/key", "name: secretary",
    "secrets: inherit", "password: ${{ secrets.DB }}", "password=$DB_PASSWORD",
    "token: <your token>",
    "f\"Bearer {token}\"", "the bearer of good news", "sk-learn-contrib-lightning-models-package",
    "hf_hub_download_and_extract_files", "npm_config_registry_and_some_more_words_here",
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----", "private_key: /etc/ssl/key.pem",
    "GOOGLE_APPLICATION_CREDENTIALS=/home/me/sa.json", "if password:", "password,",
    "def token(self):",
    "-Token budget exceeded", "- token budget", "PWD=/home/me", "signature = inspect.signature(f)",
    "sig=2.0", "secret::Value", "x = foo(password)", "pass", "token==pad", "--seed 42 --lr 1e-3",
    "[\"API_KEY\", \"AWS_SECRET\"]", "eyJ.eyJ.", "AKIA", "ghp_short", "temperature: 0.7",
    "Compass: north", "monkey = \"see\"", "secret_santa=true", "password: true", "模型 token", "",
  ]

  @Test(arguments: secrets) func `takes the secret and leaves the rest`(text: String, clean: String)
  {
    let result = SecretScan.redact(text)
    #expect(result.text == clean)
    #expect(
      result.text.split(separator: "\n", omittingEmptySubsequences: false).count
        == text.split(separator: "\n", omittingEmptySubsequences: false).count)
    #expect((result.redactions > 0) == (text != clean))
  }

  @Test(arguments: secrets) func `finds nothing more in text that is clean`(
    _: String, clean: String
  ) {
    let again = SecretScan.redact(clean)
    #expect(again.text == clean)
    #expect(again.redactions == 0)
  }

  @Test(arguments: innocent) func `leaves alone what is not a secret`(text: String) {
    let result = SecretScan.redact(text)
    #expect(result.text == text)
    #expect(result.redactions == 0)
  }

  @Test(arguments: SecretCorpus.texts)
  func `takes the secret out of every known form`(form: SecretCorpus.Form) {
    let result = SecretScan.redact(form.with(form.secret))
    #expect(result.text == form.with(SecretScan.mark))
    #expect(result.redactions > 0)
    let again = SecretScan.redact(result.text)
    #expect(again.text == result.text)
    #expect(again.redactions == 0)
  }

  @Test(arguments: SecretCorpus.harmless)
  func `leaves alone what looks like a known form`(text: String) {
    let result = SecretScan.redact(text)
    #expect(result.text == text)
    #expect(result.redactions == 0)
  }

  /// Whatever surrounds a secret, no range is wrong: a trap would end the host.
  @Test func `takes any piece of any form`() {
    for form in SecretCorpus.texts {
      let bytes = Array(form.with(form.secret).utf8)
      for cut in bytes.indices {
        _ = SecretScan.redact(Array(bytes[..<cut]))
        _ = SecretScan.redact(Array(bytes[cut...]))
        var continuation = SecretContinuation.key(foreign: 0)
        _ = SecretScan.redact(Array(bytes[cut...]), &continuation)
        continuation = .block(column: 0)
        _ = SecretScan.redact(Array(bytes[..<cut]), &continuation)
      }
    }
  }

  @Test func `counts a key block as one secret`() {
    let block =
      "-----BEGIN PRIVATE KEY-----\n" + String(repeating: "MIIE\n", count: 20)
      + "-----END PRIVATE KEY-----"
    #expect(SecretScan.redact(block).redactions == 1)
  }

  @Test func `keeps bytes that are not UTF-8`() {
    let bytes: [UInt8] = [0xFF, 0x0A] + Array("token=abcd1234".utf8) + [0xFE]
    let clean = SecretScan.redact(bytes)
    #expect(clean.bytes.prefix(2) == [0xFF, 0x0A])
    #expect(clean.redactions == 1)
  }
}
