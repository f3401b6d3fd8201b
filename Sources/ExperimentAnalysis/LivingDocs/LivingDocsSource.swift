package import TrackingEntities

/// What the pages are made from: the experiments of one increment and the decisions for them.
package struct LivingDocsSource: Sendable {
  /// A decision with the experiment that it is for.
  struct Decision: Sendable {
    /// The row that shows the experiment, or the best of a sweep.
    let row: Comparison.Row
    let selection: Selection

    /// `exp-003`; the name where it has no number.
    var label: String {
      let identity = row.snapshot.identity
      let number = identity.child > 0 ? row.sweep?.identity.number ?? 0 : identity.number
      return number > 0 ? row.snapshot.label(parentNumber: number) : MarkdownText.escape(row.name)
    }
  }

  let title: String
  let number: String
  /// Where the increment lies below `.specweave/`, as the beginning of a link.
  let increments: String
  /// All of them, those that were selected in archived ones too.
  let comparison: Comparison
  /// By number.
  let rows: [Comparison.Row]
  /// How many experiments of the top level there are, archived ones included.
  let conducted: Int
  /// How many of them are in the archive and not among the rows.
  let archived: Int
  let decisions: [Decision]
  private let style: NumberStyle

  /// - Parameters:
  ///   - title: What people call the increment.
  ///   - number: Its number, as `0042`.
  ///   - increment: Its folder's name.
  ///   - place: The folder below `.specweave/`.
  ///   - snapshots: Its experiments with those inside them; those of the archive too, whose folders
  ///     begin with `_archive/`.
  package init(
    title: String, number: String, increment: String, at place: String,
    _ snapshots: [ExperimentSnapshot]
  ) throws(TrackingError) {
    self.title = title
    self.number = number
    increments = ExperimentReportFiles.target(place, "") + "/"
    let isArchived = { (snapshot: ExperimentSnapshot) in
      snapshot.folder.utf8.starts(with: "_archive/".utf8)
    }
    let selected = Set(
      snapshots.filter { isArchived($0) && $0.selection?.selected == true }
        .map { Key(Self.top($0)) })
    let shown = snapshots.filter { !isArchived($0) || selected.contains(Key(Self.top($0))) }
    var options = ComparisonOptions()
    options.reruns = .all
    let comparison = try Comparison(of: shown, options, in: increment)
    let order = ExperimentOrder.sorted(snapshots).enumerated()
    let places = Dictionary(
      order.map { (Key($1.folder), $0) }, uniquingKeysWith: { first, _ in first })
    let rows = comparison.rows.sorted { left, right in
      let (a, b) = (left.sweep ?? left.snapshot, right.sweep ?? right.snapshot)
      return (places[Key(a.folder)] ?? 0) < (places[Key(b.folder)] ?? 0)
    }
    self.comparison = comparison
    self.rows = rows
    style = comparison.primary.map { $0.style(rows) } ?? .decimals(2)
    let top = snapshots.filter { $0.identity.parent.isEmpty }
    conducted = top.count
    archived = top.count { isArchived($0) && !selected.contains(Key(Self.top($0))) }
    decisions = Self.decisions(shown, rows, comparison.primary)
  }

  /// The decisions in the order of the experiments' numbers. One for an experiment inside another,
  /// which the table does not show, gets a row of its own.
  private static func decisions(
    _ snapshots: [ExperimentSnapshot], _ rows: [Comparison.Row], _ primary: PrimaryMetric?
  ) -> [Decision] {
    var decisions: [Decision] = []
    for snapshot in ExperimentOrder.sorted(snapshots) {
      guard let selection = snapshot.selection, selection.selected else { continue }
      let shown = rows.first {
        $0.snapshot.folder == snapshot.folder || $0.sweep?.folder == snapshot.folder
      }
      if let shown {
        decisions.append(Decision(row: shown, selection: selection))
        continue
      }
      let around = snapshots.first { $0.identity.id == snapshot.identity.parent }
      let name = Names.shown(snapshot)
      decisions.append(
        Decision(
          row: Comparison.Row(
            name: around.map { Names.shown($0) + " / " + name } ?? name, snapshot: snapshot,
            sweep: around, cells: [], trainingTime: TrainingTime.of(snapshot)?.seconds,
            score: primary?.value(of: snapshot)),
          selection: selection))
    }
    return decisions
  }

  /// The top-level folder of an experiment: `_archive/old` of `_archive/old/0003`.
  private static func top(_ snapshot: ExperimentSnapshot) -> String {
    snapshot.folder.split(separator: "/").prefix(2).joined(separator: "/")
  }

  /// `## Recommendation Model (Increment 0042)`
  var heading: String { "## \(MarkdownText.escape(title)) (Increment \(number))" }

  /// The names of what is selected.
  package var selectedNames: [String] { decisions.map(\.row.name) }

  func isSelected(_ row: Comparison.Row) -> Bool {
    decisions.contains { $0.row.name == row.name }
  }

  /// `acc=0.26` as Markdown; nil for a row without a value.
  func score(_ row: Comparison.Row) -> String? {
    guard let primary = comparison.primary, let score = row.score else { return nil }
    let style = MetricUnit(of: primary.key)?.style ?? style
    return MarkdownText.escape(primary.key.text) + "=" + style.text(score)
  }

  /// Why a row is good, computed.
  func computed(_ row: Comparison.Row) -> [String] {
    guard let primary = comparison.primary else { return [] }
    return ProposedReasons(comparison.rows, primary, style)
      .sentences(for: row, besidesTable: false)
  }

  /// The experiment that tells where a row's came from: of a combination, which records nothing of
  /// that itself, the sweep.
  func origin(_ row: Comparison.Row) -> ExperimentSnapshot {
    guard let sweep = row.sweep, row.snapshot.fact("command") == nil else { return row.snapshot }
    return sweep
  }
}

