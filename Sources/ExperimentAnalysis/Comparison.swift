public import TrackingEntities

/// Experiments side by side: a table, the best of them, and why.
public struct Comparison: Sendable {
  /// A column beside the name.
  public struct Column: Sendable, Equatable {
    /// What a column shows.
    public enum Content: Sendable, Equatable {
      /// The last value of a metric.
      case metric(Key)
      /// A parameter.
      case param(Key)
      /// How long the experiment took.
      case trainingTime
      /// By how much the metric that decides changed from the row before, in a series.
      case change(Key)
      /// Which parameters changed from the row before, in a series.
      case changedParams
      /// The smallest and the largest value of a metric, of groups.
      case range(Key)
      /// How many runs a group has.
      case runs
    }

    /// What the column shows.
    public var content: Content
    /// Its heading, as `ROC AUC`.
    public var heading: String
    /// Which way its metric gets better, where that is known.
    public var direction: MetricDirection?

    /// Whether its cells are numbers, to be aligned on the right.
    public var isNumeric: Bool {
      switch content {
      case .metric, .trainingTime, .change, .range, .runs: true
      case .param, .changedParams: false
      }
    }
  }

  /// One value of the table.
  public struct Cell: Sendable, Equatable {
    /// The exact value; nil if there is none.
    public var value: Value?
    /// The value as the column writes it; `–` if there is none.
    public var text: String

    /// The cell of an experiment without a value.
    public static let missing = Cell(value: nil, text: "–")
  }

  /// One experiment, or the best one of a sweep.
  public struct Row: Sendable {
    /// The name to show: with the number of the re-run, or below its sweep, where that tells it
    /// from others.
    public var name: String
    /// The experiment whose values are shown.
    public var snapshot: ExperimentSnapshot
    /// The sweep that the row stands for, if it is one.
    public var sweep: ExperimentSnapshot?
    /// How many experiments of the sweep take part; 1 where the row stands for itself.
    public var members = 1
    /// The values, one for each column.
    public var cells: [Cell]
    /// How long it took, in seconds.
    public var trainingTime: Double?
    /// The value of the primary metric; nil if there is none.
    public var score: MetricValue?
    /// The place among the completed experiments by the primary metric, 1 for the best and for all
    /// that tie with it; nil for those that are not ranked.
    public var rank: Int?
    /// The runs that the row stands for, where runs are grouped: the score and the cells are then
    /// their means, and the snapshot is that of the best run.
    public var group: RunGroup?

    /// How the experiment stands.
    public var status: ExperimentStatus { snapshot.status }

    /// The decision for the experiment, for its sweep or for one of its group.
    public var selection: Selection? {
      let inside = group?.members.compactMap(\.selection).first(where: \.selected)
      let decision = sweep?.selection ?? inside ?? snapshot.selection
      return decision?.selected == true ? decision : nil
    }
  }

  /// What the data says for one experiment, as a proposal to those who decide.
  public struct Proposal: Sendable, Equatable {
    /// The name of its row.
    public var name: String
    /// Its folder.
    public var folder: String
    /// Sentences that are computed from the recorded values; none of them was written by a person.
    public var reasons: [String]
  }

  /// The rows, completed experiments first.
  public var rows: [Row] = []
  /// The columns beside the name.
  public var columns: [Column] = []
  /// The metric by which they are judged; nil if no completed experiment has any.
  public var primary: PrimaryMetric?
  /// The best row; nil if nothing is ranked.
  public var best: Row?
  /// Why the best row is the best, one sentence each.
  public var reasons: [String] = []
  /// Further reasons that the data gives for the best row and for the selected ones.
  public var proposals: [Proposal] = []
  /// What a reader should know about the table, one sentence each.
  public var notes: [String] = []
  /// Rows that were selected, in the order of the table.
  public var selected: [Row] = []
  /// How many rows the limit left out.
  public var hiddenRows = 0
  /// The increment that it is made for; empty where it is not given.
  public var increment = ""
  /// Whether a condition chose the experiments.
  public var isFiltered = false

  /// Whether a row is the best one.
  public func isBest(_ row: Row) -> Bool {
    row.rank == 1 && row.snapshot.folder == best?.snapshot.folder && row.name == best?.name
  }

  /// The heading above the names.
  var nameHeading: String { rows.contains { $0.group != nil } ? "Group" : "Experiment" }

  /// What to say where there is no row.
  var emptyText: String {
    isFiltered ? "No experiment fulfils the condition." : "No experiments yet."
  }

  /// What to say of the rows that the limit left out; nil if it left out none.
  var hiddenText: String? {
    hiddenRows > 0 ? CountText.of(hiddenRows, "more row") + " not shown." : nil
  }

  /// The name of a row with its status, if it did not complete: `neural-net (failed)`.
  public func title(_ row: Row) -> String {
    row.status == .completed ? row.name : "\(row.name) (\(row.status.rawValue))"
  }
}
