import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import ExperimentRuntime

/// An increment in which tests start experiments.
struct Laboratory: Sendable {
  let sandbox: Sandbox
  let experiments: ExperimentsFolder

  init() throws {
    sandbox = try Sandbox()
    let root = try ProjectRoot.find(from: sandbox.path, environment: [:])
    let increment = try IncrementResolver.resolve(
      "0042-topic", environment: [:], workingDirectory: sandbox.path, root: root, create: false,
      branch: { nil })
    guard let folder = try ExperimentsFolder.open(increment, create: true) else {
      throw TrackingError(.internalError, "no folder for experiments")
    }
    experiments = folder
  }

  /// Starts an experiment without capturing anything, as most tests need none. Each point is
  /// written: otherwise a slow machine, whose first writes take long, would collect them.
  func start(
    _ name: String?, _ rerun: ExperimentOptions.Rerun = .fresh,
    environment: [String: String] = [:], _ configure: (inout ExperimentOptions) -> Void = { _ in }
  ) throws -> Experiment {
    var options = ExperimentOptions()
    options.capture = []
    options.writes = .direct
    options.rerun = rerun
    configure(&options)
    return try starter(options, environment).start(name)
  }

  func startChild(
    _ name: String?, in parent: Experiment, environment: [String: String] = [:],
    _ configure: (inout ExperimentOptions) -> Void = { _ in }
  ) throws -> Experiment {
    var options = ExperimentOptions()
    options.capture = []
    options.writes = .direct
    configure(&options)
    return try starter(options, environment).start(name, in: parent)
  }

  private func starter(
    _ options: ExperimentOptions, _ environment: [String: String]
  ) -> ExperimentStart {
    ExperimentStart(
      in: experiments, options: options, workingDirectory: sandbox.path, environment: environment)
  }

  /// What another process reads.
  func read(_ folder: String) throws -> ExperimentSnapshot {
    try #require(
      try ExperimentReader(try experiments.directory.folder(folder), folder: folder).read())
  }

  /// What the views say, which vouch for themselves.
  func views(_ folder: String) throws -> ExperimentSnapshot {
    let directory = try experiments.directory.folder(folder)
    let files = try ExperimentFiles.eventFiles(in: directory, entries: try directory.entries())
    return try #require(ExperimentReader(directory, folder: folder).trustedSummary(files))
  }

  /// What the event files say, whatever the views say.
  func fold(_ folder: String) throws -> ExperimentSnapshot {
    let files = try ExperimentReader(try experiments.directory.folder(folder), folder: folder)
      .writerFiles()
    return try #require(SnapshotFold.fold(files, folder: folder))
  }

  /// A handle as another process would load it.
  func load(_ folder: String) throws -> Experiment {
    let directory = try experiments.directory.folder(folder)
    let snapshot = try read(folder)
    return Experiment(
      increment: "0042-topic", folder: folder, path: directory.path,
      session: WriterSession(
        identity: snapshot.identity, place: RestingDirectory(directory), folder: folder,
        role: .loaded, nextSteps: snapshot.nextSteps))
  }

  /// Lets go of the owner's file as the death of its process does, and makes its header tell of a
  /// process that is not there.
  func kill(_ folder: String) throws {
    let path = sandbox.experiments + "/" + folder
    for file in FileTree.paths(path) where file.hasPrefix("events.out.") {
      let directory = try Directory.open(path)
      let log = try SessionLogReader.read(directory: directory, file: file)
      var header = try #require(log.header)
      header.process = ProcessIdentity(
        host: header.process.host, boot: header.process.boot, namespace: header.process.namespace,
        pid: 4_194_304, start: 1)
      let points = try log.metrics.flatMap { metric in
        try HistoryReader.read(directory: directory, file: file, key: metric.key)
          .points(of: metric.key)
      }
      try SystemCalls.remove(directory.descriptor, file)
      let writer = try EventWriter.create(
        in: directory, header: header, lamport: log.headerLamport)
      _ = writer.append(points)
      for record in log.records { _ = try writer.append(record) }
      writer.close()
    }
  }

  func text(_ folder: String, _ file: String) -> String? {
    FileTree.text("\(sandbox.experiments)/\(folder)/\(file)")
  }

  func tree(_ folder: String) -> [String] { FileTree.paths("\(sandbox.experiments)/\(folder)") }
}

extension ExperimentSnapshot {
  /// As a view tells it: metadata.yaml gives times in microseconds, and NaN equals nothing.
  var comparable: ExperimentSnapshot {
    var rounded = self
    let microseconds = { (time: Double) in Timestamp.seconds(Timestamp.text(time)) ?? 0 }
    rounded.identity.created = microseconds(identity.created)
    rounded.ended = ended.map(microseconds)
    rounded.lastWrite = microseconds(lastWrite)
    for place in rounded.writers.indices {
      rounded.writers[place].header.experiment = rounded.identity
    }
    for place in rounded.notes.indices {
      rounded.notes[place].time = microseconds(rounded.notes[place].time)
    }
    return rounded
  }
}
