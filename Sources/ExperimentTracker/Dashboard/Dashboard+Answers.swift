import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

extension Dashboard {
  private static let asks = [
    "experiments", "read", "series", "experiment", "filter", "difference", "comparison", "output",
    "file", "images", "docs", "why", "edit", "policy",
  ]

  /// The members of the answer to one request.
  func members(of request: DashboardRequest) throws(TrackingError) -> [Value.Entry] {
    switch request.ask {
    case "experiments": return table(since: try request.text("since"))
    // Everything was read before this is asked, unless the request says how long it waits.
    case "read": return [.init("unread", .integer(0))]
    case "series": return curves(try CurvesRequest(request))
    case "experiment": return try experiment(try row(try request.required("id")))
    case "filter": return try filtered(try request.required("where"))
    case "difference": return try difference(try pair(request))
    case "comparison": return try comparison(request)
    case "output": return try output(try row(try request.required("id")), request)
    case "file": return try file(try row(try request.required("id")), request)
    case "images": return try logged(try row(try request.required("id")), request)
    case "docs": return try documents()
    case "why": return try explanation(try pair(request))
    case "edit": return try edit(try row(try request.required("id")), request)
    case "policy": return [.init("policy", .text(try policy()))]
    default:
      throw TrackingError(
        .invalidArgument, "there is no request '\(request.ask)'; there are:",
        candidates: LookupSuggestions.ordered(Self.asks, closestTo: request.ask))
    }
  }

  /// The experiment of an identifier.
  func row(_ id: String) throws(TrackingError) -> DashboardRow {
    if let row = experiments.row(id) { return row }
    throw TrackingError(
      .experimentNotFound,
      "there is no experiment '\(VisibleText.line(id, limit: 80))': it was removed or archived")
  }

  /// The two experiments of `ids`.
  private func pair(
    _ request: DashboardRequest
  ) throws(TrackingError) -> (DashboardRow, DashboardRow) {
    guard let ids = try request.texts("ids"), ids.count == 2 else {
      throw request.wrong("ids", "a list of two experiments")
    }
    return (try row(ids[0]), try row(ids[1]))
  }

  /// The experiment itself.
  func loaded(_ row: DashboardRow) throws(TrackingError) -> Experiment {
    guard let increment = experiments.increment(of: row) else {
      throw TrackingError(.experimentNotFound, "there is no experiment '\(row.id)' any more")
    }
    return try increment.load(row.entry.path)
  }

  // MARK: Tables and curves

  func table(since: String?) -> [Value.Entry] {
    let changes = experiments.changes(since: since)
    return table(changes.rows, removed: changes.removed, isWhole: changes.isWhole)
  }

  /// As `table(since:)`, of what can be read in some seconds.
  ///
  /// - Parameter most: Of more rows than these, who has none yet is given the top-level ones that
  ///   were created last.
  func table(
    since: String?, within seconds: Double, most: Int
  ) throws(TrackingError) -> [Value.Entry] {
    let unread = try experiments.lookFurther(for: seconds, most: since == nil ? most : .max)
    let changes = experiments.changes(since: since)
    guard changes.isWhole, changes.rows.count > most else {
      return table(
        changes.rows, removed: changes.removed, isWhole: changes.isWhole, unread: unread)
    }
    let newest = changes.rows.filter { $0.parent == nil }.sorted {
      $0.snapshot.identity.created > $1.snapshot.identity.created
    }.prefix(most)
    return table(
      Array(newest), removed: [], isWhole: true,
      unread: unread + changes.rows.count - newest.count,
      revision: experiments.revisionBeforeAll)
  }

  /// All there is of these experiments.
  func table(of rows: [DashboardRow]) -> [Value.Entry] {
    table(rows, removed: [], isWhole: true)
  }

