// The stress test's program in Swift; Tests/Stress/stress.c says what its arguments are, and
// python/tests/stress/plan.py what its calls are.

import ExperimentTracker
import Glibc

nonisolated(unsafe) var waits = false

func say(_ letter: Character) {
  let byte = (waits ? "-" : letter).asciiValue ?? 0
  waits = false
  withUnsafeBytes(of: byte) { if Glibc.write(1, $0.baseAddress, 1) != 1 { exit(4) } }
}

func check(_ acknowledgement: Acknowledgement) {
  switch acknowledgement {
  case .stored: break
  case .deferred: waits = true
  case .dropped: exit(3)
  }
}

func call(_ experiment: Experiment, _ number: Int64) throws -> Character {
  let value = Double(number)
  switch number % 64 {
  case 13:
    check(try experiment.logParam("p\(number)", .integer(number)))
    return "p"
  case 21:
    check(try experiment.logNote("note \(number)"))
    return "n"
  case 29:
    check(try experiment.addTag("tag \(number)"))
    return "t"
  case 37:
    check(try experiment.setStatus(.failed))
    return "f"
  case 45:
    check(try experiment.setStatus(.running))
    return "r"
  case 53:
    check(
      try experiment.logSeries(
        "series", (0..<10).map { (value + Double($0)) / 7 },
        steps: (0..<10).map { number * 10 + Int64($0) }))
    return "s"
  case 61:
    do { try experiment.flush() } catch { waits = true }
    return "F"
  case let rest where rest >= 0 && number % 3 == 0:
    check(try experiment.logMetrics(["a": value / 3, "b": value / 9], step: number))
    return "g"
  default:
    check(try experiment.logMetric("loss", value / 7, step: number))
    return "l"
  }
}

func write(_ arguments: [String]) throws {
  let (first, last) = (Int64(arguments[1]) ?? 0, Int64(arguments[2]) ?? 0)
  let pace = arguments[4].split(separator: "/").compactMap { UInt32($0) }
  var options = ExperimentOptions()
  options.rerun = .resumeOrStart
  options.capture = []
  options.sync =
    switch arguments[5] {
    case "close": .atClose
    case "always": .always
    default: .every(seconds: Double(arguments[5]) ?? 0)
    }
  let experiment = try Increment.findOrCreate().start(arguments[0], options: options)
  say("S")
  for number in first..<last {
    say(try call(experiment, number))
    if pace[0] > 0, number % Int64(pace[1]) == 0 { usleep(pace[0]) }
  }
  if arguments[3] == "die" { raise(SIGKILL) }
  if arguments[3] == "wait" { pause() }
  try experiment.finish(.completed)
  say("E")
}

func checksum(_ bytes: UnsafeRawBufferPointer, _ start: UInt32) -> UInt32 {
  var sum = ~start
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum >> 1 ^ (0xEDB8_8320 & (0 &- (sum & 1))) }
  }
  return ~sum
}

func read(_ name: String, _ metrics: [String]) throws {
  let experiment = try Increment.load(name)
  let known = try experiment.snapshot()
  print("status", known.status.rawValue)
  for param in known.params {
    guard case .integer(let value) = param.value else { exit(3) }
    print("param", param.key.text, value)
  }
  for note in known.notes { print("note", note.text) }
  for tag in known.tags { print("tag", tag) }
  for problem in known.problems { print("problem", problem) }
  for key in metrics where known.metrics.contains(where: { $0.key.text == key }) {
    let history = try experiment.history(key)
    let sum = history.values.withUnsafeBytes { values in
      checksum(values, history.steps.withUnsafeBytes { checksum($0, 0) })
    }
    print("metric", key, history.values.count, sum)
  }
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  if arguments.count == 7, arguments[0] == "write" {
    try write(Array(arguments.dropFirst()))
  } else if arguments.count > 2, arguments[0] == "read" {
    try read(arguments[1], Array(arguments.dropFirst(2)))
  } else {
    exit(2)
  }
} catch let error as TrackingError {
  var text = error.message + "\n"
  text.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
  exit(error.code == .experimentNotFound ? 5 : 3)
}