/// Markdown that several pages have.
enum LivingDocsText {
  static let nothingSelected =
    "No experiment is selected. `exp.select(rationale=[…])`, or `specweave-ml select`, records a "
    + "decision."

  /// Lines of a list; those past a hundred are counted.
  static func list(_ lines: [String], most: Int = 100) -> String {
    let more = lines.count - most
    return (lines.prefix(most).map { "- " + $0 } + (more > 0 ? ["- and \(more) more"] : []))
      .joined(separator: "\n")
  }

  /// Who selected an experiment and why, and what the data says of it.
  static func rationale(_ decision: LivingDocsSource.Decision, _ source: LivingDocsSource) -> String
  {
    let reasons = decision.selection.rationale.map { MarkdownText.escape($0, limit: 1000) }
      .filter { !$0.isEmpty }
    let maker = Decisions.maker(decision.selection).map { " " + MarkdownText.escape($0) } ?? ""
    let selected = "**\(MarkdownText.escape(decision.row.name))** was selected" + maker
    var blocks = [
      reasons.isEmpty ? selected + "; no reason was given." : selected + ", for:",
      list(reasons),
    ]
    let computed = source.computed(decision.row).map { MarkdownText.escape($0) }
    if !computed.isEmpty { blocks += ["Computed from the recorded values:", list(computed)] }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// The parameters of an experiment.
  static func params(_ snapshot: ExperimentSnapshot) -> String {
    let params = FlattenedParams.ofParams(snapshot).map {
      MarkdownText.escape($0.key.text) + ": "
        + MarkdownText.escape(ValueText.line($0.value, limit: 200))
    }
    return params.isEmpty ? "No parameters were recorded." : list(params)
  }

  /// The headings of several decisions say for which each is: `Hyperparameters (exp-003)`.
  static func heading(
    _ text: String, _ decision: LivingDocsSource.Decision, _ source: LivingDocsSource
  ) -> String {
    source.decisions.count > 1 ? "### \(text) (\(decision.label))" : "### \(text)"
  }

  /// A link to the folder of an experiment.
  static func folder(
    _ snapshot: ExperimentSnapshot, _ page: LivingDocsPage, _ source: LivingDocsSource
  ) -> String {
    let target = page.link("experiments/\(snapshot.folder)/", source)
    return "[\(MarkdownText.escape(Names.shown(snapshot)))](\(target))"
  }

  /// The description that was given with an experiment; nil without one.
  static func description(_ snapshot: ExperimentSnapshot) -> String? {
    let text = snapshot.fact("about")?["description"]?.text ?? ""
    let escaped = MarkdownText.escape(VisibleText.firstLine(text))
    return escaped.isEmpty ? nil : escaped
  }
}
