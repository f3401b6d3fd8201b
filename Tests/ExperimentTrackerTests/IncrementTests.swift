import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracker

@Suite struct IncrementTests {
  private func options() -> ExperimentOptions {
    var options = ExperimentOptions()
    options.capture = []
    return options
  }

  @Test func `an increment is found by its number, its name and its path`() throws {
    let sandbox = try Sandbox()
    for name in ["42", "0042", "0042-topic", "0042...", sandbox.increment] {
      let increment = try Increment.find(name, from: sandbox.path)
      #expect(increment.path == sandbox.increment)
      #expect(increment.name == "0042-topic")
      #expect(!increment.reason.isEmpty)
    }
    #expect(
      refusal { _ = try Increment.find("43", from: sandbox.path) }?.code == .incrementNotFound)
    let made = try Increment.findOrCreate("0043-next", from: sandbox.path)
    #expect(made.name == "0043-next")
    #expect(try Increment.all(from: sandbox.path).map(\.name) == ["0042-topic", "0043-next"])
  }

  @Test func `an experiment is loaded by name, number, folder, path and beginning`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    try increment.start("xgboost-v1", options: options()).finish()
    try increment.start("xgboost-v1", options: options()).finish()
    try increment.start("forest", options: options()).finish()
    for (query, folder) in [
      ("xgboost-v1", "xgboost-v1-2"), ("exp-001", "xgboost-v1"), ("3", "forest"), ("for", "forest"),
      ("xgboost-v1-2", "xgboost-v1-2"), (sandbox.experiments + "/forest", "forest"),
      (sandbox.experiments + "//forest/", "forest"),
    ] {
      #expect(try increment.load(query).folder == folder, "\(query)")
    }
    for query in ["nothing", sandbox.experiments + "/nothing", "99", ""] {
      #expect(refusal { _ = try increment.load(query) }?.code == .experimentNotFound, "\(query)")
    }
    #expect(refusal { _ = try increment.load("forrest") }?.candidates.contains("forest") == true)
  }

  @Test func `a folder that was renamed by hand is found by both names`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    for name in ["first", "Second run"] { try increment.start(name, options: options()).finish() }
    let folder = try #require(try increment.experimentsFolder()).directory
    let second = try increment.load("Second run").folder
    for (old, new) in [("first", "kept"), (second, "best")] {
      try SystemCalls.rename(folder.descriptor, old, folder.descriptor, new)
    }
    for query in ["kept", "first", "exp-001", "fir"] {
      #expect(try increment.load(query).folder == "kept", "\(query)")
    }
    for query in ["best", "Second run", "2", "Sec"] {
      #expect(try increment.load(query).folder == "best", "\(query)")
    }
    // Of two with the name it is the one whose folder is called like that.
    try increment.start("first", options: options()).finish()
    #expect(try increment.load("first").folder == "first")
  }

  @Test func `a look-up goes from the increment to the others, then to what is archived`() throws {
    let sandbox = try Sandbox()
    let first = try Increment.find("42", from: sandbox.path)
    let second = try Increment.findOrCreate("0043-next", from: sandbox.path)
    let third = try Increment.findOrCreate("0044-third", from: sandbox.path)
    try first.start("old", options: options()).finish()
    var replacing = options()
    replacing.rerun = .replace
    try first.start("old", options: replacing).finish()
    try first.start("here", options: options()).finish()
    try second.start("there", options: options()).finish()
    for increment in [second, third] { try increment.start("both", options: options()).finish() }
    let folder = try #require(try first.experimentsFolder())
    _ = try folder.archive("old")
    try second.start("old", options: options()).finish()

    let load = { (query: String) in try Increment.load(query, first: first) }
    #expect(try load("here").increment == "0042-topic")
    #expect(try load("there").increment == "0043-next")
    #expect(try load("old").increment == "0043-next")
    #expect(try first.load("old").folder.hasPrefix("_archive/"))
    let several = refusal { _ = try load("both") }
    #expect(several?.code == .experimentNotFound)
    #expect(several?.candidates.count == 2)
    #expect(refusal { _ = try load("none") }?.code == .experimentNotFound)
    #expect(try Increment.load("there", from: sandbox.path).increment == "0043-next")
  }

  @Test func `several that fit in the first increment are listed, not looked for elsewhere`() throws
  {
    let sandbox = try Sandbox()
    let first = try Increment.find("42", from: sandbox.path)
    let second = try Increment.findOrCreate("0043-next", from: sandbox.path)
    for name in ["forest-a", "forest-b"] { try first.start(name, options: options()).finish() }
    try second.start("forest", options: options()).finish()
    let error = refusal { _ = try Increment.load("fore", first: first) }
    #expect(error?.candidates.count == 2)
  }

  @Test func `a loaded experiment that this process writes is the same object`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    let experiment = try increment.start("x", options: options())
    #expect(try increment.load("x") === experiment)
    let loaded = try Increment.find("42", from: sandbox.path).load("exp-001")
    #expect(loaded === experiment)
  }

  @Test func `one that is damaged is listed with its problem and hides no other`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    try increment.start("good", options: options()).finish()
    try sandbox.write(".specweave/increments/0042-topic/experiments/bad/metadata.yaml", "a: [")
    try sandbox.write(
      ".specweave/increments/0042-topic/experiments/torn/events.out.tfevents.1", "x")
    try sandbox.write(
      ".specweave/increments/0042-topic/experiments/empty/events.out.tfevents.1", "")
    try sandbox.write(".specweave/increments/0042-topic/experiments/notes/readme.txt", "")
    let all = try increment.experiments()
    #expect(Set(all.map(\.folder)) == ["good", "bad", "torn"])
    for folder in ["bad", "torn"] {
      #expect(all.first { $0.folder == folder }?.problems.isEmpty == false)
    }
    #expect(try increment.compare().comparison.rows.count >= 1)
  }

  @Test func `children lie in their parent and are listed after it`() throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    let sweep = try increment.start("sweep", options: options())
    for _ in 0..<3 { try sweep.startChild(options: options()).finish() }
    try sweep.startChild("named", options: options()).finish()
    try sweep.finish()
    try increment.start("next", options: options()).finish()
    #expect(try increment.experiments().map(\.folder) == ["sweep", "next"])
    let all = try increment.experiments(children: true)
    #expect(
      all.map(\.folder) == [
        "sweep", "sweep/0001", "sweep/0002", "sweep/0003", "sweep/named", "next",
      ])
    let children = all.filter { $0.identity.parent == sweep.identity.id }
    #expect(children.map(\.identity.child) == [1, 2, 3, 4])
    #expect(children.allSatisfy { $0.identity.number == 0 })
    #expect(try increment.load("exp-001.2").folder == "sweep/0002")
    #expect(try increment.load("next").identity.number == 2)
  }

  @Test func `those inside others follow their parents at every depth, and the comparison agrees`()
    throws
  {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    let late = try increment.start("z", options: options())
    let early = try increment.start("a", options: options())
    for parent in [early, late] {
      let inner = try parent.startChild("inner", options: options())
      for name in ["y", "b"] {
        let fit = try inner.startChild(name, options: options())
        try fit.logMetric("auc", 0.5)
        try fit.finish()
      }
      try inner.finish()
      try parent.startChild("after", options: options()).finish()
      try parent.finish()
    }
    let expected = ["z", "a"].flatMap {
      [$0, "\($0)/inner", "\($0)/inner/y", "\($0)/inner/b", "\($0)/after"]
    }
    let listed = try increment.experiments(children: true)
    #expect(listed.map(\.folder) == expected)
    #expect(ExperimentOrder.sorted(listed.reversed()).map(\.folder) == expected)
  }

  @Test func `a relative directory is one of the working directory's`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("runs/note.txt", "")
    let here = try #require(getcwd(nil, 0).map { String(cString: $0) })
    let top = here.pathParts.map { _ in ".." }.joined(separator: "/")
    let way = top + sandbox.path
    for directory in [way, way + "/runs", "./" + way + "/runs/../runs"] {
      #expect(try Increment.find("42", from: directory).path == sandbox.increment)
      #expect(try Increment.all(from: directory).map(\.path) == [sandbox.increment])
    }
    let empty = try TemporaryFolder()
    let made = try Increment.findOrCreate("0007-x", from: top + empty.path)
    #expect(made.path == empty.path + "/.specweave/increments/0007-x")
  }

  @Test(arguments: Scripts.names) func `every script goes through every function`(
    name: String
  ) throws {
    let sandbox = try Sandbox()
    let increment = try Increment.find("42", from: sandbox.path)
    let experiment = try increment.start(name, options: options())
    try experiment.logMetric("auc", 0.5)
    _ = try "x".utf8.withContiguousStorageIfAvailable { bytes in
      for path in ["\(name).txt", "\(name)/\(name).txt", "\(name)/\(name).txt"] {
        try experiment.saveArtifact(path, bytes: UnsafeRawBufferPointer(bytes))
      }
    }
    try experiment.saveArtifact(copying: "\(experiment.path)/\(name)", as: "copy/\(name)")
    let child = try experiment.startChild(name, options: options())
    try child.logMetric("auc", 0.75)
    try child.finish()
    try experiment.finish()
    try increment.start("other", options: options()).finish()
    #expect(try Increment.around(child).path == sandbox.increment)
    #expect(try increment.load(experiment.path).folder == experiment.folder)
    #expect(try increment.load(child.path).folder == child.folder)
    #expect(try increment.load(name).name == name)
    let paths = try increment.load(name).snapshot().artifacts.filter(\.keptAs.isEmpty).map(\.path)
    #expect(
      paths.map { Array($0.utf8) }
        == ["\(name).txt", "\(name)/\(name).txt", "copy/\(name)"].map { Array($0.utf8) })
    for path in paths {
      #expect(FileTree.isThere("\(experiment.path)/\(path)"))
    }
    #expect(FileTree.text(sandbox.experiments + "/comparison.md") != nil)

    var pipeline = options()
    pipeline.kind = "pipeline"
    let stages = try increment.start("\(name) |", options: pipeline)
    try stages.startChild(name, options: options()).finish()
    try stages.finish()
    #expect(FileTree.text(stages.path + "/pipeline.md") != nil)
  }

  /// Makes a git folder, whose `HEAD` says this.
  private func makeGit(_ folder: String, in sandbox: Sandbox, head: String) throws {
    try sandbox.write(folder + "/HEAD", head)
    for inside in ["objects", "refs"] { try sandbox.write("\(folder)/\(inside)/.keep", "") }
  }

  @Test(arguments: [
    ("ref: refs/heads/inc/0042-agent\n", true), ("ref: refs/heads/0042-other\n", true),
    ("ref: refs/heads/main\n", false), ("4b825dc642cb6eb9a060e54bf8d69288fbee4904\n", false),
    ("", false),
  ])
  func `the git branch chooses the increment, a detached head does not`(
    head: String, isChosen: Bool
  )
    throws
  {
    let sandbox = try Sandbox()
    _ = try Increment.findOrCreate("0043-next", from: sandbox.path)
    try makeGit(".git", in: sandbox, head: head)
    try sandbox.write("src/train.py", "")
    let found = try? Increment.find(nil, from: sandbox.path + "/src")
    #expect(found?.name == (isChosen ? "0042-topic" : nil))
  }

  @Test func `the branch of a work tree is read through its git file`() throws {
    let sandbox = try Sandbox()
    _ = try Increment.findOrCreate("0043-next", from: sandbox.path)
    try makeGit("store/worktrees/w", in: sandbox, head: "ref: refs/heads/inc/0042-agent\n")
    for (name, target) in [
      ("relative", "../store/worktrees/w"), ("absolute", sandbox.path + "/store/worktrees/w"),
    ] {
      try sandbox.write("\(name)/.git", "gitdir: \(target)\n")
      #expect(try Increment.find(nil, from: sandbox.path + "/" + name).name == "0042-topic")
    }
  }
}
