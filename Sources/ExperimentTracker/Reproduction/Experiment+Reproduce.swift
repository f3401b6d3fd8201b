package import ExperimentAnalysis
public import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

/// What came of running an experiment again.
public struct Reproduction: Sendable {
  package let verdict: ReproductionVerdict
  /// The folder of the new experiment, relative to `experiments/`; nil where none was started.
  public let folder: String?
  /// The absolute path of that folder.
  public let path: String?
  /// Where the code was run, if it was kept.
  public let kept: String?

  /// `reproduced`, `differs` or `cannot`.
  public var outcome: String { verdict.outcome.rawValue }
  /// Why, one sentence each.
  public var reasons: [String] { verdict.reasons }

  /// All of it; docs/schemas/reproduction.schema.json describes it.
  package var json: Value {
    .map(
      verdict.members + [
        .init("experiment", folder.map(Value.text) ?? .null),
        .init("path", path.map(Value.text) ?? .null),
        .init("kept", kept.map(Value.text) ?? .null),
      ])
  }
}

extension Experiment {
  /// Runs the experiment again, from its recorded code, packages and command, into a new experiment
  /// of the same increment, and compares the metrics of both. The verdict is recorded in both.
  ///
  /// The program's output goes to standard error. Returns when the program has ended.
  ///
  /// - Throws: `invalidArgument` where the experiment has not ended. What stands in the way of
  ///   running it is the verdict `cannot`, with the reason.
  public func reproduce(
    _ options: ReproductionOptions = ReproductionOptions()
  ) throws(TrackingError) -> Reproduction {
    let snapshot = try snapshot()
    guard ![.running, .unknown].contains(snapshot.status) else {
      throw TrackingError(
        .invalidArgument, "'\(name)' is \(snapshot.status.rawValue); wait for its end")
    }
    let increment = try Increment.around(self)
    let ingredients = ReproductionIngredients(snapshot)
    guard ingredients.missing.isEmpty else {
      return try recorded(ReproductionVerdict(cannot: ingredients.missing), in: increment)
    }
    let result: Result<Reproduction, TrackingError>
    let steps = ReproductionSteps()
    defer { steps.end() }
    do throws(ReproductionObstacle) {
      result = try run(snapshot, ingredients, increment, options, by: steps)
    } catch {
      if error.isInterruption {
        throw TrackingError(
          .storage, "the reproduction of '\(name)' was interrupted before it was run")
      }
      return try recorded(ReproductionVerdict(cannot: [error.reason]), in: increment)
    }
    return try result.get()
  }

  /// The outer error is one of the tracker, the inner one what stands in the way.
  private func run(
    _ snapshot: ExperimentSnapshot, _ ingredients: ReproductionIngredients,
    _ increment: Increment, _ options: ReproductionOptions, by steps: ReproductionSteps
  ) throws(ReproductionObstacle) -> Result<Reproduction, TrackingError> {
    guard let directory = try? directory else {
      throw ReproductionObstacle("'\(path)' is not there any more")
    }
    let root = ProjectRoot.naming(increment.path)?.path ?? increment.path
    let tree = try SourceTree(
      ingredients, of: directory, from: [root, ProcessContext.workingDirectory], by: steps)
    defer { if !options.keep { tree.remove() } }
    try tree.link(options.links)
    let place = tree.top + "/" + ingredients.directory
    if let before = options.before {
      let ending = try steps.runVisibly(["/bin/sh", "-c", before], in: place, [:])
      if steps.isInterrupted { throw .interruption }
      if ending != 0 {
        throw ReproductionObstacle("the command before it ended with exit code \(ending)")
      }
    }
    var variables = [
      "SPECWEAVE_ROOT": root, "SPECWEAVE_INCREMENT_ID": increment.name,
      ReproducedExperiment.variable: snapshot.identity.id, "PYTHONDONTWRITEBYTECODE": "1",
    ]
    let command = try command(ingredients, tree, options, directory, &variables, by: steps)
    let begun = Clock.now()
    let ending = try steps.runVisibly(command, in: place, variables)
    return Result { () throws(TrackingError) in
      let all = try increment.snapshots()
      guard let new = try increment.reproduction(of: snapshot, among: all, since: begun) else {
        let words = command.joined(separator: " ")
        let reason =
          "the command started no experiment and ended with exit code \(ending): "
          + VisibleText.line(words, limit: 300)
        return try recorded(
          ReproductionVerdict(cannot: [reason]), in: increment,
          keptAt: options.keep ? tree.top : nil)
      }
      if steps.isInterrupted {
        return try recorded(
          .interrupted, in: increment, as: new, keptAt: options.keep ? tree.top : nil)
      }
      let seeds = SeedRuns.of(snapshot, among: all)
      let verdict = ReproductionVerdict(
        snapshot, try new.snapshot(),
        seeds: seeds.filter { $0.identity.id != new.identity.id }, tolerance: options.tolerance)
      return try recorded(
        verdict, in: increment, as: new, keptAt: options.keep ? tree.top : nil)
    }
  }