  private func table(
    _ rows: [DashboardRow], removed: [String], isWhole: Bool, unread: Int = 0,
    revision: String? = nil
  ) -> [Value.Entry] {
    let increments = experiments.increments.map { increment -> Value in
      ["name": .text(increment.name), "path": .text(increment.path)]
    }
    let project = (try? Project.path(around: start)) ?? start
    return [
      .init("revision", .text(revision ?? experiments.revisionText)),
      .init("whole", .boolean(isWhole)),
      .init("project", .text(project.lastPathPart)),
      .init("generated", .number(Clock.now())),
      .init("increments", .list(increments)),
      .init("ids", .list(rows.map { .text($0.id) })),
      .init("removed", .list(removed.map { .text($0) })),
      .init(
        "columns",
        DashboardColumns.value(
          rows, primary: experiments.primary, leavesEmptyOut: !isWhole)),
      .init("primary", experiments.primary.map { .text($0.key.text) } ?? .null),
      .init("editable", .boolean(options.edit)),
      .init("unread", .integer(Int64(unread))),
    ]
  }

  func curves(_ request: CurvesRequest) -> [Value.Entry] {
    let rows = request.ids.map { ids in ids.compactMap { experiments.row($0) } } ?? experiments.rows
    var answer = CurvesAnswer(request)
    var problems: [Value] = []
    for row in rows {
      guard let folder = experiments.folder(of: row) else { continue }
      do throws(TrackingError) {
        try answer.add(row, in: folder, &curves)
      } catch {
        problems.append(["id": .text(row.id), "message": .text(error.message)])
      }
    }
    return answer.members + (problems.isEmpty ? [] : [.init("problems", .list(problems))])
  }

  private func filtered(_ text: String) throws(TrackingError) -> [Value.Entry] {
    let filter = try ExperimentFilter(text)
    let chosen = experiments.rows.filter { filter.matches($0.snapshot, in: $0.entry.increment) }
    return [
      .init("ids", .list(chosen.map { .text($0.id) })),
      .init(
        "notes", .list(filter.notes(on: experiments.rows.map(\.snapshot)).map { .text($0) })),
    ]
  }

  // MARK: Experiments

  func experiment(_ row: DashboardRow) throws(TrackingError) -> [Value.Entry] {
    let value = SnapshotJSON.value(row.snapshot, parentNumber: row.entry.parent?.number)
    // The page knows it, and those around and inside it, by other names where they have none.
    var members = value.entries.filter { !["id", "parent", "artifacts"].contains($0.key) }
    let artifacts = (value["artifacts"]?.elements ?? []).map { artifact -> Value in
      let path = artifact["path"]?.text ?? ""
      return .map(
        artifact.entries + [
          .init("name", .text(path)), .init("type", .text(ContentType(ofName: path).name)),
        ])
    }
    let inside = experiments.rows.filter { $0.parent == row.id }.map { child -> Value in
      [
        "id": .text(child.id), "name": .text(child.snapshot.name),
        "label": .text(child.entry.label), "status": .text(child.snapshot.status.rawValue),
      ]
    }
    members += [
      .init("artifacts", .list(artifacts)), .init("children", .list(inside)),
      .init("reproduce", Self.reproduction(of: row.snapshot)),
      .init("id", .text(row.id)), .init("parent", row.parent.map { .text($0) } ?? .null),
      .init("increment", .text(row.entry.increment)),
      .init("path", .text(row.entry.path)),
    ]
    if row.snapshot.identity.kind == "pipeline" {
      members.append(.init("pipeline", stages(of: row)))
    }
    return members
  }

