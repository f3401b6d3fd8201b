import ArgumentParser
import ExperimentAnalysis
import ExperimentTracker
import TrackingEntities

/// `specweave-ml watch`: what happens to experiments, while it happens.
struct WatchCommand: TrackerCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "watch",
      abstract: "Watch experiments as they run, and tell what goes wrong.",
      discussion: """
        Examples:
          specweave-ml watch                        # a live table; q or Ctrl-C ends it
          specweave-ml watch 0042 --metric loss --metric val_auc
          specweave-ml watch --stall 30m --exec 'notify-send "$SPECWEAVE_MESSAGE"'
          specweave-ml watch --until-finished && ./deploy.sh
          specweave-ml watch --json >> alerts.jsonl
          specweave-ml watch --once                 # what is wrong now

        Alerts: a metric whose last value is NaN or infinite, a running experiment that has logged \
        no point for ten minutes (--stall), a process that is gone (crashed), an error (failed). \
        Each is told once, and again only after it was over. Into a pipe, a line for every alert \
        and every start and end. --exec runs a command by /bin/sh for every alert; SPECWEAVE_ALERT \
        (not-finite, stalled, crashed, failed), SPECWEAVE_EXPERIMENT, SPECWEAVE_INCREMENT, \
        SPECWEAVE_METRIC, SPECWEAVE_VALUE, SPECWEAVE_STEP, SPECWEAVE_TIME, SPECWEAVE_FOLDER and \
        SPECWEAVE_MESSAGE tell it which. What was over before is no alert, but for --once.
        """)
  }

  @Argument(help: IncrementArgument.help, completion: IncrementArgument.completion)
  var increment: String?

  @Option(
    help: ArgumentHelp(
      "A metric to show and to look at. May be repeated. (default: all of them)",
      valueName: "metric"))
  var metric: [String] = []

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only experiments that fulfil a condition, or have fulfilled it once.",
      valueName: "condition"))
  var condition: String?

  @Flag(help: "Also the experiments inside others: combinations of a sweep, stages, folds.")
  var children = false

  @Option(help: ArgumentHelp("Look every so many seconds, 1 at least.", valueName: "seconds"))
  var every: Double = 2

  @Option(
    help: ArgumentHelp(
      "After how long without a point a running experiment stalls: 90s, 10m, 2h, or never.",
      valueName: "time"))
  var stall: String = "10m"

  @Option(
    help: ArgumentHelp("Run this for every alert, by /bin/sh.", valueName: "command"))
  var exec: String?

  @Flag(help: "Look once and end.")
  var once = false

  @Flag(
    help: "End when nothing runs any more; with exit code 1 if anything is wrong by then.")
  var untilFinished = false

  @OptionGroup var output: OutputOptions

  func run(on console: Console) throws(TrackingError) {
    guard every >= 1, every <= 86_400 else {
      throw TrackingError(
        .invalidArgument, "--every is a number of seconds from 1 to 86400, not \(every)")
    }
    var options = WatchOptions()
    options.filter = try condition.map { (text) throws(TrackingError) in
      try ExperimentFilter(text)
    }
    options.metrics = metric
    try options.setStall(stall)
    options.children = children
    options.old = once
    let watch = ExperimentWatch(try Increment.find(increment), options)
    let form = output.form(on: console)
    var session = WatchSession(
      watch, form: form, on: console, program: exec.map(AlertProgram.init))
    if once { return try session.runOnce() }
    let isLive = form == .table && console.terminal.isInteractive && LiveScreen.isPossible
    if form == .table, output.format == .table, !console.terminal.isInteractive {
      throw TrackingError(
        .invalidArgument,
        "a table that is drawn again and again needs a terminal; add --once, or --format tsv")
    }
    try session.run(
      isLive: isLive, every: every, untilFinished: untilFinished)
  }
}
