// The workloads of this benchmark in Swift, over the public API. Prints the figures as JSON.
//
//   SPECWEAVE_ROOT=FOLDER TrackerBenchmark WORKLOAD ARGUMENT…
//
// The names, arguments and figures are those of `trackbench/workloads/`.

import ExperimentTracker
import Glibc

func run(_ work: String, _ arguments: [Double]) throws -> [(String, Double)]? {
  let first = arguments.first ?? 0
  switch work {
  case "cold_start": return try coldStart(spawned: first)
  case "point": return try point(keys: Int(first), seconds: arguments.dropFirst().first ?? 1)
  case "short_runs": return try shortRuns(Int(first))
  case "table": return try table(expected: first)
  case "write_series": return try writeSeries(points: Int(first))
  case "read_series": return try readSeries()
  default: return nil
  }
}

let words = CommandLine.arguments.dropFirst()
if let work = words.first, let figures = try run(work, words.dropFirst().compactMap(Double.init)) {
  print("{" + figures.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}")
} else {
  exit(2)
}