  /// The stages of a pipeline: the newest attempt of each, and what it depends on.
  private func stages(of pipeline: DashboardRow) -> Value {
    let beside = experiments.rows.filter {
      $0.entry.incrementPath == pipeline.entry.incrementPath
    }
    let ids = Dictionary(
      beside.map { (Key($0.snapshot.folder), $0.id) }, uniquingKeysWith: { first, _ in first })
    func value(_ stages: [PipelineStages.Stage]) -> Value {
      let names = stages.map { Value.text(ids[Key($0.snapshot.folder)] ?? "") }
      return .list(
        zip(stages, names).map { stage, id in
          [
            "id": id, "name": .text(stage.snapshot.name),
            "status": .text(stage.snapshot.status.rawValue),
            "duration": stage.snapshot.duration.map { .number($0) } ?? .null,
            "attempts": .integer(Int64(stage.attempts)),
            "depends_on": .list(stage.dependsOn.map { names[$0] }),
            "inside": value(stage.inside),
          ]
        })
    }
    return [
      "stages": value(PipelineStages(of: pipeline.snapshot.folder, beside.map(\.snapshot)).all)
    ]
  }

  private static func reproduction(of snapshot: ExperimentSnapshot) -> Value {
    let ingredients = ReproductionIngredients(snapshot)
    return [
      "steps": .text(ExperimentReport.stepsAgain(snapshot)),
      "missing": .list(ingredients.missing.map { .text($0) }),
    ]
  }

  private func difference(
    _ pair: (DashboardRow, DashboardRow)
  ) throws(TrackingError) -> [Value.Entry] {
    let (before, after) = (try loaded(pair.0), try loaded(pair.1))
    let difference = ExperimentDifference(of: pair.1.snapshot, from: pair.0.snapshot)
    let code = try after.codeDifference(from: before)
    return DifferenceJSON.value(difference, code: code).entries
  }

  private func explanation(
    _ pair: (DashboardRow, DashboardRow)
  ) throws(TrackingError) -> [Value.Entry] {
    let explanation = try loaded(pair.1).explanation(from: try loaded(pair.0))
    return ExplanationReport.value(explanation).entries + [
      .init("markdown", .text(ExplanationReport.markdown(explanation)))
    ]
  }

  func comparison(_ request: DashboardRequest) throws(TrackingError) -> [Value.Entry] {
    let rows = try request.texts("ids").map { (ids) throws(TrackingError) in
      try ids.map { (id) throws(TrackingError) in try row(id) }
    }
    var members: [Value.Entry] = []
    if let given = request.value("options") {
      guard case .map(let entries) = given else { throw request.wrong("options", "an object") }
      members = entries.filter { !["write", "increments", "only"].contains($0.key) }
      // A path may lead to experiments that this dashboard does not show.
      let named = members.first { $0.key == "experiments" }?.value.elements ?? []
      if named.contains(where: { $0.text.map(Self.isPath) ?? false }) {
        throw request.wrong("options", "an object whose \"experiments\" are names, not paths")
      }
    }
    guard
      let home = rows?.first.flatMap({ experiments.increment(of: $0) })
        ?? experiments.increments.first
    else { throw TrackingError(.incrementNotFound, "the project has no increment yet") }
    if let rows {
      members.append(
        .init(
          "only",
          .list(rows.map { .text($0.entry.path) })))
    } else {
      let others = experiments.increments.filter { !$0.path.isSame(as: home.path) }
      if !others.isEmpty {
        members.append(.init("increments", .list(others.map { .text($0.path) })))
      }
    }
    members.append(.init("write", .boolean(false)))
    let result = try home.compare(
      json: try Value.map(members).json(layout: .compact), for: "a comparison")
    return withIDs(result.json().entries, result)
  }

  private static func isPath(_ name: String) -> Bool {
    name.isAbsolutePath || name.isContinuation(of: "../")
  }

  /// The comparison with what the page calls each row's experiment.
  func withIDs(
    _ members: [Value.Entry], _ result: ComparisonResult
  ) -> [Value.Entry] {
    var members = members
    for place in members.indices where members[place].key == "rows" {
      let rows = zip(members[place].value.elements, result.comparison.rows).map { value, row in
        Value.map(value.entries + [.init("id", .text(row.snapshot.identity.id))])
      }
      members[place].value = .list(rows)
    }
    return members
  }
}
