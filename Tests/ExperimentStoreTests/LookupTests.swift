import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct LookupTests {
  private let entries = [
    LookupEntry(folder: "xgboost-v1", name: "xgboost-v1", number: 1, created: 10),
    LookupEntry(folder: "xgboost-v1-2", name: "xgboost-v1", number: 2, rerun: 2, created: 20),
    LookupEntry(
      folder: "xgboost-v1-3", name: "xgboost-v1", number: 5, rerun: 3, created: 30,
      isReproduction: true),
    LookupEntry(folder: "only-2", name: "only", number: 6, rerun: 2, isReproduction: true),
    LookupEntry(folder: "only-3", name: "only", number: 7, rerun: 3, isReproduction: true),
    LookupEntry(folder: "exp-003-lightgbm", name: "exp-003-lightgbm", number: 3),
    LookupEntry(folder: "Model~abcdefgh", name: "Model", number: 4),
    LookupEntry(folder: "grid", name: "grid", number: 12),
    LookupEntry(folder: "grid/0003", name: "0003", number: 0, child: 3),
    LookupEntry(folder: "grid/fold-1", name: "fold-1", number: 0, child: 1),
    LookupEntry(folder: "grid/fold-1/deep", name: "deep", number: 0, child: 7),
    LookupEntry(folder: "other", name: "other", number: 13),
    LookupEntry(folder: "other/fold-1", name: "fold-1", number: 0, child: 1),
    LookupEntry(folder: "e\u{301}~aaaaaaaa", name: "e\u{301}", number: 14),
    LookupEntry(folder: "é~bbbbbbbb", name: "é", number: 15),
    LookupEntry(folder: "_archive/old", name: "old", number: 9, archived: true),
    LookupEntry(folder: "_archive/grid", name: "grid", number: 8, rerun: 9, archived: true),
  ]

  @Test(arguments: [
    ("xgboost-v1", "xgboost-v1-2"), ("xgboost-v1-2", "xgboost-v1-2"),
    ("xgboost-v1-3", "xgboost-v1-3"), ("exp-005", "xgboost-v1-3"), ("only", "only-3"),
    ("experiments/xgboost-v1", "xgboost-v1"), ("./xgboost-v1", "xgboost-v1"),
    ("xgboost-v1/", "xgboost-v1"),
    ("/p/.specweave/increments/0042-a/experiments/grid/0003", "grid/0003"),
    (".specweave/increments/0042.../experiments/xgboost-v1/", "xgboost-v1"),
    ("grid/0003", "grid/0003"), ("exp-001", "xgboost-v1"), ("exp-1", "xgboost-v1"),
    ("1", "xgboost-v1"), ("003", "exp-003-lightgbm"), ("exp-003", "exp-003-lightgbm"),
    ("exp-012.3", "grid/0003"), ("12.3", "grid/0003"), ("exp-012.1.7", "grid/fold-1/deep"),
    ("Model", "Model~abcdefgh"), ("Model~abcdefgh", "Model~abcdefgh"), ("Mod", "Model~abcdefgh"),
    ("exp-", "exp-003-lightgbm"),
    ("exp-001-xgboost-v1", "xgboost-v1"), ("exp-5-xgboost-v1", "xgboost-v1-3"),
    ("exp-009-old", "_archive/old"),
    ("xgb", "xgboost-v1-2"), ("exp-003-l", "exp-003-lightgbm"), ("grid", "grid"),
    ("0003", "exp-003-lightgbm"),
    ("deep", "grid/fold-1/deep"), ("grid/00", "grid/0003"), ("old", "_archive/old"),
    ("_archive/grid", "_archive/grid"), ("exp-009", "_archive/old"), ("ol", "_archive/old"),
    ("é", "é~bbbbbbbb"), ("e\u{301}", "e\u{301}~aaaaaaaa"),
  ])
  func `every way to say an experiment finds it`(text: String, folder: String) throws {
    let found = try ExperimentLookup.find(text, in: entries)
    #expect(found.map { Array($0.folder.utf8) } == Array(folder.utf8))
  }

  @Test(arguments: [
    "", "nothing", "exp-099", "exp-012.9", "99999999999999999999", "exp-00", "experiments/nothing",
    "experiments/xgb", "mod", "..", "/", "*", "x*", "exp-0", "exp-003.", "1.2.3.4.5",
    "exp-003-xgboost-v1", "exp-012-", "exp-012-gri",
  ])
  func `what fits nothing finds nothing`(text: String) throws {
    #expect(try ExperimentLookup.find(text, in: entries) == nil)
  }

  @Test func `what fits several is an error that lists them`() {
    for (text, folders) in [
      ("fold-1", ["grid/fold-1", "other/fold-1"]), ("grid/f", ["grid/fold-1", "grid/fold-1/deep"]),
    ] {
      let error = refusal { _ = try ExperimentLookup.find(text, in: entries) }
      #expect(error?.code == .experimentNotFound)
      #expect(error?.candidates == folders.map { "experiments/" + $0 })
    }
  }

  @Test func `two experiments of one number, as after a merge, are both listed`() {
    let merged = [
      LookupEntry(folder: "a", name: "a", number: 4),
      LookupEntry(folder: "b", name: "b", number: 4),
    ]
    let error = refusal { _ = try ExperimentLookup.find("exp-004", in: merged) }
    #expect(error?.candidates == ["experiments/a", "experiments/b"])
  }

  @Test func `a name that is also another's folder or number is not guessed`() {
    let confusing = [
      LookupEntry(folder: "x-2", name: "x-2", number: 1),
      LookupEntry(folder: "x", name: "x", number: 2),
      LookupEntry(folder: "x-3", name: "x", number: 3, rerun: 3),
      LookupEntry(folder: "y", name: "x-3", number: 4),
      LookupEntry(folder: "2", name: "2", number: 5),
    ]
    #expect(refusal { _ = try ExperimentLookup.find("x-3", in: confusing) }?.candidates.count == 2)
    #expect(refusal { _ = try ExperimentLookup.find("2", in: confusing) }?.candidates.count == 2)
  }

  @Test func `an unnamed experiment that was run again is the newest by its name`() throws {
    let reruns = [
      LookupEntry(folder: "exp-003", name: "exp-003", number: 3),
      LookupEntry(folder: "exp-003-2", name: "exp-003", number: 8, rerun: 2),
    ]
    #expect(try ExperimentLookup.find("exp-003", in: reruns)?.folder == "exp-003-2")
    #expect(try ExperimentLookup.find("3", in: reruns)?.folder == "exp-003")
  }

  @Test func `a typo is answered with the closest names`() {
    let error = ExperimentLookup.notFound("xgbost-v1", in: entries)
    #expect(error.code == .experimentNotFound)
    #expect(error.candidates.first == "xgboost-v1")
    #expect(ExperimentLookup.notFound("lightgbm", in: entries).candidates == ["exp-003-lightgbm"])
    #expect(ExperimentLookup.notFound("a\u{1B}b", in: entries).message.contains("\\u{1B}"))
    #expect(ExperimentLookup.notFound("x", in: []).message.contains("none"))
  }

  @Test func `the newest of equal re-runs is the one created last`() throws {
    let same = [
      LookupEntry(folder: "b", name: "x", number: 1, created: 20),
      LookupEntry(folder: "a", name: "x", number: 2, created: 10),
    ]
    #expect(try ExperimentLookup.find("x", in: same)?.folder == "b")
  }

  @Test func `ten thousand names are searched in a moment`() throws {
    let many = (1...10_000).map {
      LookupEntry(folder: "run-\($0)", name: "run-\($0)", number: UInt64($0))
    }
    #expect(try ExperimentLookup.find("exp-9999", in: many)?.folder == "run-9999")
    #expect(ExperimentLookup.notFound("rum-9999", in: many).candidates.first == "run-9999")
  }

  @Test func `the closest come first and the others after them`() {
    let names = ["train_loss", "precision", "accuracy"]
    #expect(
      LookupSuggestions.ordered(names, closestTo: "acuracy")
        == ["accuracy", "train_loss", "precision"])
    #expect(
      LookupSuggestions.ordered(names, closestTo: "acuracy", limit: 2)
        == ["accuracy", "train_loss"])
    #expect(LookupSuggestions.ordered(names, closestTo: "qqqqqqqq") == names)
  }

  @Test func `whatever is looked up, the answer is an experiment, a list or nothing`() {
    var generator = SplitMix(state: 9)
    let parts = [
      "exp-", "0", "3", "12", ".", "/", "grid", "x", "-", "é", "\u{301}", "_archive", "",
    ]
    for _ in 0..<3_000 {
      let text = (0...Int(generator.next() % 6)).map { _ in
        parts[Int(generator.next() % UInt64(parts.count))]
      }.joined()
      let error = refusal {
        if let found = try ExperimentLookup.find(text, in: entries) {
          #expect(entries.contains(found))
        }
      }
      #expect(error == nil || (error?.candidates.count ?? 0) > 1)
      #expect(ExperimentLookup.notFound(text, in: entries).candidates.count <= 5)
    }
  }
}
