import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml history`: how metrics went.
struct HistoryCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "history",
      abstract: "Show how a metric of an experiment went, or all of them.",
      discussion: """
        Examples:
          specweave-ml history exp-003                    # each metric as a line
          specweave-ml history exp-003 loss
          specweave-ml history exp-003 loss --points 50 --json
          specweave-ml history exp-003 loss --points all --format csv > loss.csv

        Of a long history 20 points are shown: both ends, the first value that is no number, and of \
        equal stretches the smallest and the largest. --points says how many, or all.
        """)
  }

  @Argument(help: ExperimentArgument.help, completion: ExperimentArgument.completion)
  var experiment: String

  @Argument(help: "The metric. (default: all of them, a line each)")
  var key: String?

  @Option(help: ArgumentHelp("How many points, at least 5, or all.", valueName: "n"))
  var points: PointCount = .some(20)

  @OptionGroup var place: PlaceOptions

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    let experiment = try place.load(experiment)
    if let key {
      try show(key, of: experiment, on: console)
    } else {
      try showAll(of: experiment, on: console)
    }
    for notice in experiment.takeNotices() { console.tell(notice) }
  }

  private func show(
    _ key: String, of experiment: Experiment, on console: Console
  ) throws(TrackingError) {
    let (view, problems) = try experiment.historyView(key, most: points.most)
    switch output.form(on: console) {
    case .json:
      console.write(
        try JSONDocument.text([
          .init("experiment", .text(experiment.name)), .init("history", view.json),
        ]))
    case .table:
      console.write(
        view.text(
          of: experiment.name, width: console.terminal.width,
          colours: console.terminal.usesColour))
    case let form: console.write(view.table, as: form)
    }
    if view.points.count < view.count {
      console.tell(
        "\(view.points.count) of \(view.count) points; --points all gives all of them")
    }
    for problem in problems { console.tell(problem) }
  }

  private func showAll(of experiment: Experiment, on console: Console) throws(TrackingError) {
    let snapshot = try experiment.snapshot()
    var views: [HistoryView] = []
    for metric in snapshot.metrics {
      do throws(TrackingError) {
        views.append(
          try experiment.historyView(metric.key.text, most: PointSelection.fewest).view)
      } catch  where error.code == .notFound {
        console.tell(error.message)
        break
      }
    }
    if output.form(on: console) == .json {
      console.write(
        try JSONDocument.text([
          .init("experiment", .text(experiment.name)),
          .init("histories", .list(views.map(\.json))),
        ]))
    } else if views.isEmpty {
      console.tell("'\(experiment.name)' has no metrics")
    } else {
      console.write(
        HistoryView.overview(views, exact: output.form(on: console) != .table),
        as: output.form(on: console))
    }
  }
}

/// How many points: a number, or all.
enum PointCount: ExpressibleByArgument {
  case some(Int)
  case all

  var most: Int? {
    if case .some(let count) = self { count } else { nil }
  }

  init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let count = Int(argument), count >= PointSelection.fewest {
      self = .some(count)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { most.map(String.init) ?? "all" }
}
