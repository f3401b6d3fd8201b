import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// Every bit of every file of a small store is flipped, and every file is cut at every byte: each
/// reader tells, or its answer is the same as before.
@Suite struct DamageTests {
  /// What the readers say of one experiment.
  private struct Answer: Equatable {
    var snapshot: ExperimentSnapshot
    var steps: [Int64]
    var values: [Double]
  }

  /// An experiment that is over, with a writer beside the owner, a note that was added to it later,
  /// and an artifact of which there are two versions.
  private struct Store {
    let lab: Laboratory
    let directory: Directory
    let answer: Answer

    init() throws {
      lab = try Laboratory()
      let experiment = try lab.start("x") { $0.params = [.init("depth", 6)] }
      for step in 0..<3 { try experiment.logMetric("m", 1 / Double(step + 3)) }
      try experiment.addTag("t")
      try experiment.save("a.txt", "old")
      try experiment.save("a.txt", "new")
      try lab.load("x").logMetric("m", 0.5, step: 9)
      try experiment.end(nil, failure: nil, closed: "finish")
      _ = try lab.load("x").logNote("later")
      directory = try lab.experiments.directory.folder("x")
      answer = try DamageTests.ask(lab)
      #expect(answer.snapshot.status == .completed && answer.snapshot.problems.isEmpty)
      #expect(answer.values.count == 4 && answer.snapshot.notes.map(\.text) == ["later"])
      #expect(answer.snapshot.writers.count == 3)
    }

    func bytes(_ file: String) throws -> [UInt8] { try #require(try directory.read(file)) }

    func put(_ bytes: [UInt8], as file: String) throws {
      try bytes.withUnsafeBytes { bytes in
        let flags = O_WRONLY | O_TRUNC
        let descriptor = try SystemCalls.open(directory.descriptor, file, flags)
        defer { SystemCalls.close(descriptor) }
        #expect(bytes.isEmpty || write(descriptor, bytes.baseAddress, bytes.count) == bytes.count)
      }
    }

    /// Every file of the experiment but its folders' own, by what it is.
    func files(_ isWanted: (String) -> Bool) -> [String] {
      lab.tree("x").filter { file in
        let content = try? directory.read(file)
        return content.flatMap { $0 } != nil && isWanted(file)
      }
    }
  }

  private static func ask(_ lab: Laboratory) throws -> Answer {
    let history = try lab.load("x").history("m")
    var snapshot = try lab.read("x").comparable
    if snapshot.problems.isEmpty { snapshot.problems = history.problems }
    return Answer(snapshot: snapshot, steps: history.steps, values: history.values)
  }

  /// Whether a damage is reported, or changes no answer.
  private func isReported(_ store: Store) -> Bool {
    do {
      let answer = try Self.ask(store.lab)
      if answer == store.answer { return true }
      let isStatusKept =
        answer.snapshot.status == .completed || answer.snapshot.status == .unknown
      return !answer.snapshot.problems.isEmpty && isStatusKept
    } catch { return error is TrackingError }
  }

  private func flipEveryBit(
    _ store: Store, of files: [String], bits: Range<Int> = 0..<8
  ) throws {
    #expect(!files.isEmpty)
    for file in files {
      let whole = try store.bytes(file)
      for place in whole.indices {
        for bit in bits {
          var bytes = whole
          bytes[place] ^= 1 << UInt8(bit)
          try store.put(bytes, as: file)
          #expect(isReported(store), "\(file), bit \(bit) of byte \(place)")
        }
      }
      try store.put(whole, as: file)
    }
    #expect(try Self.ask(store.lab) == store.answer)
  }

  private func cutEverywhere(_ store: Store, _ files: [String]) throws {
    #expect(!files.isEmpty)
    for file in files {
      let whole = try store.bytes(file)
      for length in 0..<whole.count {
        try store.put(Array(whole[..<length]), as: file)
        #expect(isReported(store), "\(file), cut at byte \(length)")
      }
      try store.put(whole, as: file)
    }
    #expect(try Self.ask(store.lab) == store.answer)
  }

  private func isEvents(_ file: String) -> Bool {
    file.contains("tfevents") || file.hasSuffix(".tfrecord")
  }

  @Test(arguments: 0..<8)
  func `a flipped bit of an event file is reported or changes nothing`(bit: Int) throws {
    let store = try Store()
    let files = store.files(isEvents)
    #expect(files.count == 3)
    try flipEveryBit(store, of: files, bits: bit..<bit + 1)
  }

  @Test func `a file cut short at any byte is reported or changes nothing`() throws {
    let store = try Store()
    try cutEverywhere(store, store.files { !$0.hasPrefix("a.txt") && !$0.hasPrefix(".versions") })
  }