  private func command(
    _ ingredients: ReproductionIngredients, _ tree: SourceTree, _ options: ReproductionOptions,
    _ directory: Directory, _ variables: inout [String: String], by steps: ReproductionSteps
  ) throws(ReproductionObstacle) -> [String] {
    var words = ingredients.arguments.map(tree.translated)
    guard ingredients.python != nil, ReproductionIngredients.isPython(words) else { return words }
    let python =
      options.here
      ? PythonEnvironment(here: options.python, recorded: words[0])
      : try PythonEnvironment(
        ingredients, of: directory, python: options.python, in: tree.workshop, by: steps)
    words[0] = python.program
    let environment = ProcessContext.environment
    if let programs = python.programs {
      variables["PATH"] = "\(programs):\(environment["PATH"] ?? "")"
    }
    let modules = [tree.imported, environment["PYTHONPATH"] ?? ""].filter { !$0.isEmpty }
    variables["PYTHONPATH"] = modules.joined(separator: ":")
    return words
  }

  /// Records the verdict in both experiments.
  private func recorded(
    _ verdict: ReproductionVerdict, in increment: Increment, as new: Experiment? = nil,
    keptAt kept: String? = nil
  ) throws(TrackingError) -> Reproduction {
    if let new {
      let of: [Value.Entry] = [.init("of", .text(identity.id)), .init("name", .text(name))]
      try new.logFact(ReproducedExperiment.section.text, of + verdict.members)
      try new.flush()
      try logFact(
        "reproductions", [.init(Key(new.folder), .map(verdict.members))])
    } else {
      try logFact(
        "reproductions", [.init(Key(Timestamp.text(Clock.now())), .map(verdict.members))])
    }
    try flush()
    return Reproduction(verdict: verdict, folder: new?.folder, path: new?.path, kept: kept)
  }
}

extension Increment {
  fileprivate func snapshots() throws(TrackingError) -> [ExperimentSnapshot] {
    guard let experiments = try experimentsFolder() else { return [] }
    return try ExperimentCatalog(experiments).snapshots(children: false, archived: false)
  }

  /// The experiment that a program has started to reproduce another; of several the one of the same
  /// name.
  fileprivate func reproduction(
    of snapshot: ExperimentSnapshot, among all: [ExperimentSnapshot], since begun: Double
  ) throws(TrackingError) -> Experiment? {
    let found = all.filter {
      $0.fact(ReproducedExperiment.section)?["of"]?.text == snapshot.identity.id
        && $0.identity.created >= begun
    }
    let same = found.first { $0.name.isSame(as: snapshot.name) } ?? found.first
    return try same.map { (found) throws(TrackingError) in
      try load("\(path)/experiments/\(found.folder)")
    }
  }
}
