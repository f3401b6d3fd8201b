import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct SweepReportTests {
  private func sweep(
    _ facts: Value = ["metric": "accuracy", "direction": "higher", "combinations": 3, "folds": 2],
    _ others: [Value.Entry] = [], duration: Double? = 12
  ) -> ExperimentSnapshot {
    var sweep = experiment("grid", duration: duration)
    sweep.identity.kind = "sweep"
    sweep.facts = [.init("sweep", facts)] + others
    return sweep
  }

  private func tried(
    _ child: UInt64, of sweep: ExperimentSnapshot, _ metrics: KeyValuePairs<Key, MetricValue>,
    _ params: KeyValuePairs<Key, Value>, status: ExperimentStatus = .completed
  ) -> ExperimentSnapshot {
    var snapshot = combination(child, of: sweep, metrics, status: status)
    snapshot.identity.name = "000\(child)"
    snapshot.params = params.map { ExperimentSnapshot.Param(key: $0, value: $1) }
    return snapshot
  }

  private func page(_ sweep: ExperimentSnapshot, _ children: [ExperimentSnapshot]) -> String {
    SweepReport.document(sweep, [sweep] + children) ?? ""
  }

  @Test func `a report shows the combinations by rank, the importance and what failed`() {
    var grid = sweep(
      ["metric": "accuracy", "direction": "higher", "combinations": 3, "folds": 2],
      [
        .init("best", ["combination": 2]),
        .init(
          "importance",
          [
            "main": ["max_depth": 0.7123, "kernel": 0.0], "pairs": [["max_depth", "kernel", 0.05]],
            "fit_quality": 0.9,
          ]),
      ])
    grid.artifacts = [Artifact(path: "parameter_importance.png", size: 9, sha256: "")]
    var failed = tried(
      3, of: grid, ["accuracy": .double(.nan)], ["max_depth": -1, "kernel": "a|b"], status: .failed)
    failed.failure = Failure(type: "ValueError", message: "no depth of `-1`", traceback: "")
    let all = [
      tried(
        1, of: grid, ["accuracy": 0.5, "accuracy_std": 0.01, "fit_time": 0.25],
        ["max_depth": 1, "kernel": "rbf"]),
      tried(
        2, of: grid, ["accuracy": 0.9371, "accuracy_std": 0.0, "fit_time": 2.0],
        ["max_depth": .null, "kernel": "rbf"]),
      failed,
    ]
    #expect(
      page(grid, all) == """
        # Sweep: grid

        **completed** in 12s: 3 combinations, 2 folds, 1 failed.

        **Best accuracy**: 0.9371 ± 0 (0002): max_depth = null, kernel = rbf

        ## Combinations

        | Rank | Experiment | accuracy | Std | max_depth | kernel | Fit time |
        |---|---|---|---|---|---|---|
        | 1 | 0002 | 0.9371 | 0 | null | rbf | 2s |
        | 2 | 0001 | 0.5000 | 0.0100 | 1 | rbf | 0.25s |
        | – | 0003 | NaN | – | \\-1 | a\\|b | – |

        ## Importance of the parameters

        ![Importance of the parameters](parameter_importance.png)

        The share of the variance of the score that each parameter explains alone, and pairs beyond \
        that (functional ANOVA, Hutter et al. 2014).

        | Parameter | Importance |
        |---|---|
        | max_depth | 71.2% |
        | kernel | 0.0% |

        | Parameter | With | Importance |
        |---|---|---|
        | max_depth | kernel | 5.0% |

        ## Failed

        - 0003: `` ValueError: no depth of `-1` ``

        *Written by specweave-ml from the combinations in this folder.*

        """)
  }

  @Test func `nothing tried gives no report`() {
    let grid = sweep()
    #expect(SweepReport.document(grid, [grid]) == nil)
  }

  @Test func `equal scores share a rank, and a loss is ranked from the lowest`() {
    let grid = sweep(["metric": "loss", "direction": "lower"])
    let all = [
      tried(1, of: grid, ["loss": 0.5], [:]),
      tried(2, of: grid, ["loss": .double(-.infinity)], [:]),
      tried(3, of: grid, ["loss": 0.25], [:]), tried(4, of: grid, ["loss": 0.25], [:]),
    ]
    let text = page(grid, all)
    #expect(
      text.contains(
        "| 1 | 0003 | 0.25 |\n| 1 | 0004 | 0.25 |\n| 3 | 0001 | 0.50 |\n| – | 0002 | -inf |\n"))
    #expect(text.contains("**Best loss**: 0.25 (0003)\n"))
  }

  @Test func `without one score that decides all are shown in the order of the grid`() {
    let grid = sweep(["combinations": 2, "folds": 2], [.init("best", ["combination": 2])])
    let all = [
      tried(1, of: grid, ["auc": 0.5, "auc_std": 0.1, "f1": 0.75, "f1_std": 0.0], ["c": 1]),
      tried(2, of: grid, ["auc": 0.25, "auc_std": 0.1, "f1": 0.5, "f1_std": 0.25], ["c": 2]),
    ]
    let text = page(grid, all)
    #expect(text.contains("\n\n**Best**: (0002): c = 2\n\n"))
    #expect(
      text.contains(
        """
        | Experiment | auc | Std | f1 | Std | c |
        |---|---|---|---|---|---|
        | 0001 | 0.50 | 0.10 | 0.75 | 0 | 1 |
        | 0002 | 0.25 | 0.10 | 0.50 | 0.25 | 2 |
        """))
  }

  @Test func `an object of the grid has the name that tells it apart`() {
    let grid = sweep()
    var first = tried(1, of: grid, ["accuracy": 0.5], ["f": "module.Silent()"])
    first.facts = [.init("combination", ["labels": ["f": "Silent() #2"]])]
    let text = page(grid, [first])
    #expect(text.contains("| 1 | 0001 | 0.50 | Silent() #2 |"))
    #expect(text.contains("**Best accuracy**: 0.50 (0001): f = Silent() #2\n"))
  }

  @Test func `a sweep that was cut off says how far it came`() {
    var grid = sweep(duration: nil)
    grid.status = .crashed
    let text = page(
      grid,
      [
        tried(1, of: grid, ["accuracy": 0.5], [:]),
        tried(2, of: grid, [:], [:], status: .interrupted),
      ])
    #expect(text.contains("**crashed**: 2 of 3 combinations, 2 folds, 0 failed, 1 not finished.\n"))
  }

  @Test func `twenty combinations and twelve parameters are shown, and how many more there are`() {
    let grid = sweep()
    let all = (1...21).map { child in
      var row = tried(UInt64(child), of: grid, ["accuracy": .double(Double(child))], [:])
      row.params = (1...13).map { .init(key: Key("p\($0)"), value: .integer(Int64(child))) }
      return row
    }
    let text = page(grid, all)
    #expect(text.contains("| Rank | Experiment | accuracy | p1 |"))
    #expect(text.contains(" p12 |\n"))
    #expect(text.contains("| 20 | 0002 |"))
    #expect(!text.contains("| 0001 |"))
    #expect(text.contains("\n\n… and 1 more combination, 1 more parameter.\n"))
  }

  @Test func `an importance that tells nothing says why, or that it is weak`() {
    let reason: Value = ["reason": "too few runs to tell: 2 with a score", "main": [:]]
    let unknown = sweep(["metric": "auc", "direction": "higher"], [.init("importance", reason)])
    #expect(
      page(unknown, [tried(1, of: unknown, [:], [:])]).contains(
        "## Importance of the parameters\n\nToo few runs to tell: 2 with a score.\n"))
    let guess: Value = ["reason": .null, "main": ["a": 1.0], "fit_quality": -0.125]
    let weak = sweep(["metric": "auc", "direction": "higher"], [.init("importance", guess)])
    #expect(
      page(weak, [tried(1, of: weak, [:], [:])]).contains(
        "\n\nRead with care: the model behind these numbers explains little of the scores of runs "
          + "that it did not see (R² = -0.13).\n\n| Parameter | Importance |\n"))
  }

  @Test func `the trials of a study are called so`() {
    let study = sweep(["metric": "value", "direction": "lower"])
    var trial = tried(1, of: study, ["value": 2], ["x": 0.5])
    trial.identity.kind = "trial"
    let text = page(study, [trial])
    #expect(text.contains(": 1 trial, 0 failed.\n"))
    #expect(text.contains("## Trials\n"))
    #expect(text.contains("*Written by specweave-ml from the trials in this folder.*"))
  }
}
