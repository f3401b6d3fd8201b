import FileSystem
package import TrackingEntities

/// What MLflow's file store says of experiments: an increment is an experiment there, an
/// experiment a run.
package enum MLflowPages {
  /// The `meta.yaml` of an increment.
  package static func increment(
    id: String, name: String, location: String, _ snapshots: [ExperimentSnapshot]
  ) -> Value {
    [
      "artifact_location": .text(location),
      "creation_time": milliseconds(snapshots.map(\.identity.created).min() ?? 0),
      "experiment_id": .text(id),
      "last_update_time": milliseconds(snapshots.map(\.lastWrite).max() ?? 0),
      "lifecycle_stage": "active",
      "name": .text(name),
    ]
  }

  /// The `meta.yaml` of an experiment.
  package static func run(
    _ snapshot: ExperimentSnapshot, id: String, experiment: String, artifacts: String
  ) -> Value {
    [
      "artifact_uri": .text(artifacts),
      "end_time": snapshot.ended.map(milliseconds) ?? .null,
      "entry_point_name": "",
      "experiment_id": .text(experiment),
      "lifecycle_stage": "active",
      "run_id": .text(id),
      "run_name": .text(snapshot.name),
      "run_uuid": .text(id),
      "source_name": "",
      "source_type": 4,  // LOCAL
      "source_version": "",
      "start_time": milliseconds(snapshot.identity.created),
      "status": .integer(status(snapshot.status)),
      "tags": [],
      "user_id": .text(fact("about", "author", of: snapshot) ?? ""),
    ]
  }

  /// The tags of a run: what MLflow has names for, the user's tags, and what only this project
  /// knows.
  ///
  /// - Parameters:
  ///   - parent: The run of the experiment around it, if that is exported too.
  ///   - names: The names of parameters and metrics that are not their own.
  package static func tags(
    _ snapshot: ExperimentSnapshot, in increment: String, parent: String?, renamed: [Value.Entry]
  ) -> [(name: String, text: String)] {
    var tags: [(name: String, text: String)] = [("mlflow.runName", snapshot.name)]
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { tags.append((name, text)) }
    }
    let notes = [fact("about", "description", of: snapshot) ?? ""] + snapshot.notes.map(\.text)
    add("mlflow.note.content", notes.filter { !$0.isEmpty }.joined(separator: "\n\n"))
    add("mlflow.parentRunId", parent)
    add("mlflow.user", fact("about", "author", of: snapshot))
    add("mlflow.source.type", "LOCAL")
    add("mlflow.source.name", program(of: snapshot))
    add("mlflow.source.git.commit", fact("git", "commit", of: snapshot))
    add("mlflow.source.git.branch", fact("git", "branch", of: snapshot))
    add("mlflow.source.git.repoURL", fact("git", "remote", of: snapshot))
    add("specweave.increment", increment)
    add("specweave.folder", snapshot.folder)
    add("specweave.kind", snapshot.identity.kind)
    add("specweave.status", snapshot.status.rawValue)
    add("specweave.failure", snapshot.failure.map { "\($0.type): \($0.message)" })
    if let selection = snapshot.selection, selection.selected {
      add("specweave.selected", selection.rationale.joined(separator: "\n"))
    }
    var names = MLflowNames(reserved: ["mlflow.", "specweave."])
    for tag in snapshot.tags { tags.append((names.name(for: Key(tag)), "true")) }
    let all = renamed + (names.renamed.isEmpty ? [] : [.init("tags", .map(names.renamed))])
    if !all.isEmpty { add("specweave.names", ExportedText.of(.map(all))) }
    return tags
  }

  /// The parameters of a run by their paths, each as text.
  package static func params(_ snapshot: ExperimentSnapshot) -> [(key: Key, text: String)] {
    FlattenedParams.ofParams(snapshot).map { ($0.key, ExportedText.of($0.value)) }
  }

  /// A point as a line of a metric's file.
  package static func line(step: Int64, value: MetricValue, time: Double) -> String {
    let text =
      switch value {
      case .double(let number): ExportedText.of(number)
      case .integer(let integer): String(integer)
      case .boolean(let flag): flag ? "1" : "0"
      }
    return ExportedText.of(milliseconds(time)) + " " + text + " \(step)\n"
  }

  private static func status(_ status: ExperimentStatus) -> Int64 {
    switch status {
    case .running, .unknown: 1  // RUNNING
    case .completed: 3  // FINISHED
    case .failed, .crashed: 4  // FAILED
    case .interrupted: 5  // KILLED
    }
  }

  private static func milliseconds(_ seconds: Double) -> Value {
    .integer(Int64(exactly: (seconds * 1000).rounded()) ?? 0)
  }

  private static func fact(
    _ section: Key, _ name: Key, of snapshot: ExperimentSnapshot
  ) -> String? {
    snapshot.fact(section)?[name]?.text
  }

  /// The script, or the program where there is none.
  private static func program(of snapshot: ExperimentSnapshot) -> String? {
    let words = snapshot.fact("command")?["arguments"]?.elements.compactMap(\.text) ?? []
    return words.first { $0.isEnding(in: ".py") } ?? words.first
  }
}