  @Test func `a flipped bit of a view changes nothing`() throws {
    let store = try Store()
    try flipEveryBit(store, of: [Views.params, Views.metrics])
    for file in [Views.metadata, Views.summary] {
      let whole = try store.bytes(file)
      for place in whole.indices {
        // Each bit in turn: what is read of them is much more than of an event file.
        var bytes = whole
        bytes[place] ^= 1 << UInt8(place % 8)
        try store.put(bytes, as: file)
        #expect(isReported(store), "\(file), byte \(place)")
      }
      try store.put(whole, as: file)
    }
  }

  @Test func `the summary vouches for itself and for the other views in every bit`() throws {
    let store = try Store()
    let summary = try store.bytes(Views.summary)
    #expect(SummaryFile(summary) != nil)
    for file in Views.files {
      let whole = try store.bytes(file)
      for place in whole.indices {
        for bit in 0..<8 {
          var bytes = whole
          bytes[place] ^= 1 << UInt8(bit)
          if file == Views.summary {
            #expect(SummaryFile(bytes) == nil, "bit \(bit) of byte \(place)")
          } else {
            let isVouchedFor = SummaryFile(summary)?
              .vouches(for: file, digest: ViewDigest.of(bytes))
            #expect(isVouchedFor == false, "\(file), bit \(bit) of byte \(place)")
          }
        }
      }
    }
  }

  @Test func `every flipped bit and every cut of an artifact is reported by its check`() throws {
    let store = try Store()
    let experiment = try store.lab.load("x")
    let kept = try #require(try experiment.snapshot().artifacts.first { $0.version == 1 }?.keptAs)
    for (file, version) in [("a.txt", nil), (kept, UInt64(1))] {
      try experiment.checkArtifact("a.txt", version: version)
      let whole = try store.bytes(file)
      for place in whole.indices {
        for bit in 0..<8 {
          var bytes = whole
          bytes[place] ^= 1 << UInt8(bit)
          try store.put(bytes, as: file)
          #expect(
            refusal { try experiment.checkArtifact("a.txt", version: version) }?.code == .format)
        }
        try store.put(Array(whole[..<place]), as: file)
        #expect(
          refusal { try experiment.checkArtifact("a.txt", version: version) }?.code == .format)
      }
      try store.put(whole, as: file)
    }
    #expect(refusal { try experiment.checkArtifact("b.txt") }?.code == .notFound)
    #expect(refusal { try experiment.checkArtifact("a.txt", version: 3) }?.code == .notFound)
  }

  @Test func `a cut experiment keeps the end and all that its views know, also when edited`() throws
  {
    let lab = try Laboratory()
    let experiment = try lab.start("x") { $0.params = [.init("depth", 6)] }
    for step in 0..<600 { try experiment.logMetric("m", Double(step)) }
    try experiment.end(.failed, failure: nil, closed: "finish")
    let file = try #require(lab.tree("x").first { $0.hasPrefix("events.out.") })
    let path = "\(lab.sandbox.experiments)/x/\(file)"
    let size = try #require(try experiment.directory.read(file)).count
    #expect(truncate(path, 2000) == 0)

    let read = try lab.read("x")
    #expect((read.status, read.closed, read.history) == (.failed, "finish", .damaged))
    #expect(read.param("depth") == 6)
    #expect(read.metric("m")?.count == 600)
    let loss =
      "'\(file)' was cut short at byte 2000: it held \(size) bytes when .summary.json was written, and "
      + "what was in the last \(size - 2000) of them is lost unless there is a copy"
    #expect(read.problems == [loss])
    let history = try lab.load("x").history("m")
    #expect(history.problems == [loss])
    #expect(history.values.count < 600 && history.values.count > 10)
    #expect(read.damageNotice == "'x' is damaged: \(loss)")

    let edited = try lab.load("x")
    try edited.logNote("cut")
    let later = try lab.read("x")
    #expect((later.status, later.closed, later.history) == (.failed, "finish", .damaged))
    #expect(later.problems == [loss] && later.notes.map(\.text) == ["cut"])
    #expect(try edited.snapshot().status == .failed)
  }

  @Test func `an event file that is gone is reported`() throws {
    let store = try Store()
    let file = try #require(store.files { $0.hasPrefix("writers/") && isEvents($0) }.first)
    try SystemCalls.remove(store.directory.descriptor, file)
    let answer = try Self.ask(store.lab)
    #expect(answer.snapshot.problems.count == 1)
    #expect(answer.snapshot.problems.first?.hasPrefix("'\(file)' is missing: it held ") == true)
    #expect((answer.snapshot.status, answer.values.count) == (.completed, 3))
  }

  @Test func `a resume tells what is damaged`() throws {
    let store = try Store()
    let file = try #require(store.files { $0.hasPrefix("events.out.") }.first)
    let whole = try store.bytes(file)
    try store.put(Array(whole[..<(whole.count - 1)]), as: file)
    let resumed = try store.lab.start("x", .resume)
    let notices = resumed.takeNotices()
    #expect(notices.count == 1)
    #expect(notices.first?.hasPrefix("'x' is damaged: '\(file)' was cut short at byte ") == true)
  }
}
