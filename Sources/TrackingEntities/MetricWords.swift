/// The words of metric names and what they tell about the direction.
package enum MetricWords {
  /// Words whose metric is better small.
  static let lower: Set<String> = [
    "loss", "losses", "logloss", "crossentropy", "nll", "hinge", "pinball", "deviance",
    "perplexity",
    "ppl", "bpc", "bpb", "error", "errors", "err", "rmse", "mse", "mae", "mape", "smape", "wape",
    "wmape", "mase", "msle", "rmsle", "nrmse", "rse", "rae", "medae", "residual", "residuals",
    "brier", "ece", "mce", "eer", "wer", "cer", "ter", "der", "fid", "kid", "lpips", "fpr", "fnr",
    "fdr", "misclassification", "time", "times", "latency", "duration", "elapsed", "runtime",
    "seconds", "secs", "sec", "milliseconds", "ms", "microseconds", "us", "minutes", "hours",
    "memory", "mem", "size", "bytes", "mb", "gb", "footprint", "cost", "regret", "divergence", "kl",
    "kld", "mmd", "wasserstein", "emd", "distance", "hausdorff", "chamfer", "ade", "fde", "aic",
    "bic", "inertia", "violations", "energy", "emissions", "flops", "macs", "toxicity",
    "hallucination", "hallucinations",
  ]

  /// Words whose metric is better large.
  static let higher: Set<String> = [
    "accuracy", "acc", "auc", "auroc", "rocauc", "auprc", "aucpr", "prauc", "ap", "ar", "f1", "f2",
    "fbeta", "fscore", "precision", "recall", "sensitivity", "specificity", "tpr", "tnr", "ppv",
    "npv", "r2", "map", "ndcg", "mrr", "hit", "hits", "hitrate", "bleu", "sacrebleu", "rouge",
    "rougel", "meteor", "chrf", "cider", "bertscore", "score", "scores", "throughput", "fps", "qps",
    "iou", "miou", "jaccard", "dice", "kappa", "mcc", "matthews", "gini", "lift", "ks", "psnr",
    "ssim", "snr", "reward", "rewards", "return", "returns", "winrate", "success", "correlation",
    "pearson", "spearman", "kendall", "pearsonr", "spearmanr", "likelihood", "elbo", "silhouette",
    "nmi", "ari", "ami", "purity", "homogeneity", "completeness", "coverage", "top", "profit",
    "revenue", "sharpe", "similarity", "skill", "speedup",
  ]

  /// Last words that say how much a metric varies, which is better small whatever the metric.
  package static let spread: Set<String> = ["std", "stdev", "stddev", "var", "variance", "sem"]

  /// Words for the data that a model has learned from.
  package static let training: Set<String> = ["train", "training"]

  /// Phrases that say the opposite of one of their words, or what no single word says.
  static let higherPhrases: [[String]] = [
    ["per", "second"], ["per", "sec"], ["per", "s"], ["per", "minute"], ["per", "hour"],
    ["brier", "skill"], ["explained", "variance"], ["true", "positive"], ["true", "positives"],
    ["true", "negative"], ["true", "negatives"], ["exact", "match"], ["win", "rate"],
    ["pass", "rate"], ["calinski", "harabasz"],
  ]

  /// Phrases as above whose metric is better small.
  static let lowerPhrases: [[String]] = [
    ["negative", "log", "likelihood"], ["false", "positive"], ["false", "positives"],
    ["false", "negative"], ["false", "negatives"], ["cross", "entropy"], ["miss", "rate"],
    ["davies", "bouldin"],
  ]

  /// The words of a key in lower case: `val_loss`, `valLoss` and `val/loss` are all `val`, `loss`.
  package static func split(_ key: Key) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var previousIsLower = false
    func finish() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for byte in key.bytes {
      let isUpper = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
      let isLower = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      if isUpper && previousIsLower { finish() }
      if isUpper || isLower || byte.isDigit || byte >= 0x80 {
        word.append(isUpper ? byte | 0x20 : byte)
      } else {
        finish()
      }
      previousIsLower = isLower
    }
    finish()
    return words
  }

  /// `map` for `map50`: a cut-off written onto the word.
  package static func withoutDigits(_ word: String) -> String {
    var letters = Substring(word)
    while let last = letters.utf8.last, last.isDigit {
      letters = letters.dropLast()
    }
    return String(letters)
  }
}
