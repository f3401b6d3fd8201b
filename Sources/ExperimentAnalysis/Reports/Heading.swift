import TrackingEntities

/// How a reader writes a metric's name: `roc_auc` is `ROC AUC`, `training_time` is `Training Time`.
enum Heading {
  /// Words that are written in capitals.
  private static let capitals: Set<String> = [
    "ai", "aic", "ap", "api", "ar", "ari", "auc", "aucpr", "auprc", "auroc", "bic", "bleu", "cer",
    "cpu", "cv", "ece", "eer", "elbo", "f1", "f2", "fid", "flops", "fn", "fnr", "fp", "fpr", "fps",
    "gb", "gpu", "id", "iou", "kl", "ks", "lr", "mae", "map", "mape", "mase", "mb", "mcc", "mrr",
    "mse", "msle", "ndcg", "nll", "nmi", "npv", "ppv", "pr", "psnr", "qps", "r2", "ram", "rmse",
    "rmsle", "roc", "smape", "ssim", "tn", "tnr", "tp", "tpr", "vram", "wape", "wer",
  ]

  /// The heading of a column. Anything but plain snake_case stays as it was logged, because taking
  /// `precision@10` or `val/loss` apart would only make it harder to find again.
  static func title(_ key: Key) -> String {
    guard let words = snakeCase(key) else { return verbatim(key) }
    return words.map { word in
      capitals.contains(word) ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
    }.joined(separator: " ")
  }

  /// The name in a sentence: `accuracy`, `ROC AUC`, `training time`.
  static func prose(_ key: Key) -> String {
    guard let words = snakeCase(key) else { return verbatim(key) }
    return words.map { capitals.contains($0) ? $0.uppercased() : $0 }.joined(separator: " ")
  }

  /// The headings of keys in their order. Where two would read the same, both stay verbatim.
  static func titles(_ keys: [Key]) -> [String] {
    let titles = keys.map(title)
    let uses = Dictionary(titles.map { (Key($0), 1) }, uniquingKeysWith: +)
    return zip(keys, titles).map { key, title in uses[Key(title)] == 1 ? title : verbatim(key) }
  }

  private static func verbatim(_ key: Key) -> String {
    key.bytes.isEmpty ? "\"\"" : VisibleText.line(key.text, limit: 80)
  }

  private static func snakeCase(_ key: Key) -> [String]? {
    guard (1...60).contains(key.bytes.count) else { return nil }
    let words = key.bytes.split(
      separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    let isPlain = words.allSatisfy { word in
      !word.isEmpty
        && word.allSatisfy {
          UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
        }
    }
    return isPlain ? words.map { String(decoding: $0, as: UTF8.self) } : nil
  }
}
