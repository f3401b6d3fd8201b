import ExperimentStore
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// Finding one experiment of many: by the names of folders, with the answer that reading all would
/// give.
@Suite struct LookupByFolderTests {
  private func end(_ experiment: Experiment) throws {
    try experiment.end(nil, failure: nil, closed: "finish")
  }

  private func store(_ count: Int) throws -> Laboratory {
    let lab = try Laboratory()
    for number in 1...count { try end(try lab.start("run-\(number)")) }
    try end(try lab.start("Other run"))
    let grid = try lab.start("grid")
    for fold in 1...2 { try end(try lab.startChild("fold-\(fold)", in: grid)) }
    try end(grid)
    return lab
  }

  private func calls(_ text: String, _ lab: Laboratory) throws -> [String: Int] {
    var calls: [String: Int] = [:]
    let catalog = ExperimentCatalog(lab.experiments)
    for operation in ["open", "list", "stat", "read"] {
      var found: LookupEntry?
      calls[operation] = try Faults.count(operation) {
        found = try catalog.find(text, archived: false, catalog.lookupEntries)
      }
      #expect(found != nil, "\(text)")
    }
    return calls
  }

  @Test(arguments: ["run-7", "Other run", "./run-7", "grid/fold-2"])
  func `of many experiments only the one that is looked for is opened`(text: String) throws {
    let (few, many) = (try calls(text, store(9)), try calls(text, store(40)))
    #expect(few == many)
    // The folder of all, and the experiment with its summary.
    #expect(many["open"] ?? 0 <= 6)
    #expect(many["read"] ?? 0 <= 1)
  }

  @Test func `the name that a table shows, and that of one without a name, open one experiment`()
    throws
  {
    func store(_ count: Int) throws -> Laboratory {
      let lab = try Laboratory()
      try end(try lab.start(nil))
      for number in 2...count { try end(try lab.start("run-\(number)")) }
      return lab
    }
    for text in ["exp-007-run-7", "exp-001"] {
      let (few, many) = (try calls(text, store(9)), try calls(text, store(40)))
      #expect(few == many)
      #expect(many["open"] ?? 0 <= 6)
      #expect(many["read"] ?? 0 <= 1)
    }
  }

  @Test(arguments: ["fold-1", "gri"])
  func `where folders have to be opened no file of others is read`(text: String) throws {
    let (few, many) = (try calls(text, store(9)), try calls(text, store(40)))
    #expect(few["read"] == many["read"])
    // The summary of the one.
    #expect(many["read"] == 1)
  }

  @Test func `whatever is looked up, the answer is that of reading all`() throws {
    let lab = try Laboratory()
    let names = [
      "xgboost-v1", "xgboost-v1", "x", "x-2", "x", "x-2", "Model", "model", "Mod el", "été", "é",
      "e\u{301}", "模型", "pending-x", "con", "con.y", "con-y", "a/b", "run 1", "run  1", "RUN 1",
      "exp-009-forest", " spaced", "..dots", "_mark", String(repeating: "long", count: 40),
      String(repeating: "long", count: 40) + "er", "a" + String(repeating: "_", count: 90) + "b",
      "tfevents", "✓", "depth=6, lr=0.1", "build", "metrics.json",
    ]
    for name in names where (try? ExperimentName.validate(name)) != nil {
      try end(try lab.start(name))
    }
    try end(try lab.start(nil))
    for parent in ["grid", "Other"] {
      let sweep = try lab.start(parent)
      let fold = try lab.startChild("fold-1", in: sweep)
      try end(try lab.startChild("deep", in: fold))
      for child in ["x", "Fold 2", "only-\(parent)"] {
        try end(try lab.startChild(child, in: sweep))
      }
      try end(try lab.startChild(nil, in: sweep))
      try end(fold)
      try end(sweep)
    }
    for folder in ["xgboost-v1", "con-y", "Other~" + suffix(of: "Other")] {
      _ = try lab.experiments.archive(folder)
    }
    try end(try lab.start("xgboost-v1"))
    let catalog = ExperimentCatalog(lab.experiments)
    let all = try catalog.lookupEntries()
    #expect(all.count > 40 && all.contains { $0.archived })
    var texts = Set(all.flatMap { [$0.name, $0.folder, $0.folder.lastPathPart] })
    for text in texts {
      for length in [1, 2, 3, 5, 8, 60, 100] { texts.insert(String(text.prefix(length))) }
      texts.formUnion([text + "/", "experiments/" + text, "./" + text, text + "-2", text + "x"])
    }
    texts.formUnion([
      "", "exp-001", "3", "exp-012.1", "_archive/", "_archive", "nothing", "..", "~",
    ])
    for text in texts {
      for archived in [false, true] {
        let group = all.filter { $0.archived == archived }
        let (found, refused) = answer { try catalog.find(text, archived: archived) { all } }
        let (expected, refusal) = answer { try ExperimentLookup.find(text, in: group) }
        #expect(found == expected, "\(text) \(archived)")
        #expect(refused?.candidates == refusal?.candidates, "\(text) \(archived)")
        #expect(refused?.message == refusal?.message, "\(text) \(archived)")
      }
    }
  }

  private func suffix(of name: String) -> String {
    String(FolderName.safe(for: name).drop { $0 != "~" }.dropFirst())
  }

  private func answer(
    _ body: () throws -> LookupEntry?
  ) -> (LookupEntry?, TrackingError?) {
    var found: LookupEntry?
    let error = refusal { found = try body() }
    return (found, error)
  }
}
