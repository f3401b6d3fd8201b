import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct ClaimTests {
  private func claim(_ folder: ExperimentsFolder, _ name: String?) throws -> ClaimedFolder {
    try folder.claim(name: name, existing: { () throws(TrackingError) in [] })
  }

  @Test func `an experiment gets a folder of its name and the next number`() throws {
    let kept = try ExperimentsFixture()
    let first = try claim(kept.experiments, "xgboost-v1")
    #expect(first.folder == "xgboost-v1")
    #expect((first.number, first.rerun, first.child) == (1, 1, 0))
    let second = try claim(kept.experiments, "run 2026-11-22 10:30")
    #expect(second.name == "run 2026-11-22 10:30")
    #expect(second.folder == FolderName.safe(for: second.name))
    #expect(second.number == 2)
    #expect(try second.directory.create("params.json", []))
    let path = ".specweave/increments/0042-topic/experiments/\(second.folder)/params.json"
    #expect(kept.project.tree().contains(path))
  }

  @Test func `the same name again is a re-run beside it`() throws {
    let kept = try ExperimentsFixture()
    let folders = try (1...5).map { _ in try claim(kept.experiments, "x") }
    #expect(folders.map(\.folder) == ["x", "x-2", "x-3", "x-4", "x-5"])
    #expect(folders.map(\.rerun) == [1, 2, 3, 4, 5])
    #expect(folders.map(\.number) == [1, 2, 3, 4, 5])
    #expect(folders.allSatisfy { $0.name == "x" })
  }

  @Test func `a number that this process gave in another store is not a hint in this one`() throws {
    for _ in 0..<3 {
      let kept = try ExperimentsFixture()
      for number in UInt64(1)...5 { #expect(try claim(kept.experiments, nil).number == number) }
      FileTree.remove(kept.experiments.directory.path + "/.numbers")
      let next = try kept.experiments.claim(
        name: nil, existing: { () throws(TrackingError) in [2] })
      #expect(next.number == 6)
    }
  }

  @Test func `a re-run leaves another experiment's folder alone`() throws {
    let kept = try ExperimentsFixture()
    _ = try claim(kept.experiments, "x")
    #expect(try claim(kept.experiments, "x-2").folder == "x-2")
    #expect(try claim(kept.experiments, "x").folder == "x-3")
    #expect(try claim(kept.experiments, "x-2").folder == "x-2-2")
  }

  @Test func `an experiment that nobody named is called by its number`() throws {
    let kept = try ExperimentsFixture()
    #expect(try claim(kept.experiments, nil).folder == "exp-001")
    _ = try claim(kept.experiments, "x")
    #expect(try kept.experiments.directory.claimFolder("exp-003"))
    let next = try claim(kept.experiments, nil)
    #expect(next.folder == "exp-004")
    #expect(next.name == "exp-004")
    #expect(next.number == 4)
  }

  @Test func `a name may claim its number while that is free`() throws {
    let kept = try ExperimentsFixture()
    #expect(try claim(kept.experiments, "exp-003-xgboost").number == 3)
    #expect(try claim(kept.experiments, "exp-003-other").number == 1)
    #expect(try claim(kept.experiments, "x").number == 2)
    #expect(try claim(kept.experiments, nil).folder == "exp-004")
    #expect(try claim(kept.experiments, "exp-20261122").number == 5)
  }

  @Test func `neither number nor folder of an archived experiment is used again`() throws {
    let kept = try ExperimentsFixture()
    for _ in 0..<3 { _ = try claim(kept.experiments, "x") }
    #expect(try kept.experiments.archive("x") == "_archive/x")
    #expect(try kept.experiments.archive("x-2") == "_archive/x-2")
    let next = try claim(kept.experiments, "x")
    #expect((next.folder, next.rerun, next.number) == ("x-4", 4, 4))
  }

  @Test func `what replaces an archived experiment takes its folder`() throws {
    let kept = try ExperimentsFixture()
    let old = try claim(kept.experiments, "x")
    _ = try old.directory.create("params.json", [])
    #expect(try kept.experiments.archive("x") == "_archive/x")
    let new = try kept.experiments.claim(
      name: "x", replacing: true, existing: { () throws(TrackingError) in [] })
    #expect((new.folder, new.number) == ("x", 2))
    _ = try new.directory.create("params.json", [])
    #expect(try kept.experiments.archive("x") == "_archive/x-2")
  }

  @Test(arguments: ["", ".", "..", "../x", "a/b", "_archive", "/x", "x/"])
  func `only a whole top-level experiment is archived`(folder: String) throws {
    let kept = try ExperimentsFixture()
    _ = try claim(kept.experiments, "x")
    let before = kept.project.tree()
    #expect(refusal { _ = try kept.experiments.archive(folder) }?.code == .invalidArgument)
    #expect(kept.project.tree() == before)
    #expect(refusal { _ = try kept.experiments.archive("missing") }?.code == .storage)
  }

  @Test func `a clone continues after the highest number that its experiments have`() throws {
    let kept = try ExperimentsFixture()
    let claimed = try kept.experiments.claim(
      name: "x", existing: { () throws(TrackingError) in [2, 11, 7] })
    #expect(claimed.number == 12)
    let next = try kept.experiments.claim(name: nil) { () throws(TrackingError) in
      throw TrackingError(.internalError, "asked twice")
    }
    #expect(next.folder == "exp-013")
    #expect(try claim(kept.experiments, "exp-005").number == 14)
    let top = try kept.experiments.directory.entries().map(\.name).sorted()
    #expect(top == [".numbers", "exp-005", "exp-013", "x"])
  }

  @Test func `the numbers are not for git`() throws {
    let kept = try ExperimentsFixture()
    _ = try claim(kept.experiments, "x")
    let ignored = try kept.experiments.directory.read(".numbers/.gitignore")
    #expect(ignored == Array("*\n".utf8))
  }

  @Test func `a child lies in its parent and uses up no number`() throws {
    let kept = try ExperimentsFixture()
    let grid = try claim(kept.experiments, "grid")
    let none: () throws(TrackingError) -> [UInt64] = { () throws(TrackingError) in [] }
    let third = try kept.experiments.claimChild(
      in: grid.folder, name: nil, index: 3, existing: none)
    #expect((third.folder, third.name, third.child, third.number) == ("grid/0003", "0003", 3, 0))
    let named = try kept.experiments.claimChild(
      in: grid.folder, name: "Fold 1", index: nil, existing: none)
    #expect(named.folder == "grid/" + FolderName.safe(for: "Fold 1"))
    #expect(named.child == 1)
    let again = try kept.experiments.claimChild(
      in: grid.folder, name: "Fold 1", index: nil, existing: none)
    #expect((again.folder, again.child, again.rerun) == (named.folder + "-2", 2, 2))
    let deep = try kept.experiments.claimChild(
      in: again.folder, name: "x", index: 1, existing: none)
    #expect(deep.folder == again.folder + "/x")
    #expect(try claim(kept.experiments, "y").number == 2)
    #expect(
      refusal {
        _ = try kept.experiments.claimChild(in: "../x", name: "y", index: 1, existing: none)
      }?.code == .storage)
  }

  @Test func `a link in the way is passed over`() throws {
    let kept = try ExperimentsFixture()
    let outside = try ProjectFixture()
    kept.project.link(".specweave/increments/0042-topic/experiments/x", to: outside.path)
    kept.project.link(".specweave/increments/0042-topic/experiments/x-2", to: "nowhere")
    #expect(try claim(kept.experiments, "x").folder == "x-3")
    #expect(outside.tree() == [])
  }

  @Test func `whatever the name, nothing appears outside the folder of experiments`() throws {
    let kept = try ExperimentsFixture()
    let before = kept.project.tree()
    var generator = SplitMix(state: 3)
    let parts = ["..", "/", ".", "\\", "~", "a", "é", "模", " ", ":", "%2e", "-", "con", "\u{301}"]
    var claimed: Set<String> = []
    for _ in 0..<600 {
      var bytes: [UInt8] = []
      for _ in 0...Int(generator.next() % 6) {
        if generator.next() % 4 == 0 {
          bytes.append(UInt8(truncatingIfNeeded: generator.next()))
        } else {
          bytes += parts[Int(generator.next() % UInt64(parts.count))].utf8
        }
      }
      guard let name = try? ExperimentName.validate(bytes) else { continue }
      #expect(claimed.insert(try claim(kept.experiments, name).folder).inserted)
    }
    #expect(claimed.count > 100)
    let made = kept.project.tree().filter { !before.contains($0) }
    let home = ".specweave/increments/0042-topic/experiments/"
    #expect(made.allSatisfy { $0.hasPrefix(home) })
    let folders = made.filter { !$0.contains(".numbers") }.map { String($0.dropFirst(home.count)) }
    #expect(Set(folders) == claimed)
  }
}
