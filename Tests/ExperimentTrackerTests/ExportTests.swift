import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentTracker

@Suite struct ExportTests {
  private let sandbox: Sandbox
  private let increment: Increment
  private let folder: Directory

  init() throws {
    sandbox = try Sandbox()
    increment = try Increment.find("42", from: sandbox.path)
    folder = try Directory.open(sandbox.path)
    var options = ExperimentOptions()
    options.capture = []
    for (name, auc) in [("one", 0.5), ("two", 0.75)] {
      let experiment = try increment.start(name, options: options)
      try experiment.logParam("lr", 0.1)
      try experiment.logMetric("auc", auc, step: 7)
      try experiment.finish()
    }
  }

  private var names: [String] {
    get throws { try folder.entries().map(\.name).filter { !$0.isHiddenName }.sorted() }
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try #require(try folder.read(path)), as: UTF8.self)
  }

  @Test func `text has the experiments that were chosen, in their order`() throws {
    let options = ExportOptions(fields: "name,auc,params.lr")
    let whole = try increment.export(options)
    #expect(whole.text == "name,auc,params.lr\r\none,0.5,0.1\r\ntwo,0.75,0.1\r\n")
    #expect(whole.path == nil && whole.count == 2 && whole.notes.isEmpty)
    let best = try increment.export(
      options, of: .init(sortBy: "auc", isDescending: true, limit: 1))
    #expect(best.text == "name,auc,params.lr\r\ntwo,0.75,0.1\r\n")
    let none = try increment.export(options, of: .init(where: "metrics.auc > 1"))
    #expect(none.text == "name,auc,params.lr\r\n" && none.count == 0)
  }

  @Test func `rows have the types of their columns first`() throws {
    let options = ExportOptions(format: .rows, fields: "name,auc")
    #expect(
      try increment.export(options).text == """
        {"schema_version": 1, "columns": [{"name": "name", "type": "text"}, \
        {"name": "auc", "type": "number"}]}
        ["one", 0.5]
        ["two", 0.75]

        """)
  }

  @Test func `a file is replaced by what the text is`() throws {
    let path = sandbox.path + "/table.csv"
    _ = try folder.create("table.csv", [1])
    let options = ExportOptions(fields: "name,auc")
    #expect(try increment.export(options, to: path).path == path)
    #expect(try text("table.csv") == increment.export(options).text)
    #expect(try names == ["table.csv"])
  }

  @Test func `MLflow has a folder for each run`() throws {
    let path = sandbox.path + "/mlruns"
    try increment.export(ExportOptions(format: .mlflow), to: path)
    let run = "mlruns/1/" + (try increment.load("two").identity.id)
    #expect(try text(run + "/params/lr") == "0.1")
    let line = try text(run + "/metrics/auc")
    #expect(line.hasSuffix(" 0.75 7\n"))
    let time = try #require(try increment.load("two").history("auc").times.first)
    #expect(line.hasPrefix("\(Int64((time * 1000).rounded())) "))
    #expect(try text(run + "/tags/mlflow.runName") == "two")
    #expect(try text(run + "/meta.yaml").contains("artifact_uri: \"file://\(path)/1/"))
  }

  @Test(arguments: [ExportFormat.csv, .tensorboard, .mlflow])
  func `nothing is left of an export that fails at any call`(format: ExportFormat) throws {
    var made: [String] = []
    var place = 0
    var more = true
    while more {
      place += 1
      let name = "out-\(place.zeroPadded(4))"
      more = Faults.failing(EIO, at: place) {
        let result = try? increment.export(
          ExportOptions(format: format), to: sandbox.path + "/" + name)
        if result != nil { made.append(name) }
      }
      let found = try folder.entries().map(\.name).filter { $0 != ".specweave" }.sorted()
      try #require(found == made, "call \(place)")
    }
    #expect(place > 10)
    #expect(made.last == "out-\(place.zeroPadded(4))")
  }

  @Test func `an earlier export is replaced in one step where the file system can`() throws {
    let path = sandbox.path + "/logs"
    let options = ExportOptions(format: .tensorboard, overwrite: true)
    try increment.export(options, of: .init(limit: 1), to: path)
    #expect(try folder.folder("logs").entries().count == 2)
    try increment.export(options, to: path)
    #expect(try folder.folder("logs").entries().count == 3)
    #expect(refusal { try increment.export(ExportOptions(format: .mlflow), to: path) } != nil)
    #expect(try names == ["logs"])
  }
}
