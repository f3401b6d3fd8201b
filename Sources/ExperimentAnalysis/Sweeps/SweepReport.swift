package import TrackingEntities

/// The text of `sweep.md`: the combinations that a sweep tried, which parameters mattered, and what
/// failed.
///
/// The same combinations give the same bytes, so that a git working tree stays clean.
package struct SweepReport {
  private static let mostCombinations = 20
  private static let mostScores = 8
  private static let mostPairs = 10
  private static let mostFailed = 20
  private static let picture = "parameter_importance.png"
  /// With less the forest behind the importance knows next to nothing.
  private static let weakFit = 0.2

  private let sweep: ExperimentSnapshot
  private let combinations: SweepCombinations
  private let styles: [NumberStyle]

  /// The document; nil where nothing was tried.
  ///
  /// - Parameters:
  ///   - sweep: The sweep.
  ///   - snapshots: It and everything inside it.
  package static func document(
    _ sweep: ExperimentSnapshot, _ snapshots: [ExperimentSnapshot]
  ) -> String? {
    let combinations = SweepCombinations(of: sweep, snapshots)
    return combinations.rows.isEmpty ? nil : SweepReport(sweep, combinations).document()
  }

  private init(_ sweep: ExperimentSnapshot, _ combinations: SweepCombinations) {
    self.sweep = sweep
    self.combinations = combinations
    styles = combinations.scores.map { score in
      NumberStyle(for: combinations.rows.compactMap { $0.snapshot.metric(score)?.last })
    }
  }

  private func document() -> String {
    let blocks = [
      "# Sweep: " + MarkdownText.escape(Names.shown(sweep)),
      summary,
      best,
      "## \(combinations.noun == "trial" ? "Trials" : "Combinations")",
      table,
      importance,
      failures,
      "*Written by specweave-ml from the \(combinations.noun)s in this folder.*",
    ]
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var summary: String {
    let time = sweep.duration.map { " in " + DurationText.seconds($0) } ?? ""
    let count = combinations.rows.count
    let isPart = count < combinations.planned
    var parts = [
      (isPart ? "\(count) of " : "") + CountText.of(combinations.planned, combinations.noun)
    ]
    if combinations.folds > 0 { parts.append(CountText.of(combinations.folds, "fold")) }
    parts.append("\(failed.count) failed")
    let open = combinations.rows.count {
      $0.snapshot.status != .completed && $0.snapshot.status != .failed
    }
    if open > 0 { parts.append("\(open) not finished") }
    return "**\(sweep.status.rawValue)**\(time): \(parts.joined(separator: ", "))."
  }

  private var best: String {
    guard let best = combinations.best else { return "" }
    let params = best.params.map {
      VisibleText.line($0.key.text) + " = " + SweepCombinations.text($0.key, of: best)
    }
    var values: [String] = []
    if let score = combinations.scores.first, combinations.scores.count == 1 {
      let deviation = SweepCombinations.deviation(score, of: best)
      values = [text(score, 0, of: best) + (deviation.map { " ± " + text($0, 0) } ?? "")]
    }
    let title = values.isEmpty ? "" : " " + MarkdownText.escape(combinations.scores[0].text)
    let name = MarkdownText.escape(Names.shown(best))
    return "**Best\(title)**: " + (values + ["(\(name))"]).joined(separator: " ")
      + (params.isEmpty ? "" : ": " + MarkdownText.escape(params.joined(separator: ", ")))
  }

  private var table: String {
    let scores = combinations.scores.prefix(Self.mostScores)
    let shown = combinations.rows.prefix(Self.mostCombinations)
    let spread = scores.map { score in
      combinations.rows.contains { SweepCombinations.deviation(score, of: $0.snapshot) != nil }
    }
    let all = combinations.params
    let params = all.prefix(ParamSelection.most)
    let hasRanks = combinations.rows.contains { $0.rank != nil }
    let hasTimes = combinations.rows.contains { $0.snapshot.metric("fit_time") != nil }
    var headings = (hasRanks ? ["Rank"] : []) + ["Experiment"]
    for (score, hasSpread) in zip(scores, spread) {
      headings += [MarkdownText.escape(score.text)] + (hasSpread ? ["Std"] : [])
    }
    headings += params.map { MarkdownText.escape($0.text) } + (hasTimes ? ["Fit time"] : [])
    let rows = shown.map { row in
      let snapshot = row.snapshot
      var cells = hasRanks ? [row.rank.map(String.init) ?? "–"] : []
      cells.append(MarkdownText.escape(Names.shown(snapshot)))
      for (place, score) in scores.enumerated() {
        cells.append(text(score, place, of: snapshot))
        if spread[place] {
          let deviation = SweepCombinations.deviation(score, of: snapshot)
          cells.append(deviation.map { text($0, place) } ?? "–")
        }
      }
      cells += params.map { MarkdownText.escape(SweepCombinations.text($0, of: snapshot)) }
      if hasTimes {
        cells.append(
          snapshot.metric("fit_time").map { DurationText.seconds($0.last.double) } ?? "–")
      }
      return cells
    }
    let more = [
      (combinations.rows.count - shown.count, "\(combinations.noun)"),
      (all.count - params.count, "parameter"),
    ].filter { $0.0 > 0 }.map { CountText.of($0.0, "more " + $0.1) }
    return MarkdownTable.render(headings, rows)
      + (more.isEmpty ? "" : "\n\n… and \(more.joined(separator: ", ")).")
  }

  /// A score as its column writes it.
  private func text(_ score: Key, _ place: Int, of snapshot: ExperimentSnapshot) -> String {
    snapshot.metric(score).map { styles[place].text($0.last) } ?? "–"
  }

  private func text(_ deviation: Double, _ place: Int) -> String {
    deviation == 0 ? "0" : styles[place].text(.double(deviation))
  }

  private var failed: [ExperimentSnapshot] {
    combinations.rows.map(\.snapshot).filter { $0.status == .failed }
      .sorted { $0.identity.child < $1.identity.child }
  }

  private var failures: String {
    let failed = failed
    if failed.isEmpty { return "" }
    var lines = failed.prefix(Self.mostFailed).map { snapshot in
      let reason = snapshot.failure.map { ": " + MarkdownText.code(FailureText.line($0)) } ?? ""
      return "- " + MarkdownText.escape(Names.shown(snapshot)) + reason
    }
    let more = failed.count - lines.count
    if more > 0 { lines.append("- … and \(more) more") }
    return "## Failed\n\n" + lines.joined(separator: "\n")
  }
}

extension SweepReport {
  /// What each parameter explains, as the search recorded it; or why that is unknown.
  private var importance: String {
    guard let facts = sweep.fact("importance") else { return "" }
    let isPictured = sweep.artifacts.contains {
      $0.path == Self.picture && $0.keptAs.isEmpty && !$0.removed
    }
    var blocks = ["## Importance of the parameters"]
    if isPictured { blocks.append("![Importance of the parameters](\(Self.picture))") }
    if let reason = facts["reason"]?.text {
      blocks.append(
        MarkdownText.escape(reason.prefix(1).uppercased() + reason.dropFirst()) + ".")
      return blocks.joined(separator: "\n\n")
    }
    blocks.append(
      "The share of the variance of the score that each parameter explains alone, and pairs "
        + "beyond that (functional ANOVA, Hutter et al. 2014).")
    if let quality = facts["fit_quality"]?.double, quality < Self.weakFit {
      blocks.append(
        "Read with care: the model behind these numbers explains little of the scores of runs "
          + "that it did not see (R² = \(NumberText.fixed(quality, decimals: 2))).")
    }
    let main = facts["main"]?.entries ?? []
    blocks.append(
      MarkdownTable.render(
        ["Parameter", "Importance"],
        main.map { [MarkdownText.escape($0.key.text), Self.percent($0.value)] }))
    let pairs = (facts["pairs"]?.elements ?? []).prefix(Self.mostPairs).map(\.elements)
      .filter { $0.count == 3 }
    if !pairs.isEmpty {
      blocks.append(
        MarkdownTable.render(
          ["Parameter", "With", "Importance"],
          pairs.map { pair in
            pair.prefix(2).map { MarkdownText.escape($0.text ?? "") } + [Self.percent(pair[2])]
          }))
    }
    return blocks.joined(separator: "\n\n")
  }

  /// `71.2%`
  private static func percent(_ share: Value) -> String {
    guard let share = share.double, share.isFinite else { return "–" }
    return NumberText.percent(share)
  }
}
