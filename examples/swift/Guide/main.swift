// The examples of the Swift documentation (Sources/ExperimentTracker/ExperimentTracker.docc), one
// after the other. A test compares the code between the marks with the pages.
//
//   swift run Guide

// snippet: import
import ExperimentTracker

// end
import Glibc

func track() throws {
  // snippet: track
  try withExperiment("line") { experiment in
    try experiment.logParam("learning_rate", 0.5)
    for step in 0..<100 {
      try experiment.logMetric("loss", 1 / Double(step + 1), step: step)
    }
    try experiment.addTag("baseline")
    try experiment.logNote("The loss falls as 1/n.")
    print(experiment.path)
  }
  // end
}

// snippet: configuration
struct TrainingConfig: Codable {
  struct Optimizer: Codable {
    var name = "adam"
    var betas = [0.9, 0.999]
  }

  var rate = 0.1
  var epochs = 3
  var optimizer = Optimizer()
}

func train(_ config: TrainingConfig) throws {
  try withExperiment("configured") { experiment in
    try experiment.logParams(config)
    try experiment.logParams(["host": "node-3", "batch": 32])
    for epoch in 0..<config.epochs {
      try experiment.logMetrics(["loss": 1 / Double(epoch + 1), "accuracy": 0.9], step: epoch)
    }
  }
}
// end

// snippet: division
func evaluate(_ fold: Int) throws {
  try Experiment.current?.logMetric("accuracy", 0.8 + 0.05 * Double(fold))
}

func crossValidate() throws {
  try withExperiment("folds") { experiment in
    for fold in 0..<3 {
      try experiment.withChild("fold-\(fold)") { _ in try evaluate(fold) }
    }
  }
}
// end

func start() throws {
  // snippet: start
  let options = ExperimentOptions(
    tags: ["baseline"], params: ["learning_rate": 0.1, "seed": 42])
  let experiment = try Increment.findOrCreate().start("line-slow", options: options)
  try experiment.logMetrics(["loss": 0.25, "accuracy": 0.75])
  try experiment.finish()
  // end
}

func save() throws {
  // snippet: save
  let experiment = try Increment.load("line")
  try experiment.saveArtifact("coefficients.csv", text: "slope,intercept\n3,1\n", kind: "table")
  try experiment.saveArtifact("weights.bin", bytes: [1, 2, 3], kind: "model")
  try experiment.saveArtifact("config.json", json: TrainingConfig())
  print(try experiment.artifactPath("coefficients.csv"))
  // end

  // snippet: written
  try experiment.saveArtifact("model.txt", kind: "model") { path in
    guard let file = fopen(path, "w") else { return }
    fputs("slope 3\n", file)
    fclose(file)
  }
  // end
}

func read() throws {
  // snippet: read
  let experiment = try Increment.load("line")
  let snapshot = try experiment.snapshot()
  print(snapshot.status.rawValue, snapshot.tags)
  if let rate = snapshot.params["learning_rate"]?.double { print("rate \(rate)") }
  if let loss = snapshot.metrics["loss"] {
    print("last \(loss.last.double), lowest \(loss.minimum), \(loss.count) values")
  }
  // end
}

func decode() throws {
  // snippet: decode
  let config = try Increment.load("configured").snapshot().decodeParams(as: TrainingConfig.self)
  print(config.optimizer.name, config.rate)
  // end
}

func history() throws {
  let experiment = try Increment.load("line")
  // snippet: history
  let history = try experiment.history("loss")
  for point in history.suffix(2) { print(point.step, point.value.double) }
  print(history.values.reduce(0, +))
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

// snippet: follow
func follow(_ experiment: Experiment) async throws {
  var lowest = Double.infinity
  for try await point in experiment.points(of: "loss") {
    lowest = min(lowest, point.value.double)
  }
  print("lowest \(lowest)")
}
// end

func list() throws {
  // snippet: list
  let increment = try Increment.find()
  let best = try increment.experiments(where: "metrics.loss < 0.5", sortedBy: "loss", limit: 2)
  print(best.map(\.name))
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
  let options = ExperimentOptions(
    rerun: .resumeOrStart, strict: true, sync: .every(seconds: 30))

  try withExperiment("long-training", options: options) { experiment in
    for epoch in 1...10 {
      try experiment.logMetric("loss", 1 / Double(epoch))
    }
  }
  // end
}

try track()
try train(TrainingConfig())
try crossValidate()
try start()
try save()
try read()
try decode()
try history()
try await follow(Increment.load("line"))
try list()
try compare()
try difference()
try export()
try acknowledge()
try resume()
