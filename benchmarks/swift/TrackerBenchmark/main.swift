// The workloads of this benchmark in Swift, over the public API. Prints the figures as JSON.
//
//   SPECWEAVE_ROOT=FOLDER TrackerBenchmark WORKLOAD ARGUMENT…
//
// The names, arguments and figures are those of `trackbench/workloads/`.

import ExperimentTracker
import Glibc

func run(_ work: String, _ arguments: [String]) throws -> Figures? {
  let first = arguments.first ?? ""
  let numbers = arguments.map { Double($0) ?? 0 } + [0, 0]
  switch work {
  case "cold_start": return try coldStart(spawned: numbers[0])
  case "point": return try point(keys: Int(numbers[0]), seconds: numbers[1])
  case "short_runs": return try shortRuns(Int(numbers[0]), seconds: numbers[1])
  case "table": return try table(expected: numbers[0])
  case "write_series": return try writeSeries(points: Int(numbers[0]))
  case "read_series": return try readSeries()
  case "artifact": return try artifact(first)
  case "threads": return try threads(Int(numbers[0]), seconds: numbers[1])
  case "fork": return try forkInARun()
  case "read_fork": return try readFork()
  case "victim": return try victim(counter: first)
  case "read_victim": return try readVictim(acknowledged: Int(numbers[0]))
  default: return nil
  }
}

let words = CommandLine.arguments.dropFirst()
if let work = words.first, let figures = try run(work, Array(words.dropFirst())) {
  print("{" + figures.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}")
} else {
  exit(2)
}
