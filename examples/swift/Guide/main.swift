// The examples of the Swift documentation (Sources/ExperimentTracker/ExperimentTracker.docc), one
// after the other. A test compares the code between the marks with the pages.
//
//   swift run Guide

// snippet: import
import ExperimentTracker

// end

func track() throws {
  // snippet: track
  try withExperiment("line") { experiment in
    try experiment.logParam("learning_rate", 0.5)
    for step in 0..<100 {
      try experiment.logMetric("loss", 1 / Double(step + 1), step: Int64(step))
    }
    try experiment.addTag("baseline")
    try experiment.logNote("The loss falls as 1/n.")
    print(experiment.path)
  }
  // end
}

func start() throws {
  // snippet: start
  var options = ExperimentOptions()
  options.tags = ["baseline"]
  options.params = [.init("learning_rate", 0.1), .init("seed", 42)]

  let experiment = try Increment.findOrCreate().start("line-slow", options: options)
  try experiment.logMetrics(["loss": 0.25, "accuracy": 0.75])
  try experiment.finish()
  // end
}

func save() throws {
  // snippet: save
  let experiment = try Increment.load("line")
  let table = Array("slope,intercept\n3,1\n".utf8)
  try table.withUnsafeBytes { bytes in
    _ = try experiment.saveArtifact("coefficients.csv", bytes: bytes, kind: "table")
  }
  print(try experiment.artifactPath("coefficients.csv"))
  // end
}

func read() throws {
  // snippet: read
  let experiment = try Increment.load("line")
  let snapshot = try experiment.snapshot()
  print(snapshot.status.rawValue, snapshot.tags)
  if let loss = snapshot.metric("loss") {
    print("last \(loss.last.double), lowest \(loss.minimum), \(loss.count) values")
  }
  // end
}

func history() throws {
  let experiment = try Increment.load("line")
  // snippet: history
  let history = try experiment.history("loss")
  for (step, value) in zip(history.steps, history.values).suffix(3) {
    print(step, value)
  }
  // end

  // snippet: pieces
  let reader = try experiment.historyReader("loss")
  var sum = 0.0
  while let piece = try reader.next(1_000_000) {
    sum += piece.values.reduce(0, +)
  }
  // end
  print(sum)
}

func list() throws {
  // snippet: list
  let increment = try Increment.find()
  let good = try increment.experiments(where: ExperimentFilter("metrics.loss < 0.1"))
  print(good.map(\.name))
  // end
}

func compare() throws {
  // snippet: compare
  var options = ComparisonOptions()
  options.metrics = ["loss"]
  options.sortBy = "loss"

  let result = try Increment.find().compare(options)
  print(result.text(width: 80))
  if let best = result.best { print("best: \(best.name)") }
  // end
}

func difference() throws {
  // snippet: difference
  let increment = try Increment.find()
  let difference = try increment.load("line-slow").difference(from: increment.load("line"))
  for param in difference.params { print(param.key, param.change.rawValue) }
  // end
}

func export() throws {
  // snippet: export
  let increment = try Increment.find()
  try increment.export(of: .init(where: "metrics.loss < 1"), to: "experiments.csv")
  try increment.export(ExportOptions(format: .mlflow), to: "mlruns")
  // end
}

func acknowledge() throws {
  // snippet: acknowledge
  try withExperiment("careful") { experiment in
    switch try experiment.logMetric("loss", 0.5) {
    case .stored: break
    case .deferred(let reason): print("in memory, not on the disk: \(reason)")
    case .dropped(let reason): print("lost: \(reason)")
    }
    try experiment.flush(durable: true)
  }
  // end
}

func resume() throws {
  // snippet: resume
  var options = ExperimentOptions()
  options.rerun = .resumeOrStart
  options.sync = .every(seconds: 30)
  options.strict = true

  try withExperiment("long-training", options: options) { experiment in
    for epoch in 1...10 {
      try experiment.logMetric("loss", 1 / Double(epoch))
    }
  }
  // end
}

try track()
try start()
try save()
try read()
try history()
try list()
try compare()
try difference()
try export()
try acknowledge()
try resume()
