import FileSystem
import Glibc
import Synchronization
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct TurnTests {
  /// How many are inside, and were at most.
  private final class Crowd: Sendable {
    private let inside = Atomic<Int>(0)
    private let highest = Atomic<Int>(0)

    var most: Int { highest.load(ordering: .sequentiallyConsistent) }

    func enter() {
      let now = inside.add(1, ordering: .sequentiallyConsistent).newValue
      highest.max(now, ordering: .sequentiallyConsistent)
    }

    func leave() { inside.subtract(1, ordering: .sequentiallyConsistent) }
  }

  /// What a file system does not have.
  enum Missing: CaseIterable { case nothing, folderLocks, allLocks }

  /// Takes the turn where some kinds of locks are missing.
  private func taking<Result: Sendable>(
    _ missing: Missing, in directory: Directory, _ body: () throws -> Result
  ) throws -> Result {
    let refused: [String] =
      switch missing {
      case .nothing: []
      case .folderLocks: ["lock folder"]
      case .allLocks: ["lock folder", "lock file"]
      }
    return try Faults.failing(refused, ENOLCK) {
      var result: Swift.Result<Result, any Error>?
      try Turn.taken(in: directory) { result = .init(catching: body) }
      return try #require(result).get()
    }
  }

  /// Runs bodies in several threads and returns how many were inside at most.
  private func most(_ missing: Missing, in directory: Directory, threads: Int) -> Int {
    let crowd = Crowd()
    Threads.run(threads) { _ in
      for _ in 0..<20 {
        try? taking(missing, in: directory) {
          crowd.enter()
          usleep(200)
          crowd.leave()
        }
      }
    }
    return crowd.most
  }

  @Test(arguments: Missing.allCases) func `only one thread at a time has the turn of a folder`(
    missing: Missing
  ) throws {
    let sandbox = try Sandbox()
    let directory = try Directory.open(sandbox.path)
    #expect(withExtendedLifetime(sandbox) { most(missing, in: directory, threads: 4) } == 1)
  }

  @Test(arguments: Missing.allCases) func `a turn leaves nothing behind`(missing: Missing) throws {
    let sandbox = try Sandbox()
    let directory = try Directory.open(sandbox.path)
    let before = try directory.entries().map(\.name)
    #expect(try taking(missing, in: directory) { 7 } == 7)
    #expect(try directory.entries().map(\.name) == before)
  }

  @Test(arguments: Missing.allCases) func `a body that throws gives the turn back`(
    missing: Missing
  ) throws {
    let sandbox = try Sandbox()
    let directory = try Directory.open(sandbox.path)
    #expect(throws: TrackingError.self) {
      try taking(missing, in: directory) { throw TrackingError(.invalidArgument, "no") }
    }
    #expect(try taking(missing, in: directory) { 7 } == 7)
  }

  @Test func `a turn whose process is gone is free`() throws {
    let sandbox = try Sandbox()
    let directory = try Directory.open(sandbox.path)
    let me = ProcessFacts.current()
    try sandbox.write(
      ".turn.claim", "\(me.host) \(me.boot) \(me.namespace) 99999999 \(me.start)")
    #expect(try taking(.allLocks, in: directory) { 7 } == 7)
  }
}
