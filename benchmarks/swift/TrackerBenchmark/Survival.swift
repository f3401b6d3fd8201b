import ExperimentTracker
import Glibc

let (eachSide, patience): (Int64, UInt32) = (100, 15)

func forkInARun() throws -> Figures {
  let experiment = try begin("fork", in: Increment.findOrCreate("0001-benchmark"))
  func log(from first: Int64) throws {
    for step in first..<first + eachSide {
      try experiment.logMetric("loss", Double(step), step: step)
    }
  }
  try log(from: 0)
  let child = fork()
  alarm(patience)
  try log(from: child == 0 ? 2 * eachSide : eachSide)
  if child == 0 { _exit(0) }
  var status: Int32 = 1
  waitpid(child, &status, 0)
  try experiment.finish()
  return [("parent_ended", true), ("child_ended", status == 0)]
}

/// The whole numbers that were logged to an experiment.
func values(of name: String) throws -> Set<Int> {
  let history = try Increment.find("0001-benchmark").load(name).history("loss")
  return Set(history.values.map { Int($0) })
}

func readFork() throws -> Figures {
  let found = try values(of: "fork")
  let sides = zip(["before", "parent", "child"], 0...)
  return sides.map { name, side in
    (name, found.count { $0 / Int(eachSide) == side })
  }
}

func victim(counter: String) throws -> Figures? {
  let file = open(counter, O_RDWR)
  let size = MemoryLayout<Int64>.size
  guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
    memory != MAP_FAILED
  else { return nil }
  let experiment = try begin("victim", in: Increment.findOrCreate("0001-benchmark"))
  var step: Int64 = 0
  while true {
    try experiment.logMetric("loss", Double(step), step: step)
    step += 1
    memory.storeBytes(of: step, as: Int64.self)
  }
}

func readVictim(acknowledged: Int) throws -> Figures {
  let found = try values(of: "victim").count { $0 < acknowledged }
  return [("lost", acknowledged - found)]
}
