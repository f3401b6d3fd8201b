// A line fitted by gradient descent, tracked; or an experiment of any language, read.
//
//   swift run Quickstart
//   swift run Quickstart read EXPERIMENT METRIC

import ExperimentTracker

func fit() throws {
  let points = (0..<100).map { (x: Double($0) / 100, y: 3 * Double($0) / 100 + 1) }
  try withExperiment("line-swift") { experiment in
    try experiment.logParam("learning_rate", 0.5)
    try experiment.logParam("points", .integer(Int64(points.count)))
    try experiment.addTag("swift")

    var slope = 0.0
    var intercept = 0.0
    for step in 0..<200 {
      let errors = points.map { slope * $0.x + intercept - $0.y }
      let count = Double(points.count)
      slope -= 0.5 * 2 * zip(errors, points).reduce(0) { $0 + $1.0 * $1.1.x } / count
      intercept -= 0.5 * 2 * errors.reduce(0, +) / count
      try experiment.logMetric(
        "loss", errors.reduce(0) { $0 + $1 * $1 } / count, step: Int64(step))
    }

    try experiment.logMetrics(["slope": slope, "intercept": intercept])
    try experiment.logNote("The true line is y = 3x + 1.")
    print(experiment.path)
  }
}

func read(_ name: String, _ metric: String) throws {
  let experiment = try Increment.load(name)
  let known = try experiment.snapshot()
  print("status", known.status.rawValue)
  for param in known.params { print("param", param.key, param.value) }
  let history = try experiment.history(metric)
  for (step, value) in zip(history.steps, history.values) { print(step, value) }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 3, arguments[0] == "read" {
  try read(arguments[1], arguments[2])
} else {
  try fit()
}
