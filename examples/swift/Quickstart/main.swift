// A line fitted by gradient descent, tracked; or an experiment of any language, read.
//
//   swift run Quickstart
//   swift run Quickstart read EXPERIMENT METRIC
//   swift run Quickstart live       five values, then a wait for the end of the input: look at them
//                                   in TensorBoard meanwhile

import ExperimentTracker
import Glibc

struct Point {
  let x: Double
  let y: Double
}

func fit() throws {
  let rate = 0.5
  let points = (0..<100).map { number -> Point in
    let x = Double(number) / 100
    return Point(x: x, y: 3 * x + 1)
  }
  let count = Double(points.count)

  try withExperiment("line-swift") { experiment in
    try experiment.logParam("learning_rate", rate)
    try experiment.logParam("points", 100)
    try experiment.addTag("swift")

    var slope = 0.0
    var intercept = 0.0
    for step in 0..<200 {
      var loss = 0.0
      var towardsSlope = 0.0
      var towardsIntercept = 0.0
      for point in points {
        let error = slope * point.x + intercept - point.y
        loss += error * error / count
        towardsSlope += 2 * error * point.x / count
        towardsIntercept += 2 * error / count
      }
      slope -= rate * towardsSlope
      intercept -= rate * towardsIntercept
      try experiment.logMetric("loss", loss, step: step)
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
  for param in known.params { print("param", param.key.text, param.value) }
  let history = try experiment.history(metric)
  for point in history { print(point.step, point.value.double) }
}

func live() throws {
  try withExperiment("live") { experiment in
    for step in 0..<5 {
      try experiment.logMetric("loss", 1 / Double(step + 1), step: step)
    }
    print("logged")
    fflush(nil)
    while readLine() != nil {}
  }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 3, arguments[0] == "read" {
  try read(arguments[1], arguments[2])
} else if arguments == ["live"] {
  try live()
} else {
  try fit()
}
