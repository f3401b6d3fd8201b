/// How the tokens of well-known services look: a prefix and what follows it.
struct SecretTokenForm: Sendable {
  /// The characters that may follow the prefix.
  enum Alphabet: Sendable {
    case alphanumeric
    /// Letters, digits, `_`.
    case word
    /// Letters, digits, `_`, `-`.
    case urlSafe
  }

  let prefix: StaticString
  let alphabet: Alphabet
  /// How many characters follow at least.
  let least: Int
  /// Whether a digit must be among them, which tells tokens from words.
  let needsDigit: Bool

  init(_ prefix: StaticString, _ alphabet: Alphabet, _ least: Int, needsDigit: Bool = true) {
    self.prefix = prefix
    self.alphabet = alphabet
    self.least = least
    self.needsDigit = needsDigit
  }

  /// All forms by the first byte of their prefix.
  static let byFirstByte: [[SecretTokenForm]] = {
    var table = [[SecretTokenForm]](repeating: [], count: 256)
    for form in all { table[Int(form.prefix.utf8Start.pointee)].append(form) }
    return table
  }()

  private static let all = [
    // Amazon, Google, DigitalOcean, Databricks
    SecretTokenForm("AKIA", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ASIA", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("AIza", .urlSafe, 30),
    SecretTokenForm("GOCSPX-", .urlSafe, 20),
    SecretTokenForm("dop_v1_", .alphanumeric, 40),
    SecretTokenForm("dapi", .alphanumeric, 32),
    // GitHub, GitLab
    SecretTokenForm("ghp_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("gho_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ghu_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ghs_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("ghr_", .alphanumeric, 16, needsDigit: false),
    SecretTokenForm("github_pat_", .word, 16, needsDigit: false),
    SecretTokenForm("glpat-", .urlSafe, 16, needsDigit: false),
    SecretTokenForm("gldt-", .urlSafe, 16),
    SecretTokenForm("glrt-", .urlSafe, 16),
    SecretTokenForm("glptt-", .urlSafe, 16),
    // Slack
    SecretTokenForm("xoxb-", .urlSafe, 10),
    SecretTokenForm("xoxp-", .urlSafe, 10),
    SecretTokenForm("xoxa-", .urlSafe, 10),
    SecretTokenForm("xoxr-", .urlSafe, 10),
    SecretTokenForm("xoxs-", .urlSafe, 10),
    SecretTokenForm("xoxe-", .urlSafe, 10),
    SecretTokenForm("xoxe.", .urlSafe, 10),
    SecretTokenForm("xapp-", .urlSafe, 10),
    // Models and their registries
    SecretTokenForm("sk-ant-", .urlSafe, 12),
    SecretTokenForm("sk-proj-", .urlSafe, 12),
    SecretTokenForm("sk-svcacct-", .urlSafe, 12),
    SecretTokenForm("sk-or-", .urlSafe, 20),
    SecretTokenForm("sk-", .alphanumeric, 20),
    SecretTokenForm("hf_", .alphanumeric, 20, needsDigit: false),
    SecretTokenForm("gsk_", .alphanumeric, 32),
    SecretTokenForm("r8_", .alphanumeric, 30),
    SecretTokenForm("wandb_v1_", .urlSafe, 20),
    SecretTokenForm("nvapi-", .urlSafe, 30),
    // Package registries
    SecretTokenForm("npm_", .alphanumeric, 30, needsDigit: false),
    SecretTokenForm("pypi-", .urlSafe, 30),
    SecretTokenForm("dckr_pat_", .urlSafe, 20),
    // Payments, mail, shops, keys
    SecretTokenForm("sk_live_", .alphanumeric, 16),
    SecretTokenForm("sk_test_", .alphanumeric, 16),
    SecretTokenForm("rk_live_", .alphanumeric, 16),
    SecretTokenForm("whsec_", .alphanumeric, 20),
    SecretTokenForm("shpat_", .alphanumeric, 30),
    SecretTokenForm("SG.", .urlSafe, 20),
    SecretTokenForm("AGE-SECRET-KEY-1", .alphanumeric, 30),
  ]
}
