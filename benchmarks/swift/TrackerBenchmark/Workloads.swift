import ExperimentTracker
import Glibc

typealias Figures = [(String, any CustomStringConvertible)]

func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func begin(_ name: String, in increment: Increment, depth: Double = 6) throws -> Experiment {
  let experiment = try increment.start(name)
  try experiment.logParam("depth", .number(depth))
  return experiment
}

func coldStart(spawned: Double) throws -> Figures {
  let started = now()
  let experiment = try begin("cold", in: Increment.findOrCreate("0001-benchmark"))
  let opened = now()
  try experiment.logMetric("loss", 0.5, step: 0)
  let logged = now()
  try experiment.finish()
  return [
    ("total_ms", (logged - spawned) * 1e3), ("open_ms", (opened - started) * 1e3),
    ("first_log_ms", (logged - opened) * 1e3),
  ]
}

func point(keys: Int, seconds: Double) throws -> Figures {
  let (calls, block) = (100_000, 1000)
  let experiment = try begin("point", in: Increment.findOrCreate("0001-benchmark"))
  func log(_ step: Int64) throws {
    let value = Double(step) / 7
    if keys == 1 {
      try experiment.logMetric("loss", value, step: step)
    } else {
      try experiment.logMetrics(
        [
          "m0": value, "m1": value, "m2": value, "m3": value, "m4": value, "m5": value,
          "m6": value, "m7": value, "m8": value, "m9": value,
        ], step: step)
    }
  }
  var step: Int64 = 0
  let started = now()
  while now() - started < seconds, step < 10 * Int64(calls) {
    for _ in 0..<block {
      try log(step)
      step += 1
    }
  }
  let mean = (now() - started) / Double(step)
  var costs: [Double] = []
  costs.reserveCapacity(calls)
  for _ in 0..<calls {
    let before = now()
    try log(step)
    costs.append((now() - before) * 1e9)
    step += 1
  }
  costs.sort()
  let ending = now()
  try experiment.finish()
  return [
    ("mean_ns", mean * 1e9), ("median_ns", costs[calls / 2]),
    ("p99_ns", costs[calls / 100 * 99]), ("max_ns", costs[calls - 1]),
    ("finish_ms", (now() - ending) * 1e3), ("points", Double(step) * Double(keys)),
  ]
}

func shortRuns(_ runs: Int, seconds: Double) throws -> Figures {
  let increment = try Increment.findOrCreate("0001-benchmark")
  var costs: [Double] = []
  let until = now() + seconds
  for run in 0..<runs where now() < until {
    let started = now()
    let experiment = try begin("run-\(run)", in: increment, depth: Double(run % 10))
    for key in ["m0", "m1", "m2", "m3", "m4"] {
      try experiment.logMetric(key, Double(run) / 1000, step: 0)
    }
    try experiment.finish()
    costs.append((now() - started) * 1e3)
  }
  let mean = costs.reduce(0, +) / Double(max(costs.count, 1))
  return [
    ("mean_ms", mean), ("median_ms", costs.sorted()[costs.count / 2]), ("created", costs.count),
  ]
}

func table(expected: Double) throws -> Figures {
  let started = now()
  _ = try Increment.find("0001-benchmark").compare()
  let seconds = now() - started
  return [("seconds", seconds), ("us_each", seconds / expected * 1e6)]
}

func writeSeries(points: Int) throws -> Figures {
  let values = (0..<points).map { Double($0) / 7 }
  let experiment = try begin("series", in: Increment.findOrCreate("0001-benchmark"))
  let started = now()
  try experiment.logSeries("loss", values)
  try experiment.finish()
  return [("seconds", now() - started)]
}

func readSeries() throws -> Figures {
  let started = now()
  let history = try Increment.find("0001-benchmark").load("series").history("loss")
  let seconds = now() - started
  let found = Double(history.values.count)
  return [("seconds", seconds), ("us_each", seconds / max(found, 1) * 1e6), ("found", found)]
}

func artifact(_ file: String) throws -> Figures {
  let experiment = try begin("artifact", in: Increment.findOrCreate("0001-benchmark"))
  let started = now()
  try experiment.saveArtifact(copying: file, as: "model.bin")
  let saved = now()
  try experiment.finish()
  return [("seconds", now() - started), ("call_seconds", saved - started)]
}
