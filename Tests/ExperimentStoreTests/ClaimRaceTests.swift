import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct ClaimRaceTests {
  @Test(arguments: ["x", "exp-001", nil, "run 1"] as [String?])
  func `32 at a time get 32 folders and 32 numbers`(name: String?) throws {
    let kept = try ExperimentsFixture()
    let experiments = kept.experiments
    for round in 1...4 {
      let claimed = together(32) {
        try? experiments.claim(name: name, existing: { () throws(TrackingError) in [] })
      }
      #expect(claimed.count == 32)
      #expect(Set(claimed.map(\.folder)).count == 32)
      #expect(Set(claimed.map(\.number)).count == 32)
      let numbers = try experiments.directory.folder(".numbers").entries().filter {
        $0.name != ".gitignore"
      }
      #expect(numbers.count == 32 * round)
    }
    #expect(try experiments.directory.entries().count == 4 * 32 + 1)
  }

  @Test func `many that start a project at once start one`() throws {
    let project = try ProjectFixture()
    try project.folder(".git")
    let path = project.path
    let found = together(16) {
      let root = try? ProjectRoot.find(from: path, environment: [:])
      return try? IncrementResolver.resolve(
        nil, environment: [:], workingDirectory: path, root: root ?? nil, create: true,
        branch: { nil })
    }
    #expect(found.count == 16)
    #expect(Set(found.map(\.path)).count == 1)
    #expect(found.count { $0.created } == 1)
  }
}

/// Runs work in that many threads at once and returns what each gave.
private func together<Result: Sendable>(
  _ count: Int, _ work: @escaping @Sendable () -> Result?
) -> [Result] {
  let jobs = (0..<count).map { _ in Job { work() } }
  let threads = jobs.map { job in
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue().run()
        return nil
      }, Unmanaged.passUnretained(job).toOpaque())
    return thread
  }
  for thread in threads { pthread_join(thread, nil) }
  return jobs.compactMap { $0.result as? Result }
}

/// What one thread does. Only that thread touches it until it is joined.
private final class Job: @unchecked Sendable {
  private let work: @Sendable () -> (any Sendable)?
  private(set) var result: (any Sendable)?

  init(_ work: @escaping @Sendable () -> (any Sendable)?) { self.work = work }

  func run() { result = work() }
}
