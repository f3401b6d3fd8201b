import CPlatform
import EventLog
package import ExperimentStore
import FileSystem
package import TrackingEntities

/// Looks at one experiment's folder for what is not as it should be, and changes nothing.
package struct ExperimentCheck {
  let directory: Directory
  /// Relative to `experiments/`.
  let folder: String
  let entries: [DirectoryEntry]
  private(set) var findings: [StoreFinding] = []

  /// What is found in an experiment's folder; not in those of the experiments inside it.
  ///
  /// - Parameters:
  ///   - found: The experiment.
  ///   - children: The names of the folders in it that are experiments.
  ///   - artifacts: Whether all artifacts are read, to compare their hashes.
  package static func findings(
    in found: FoundExperiment, children: Set<String>, artifacts: Bool
  ) -> [StoreFinding] {
    var check = ExperimentCheck(
      directory: found.directory, folder: found.listed.folder, entries: found.entries)
    do throws(TrackingError) {
      try check.run(children, artifacts)
    } catch {
      check.add(
        .unreadable, "", error.message, "make the folder readable, or restore it from a copy")
    }
    return check.findings
  }

  private init(directory: Directory, folder: String, entries: [DirectoryEntry]) {
    (self.directory, self.folder, self.entries) = (directory, folder, entries)
  }

  mutating func add(_ kind: StoreFinding.Kind, _ name: String, _ what: String, _ remedy: String) {
    let path = name.isEmpty ? folder : folder + "/" + name
    findings.append(StoreFinding(kind, path, what: what, remedy: remedy))
  }

  private mutating func run(_ children: Set<String>, _ artifacts: Bool) throws(TrackingError) {
    let files = try ExperimentFiles.eventFiles(in: directory, entries: entries).map(\.file)
    let newer = files.filter {
      (try? SessionLogReader.isNewer(directory: directory, file: $0)) == true
    }
    for file in newer {
      add(
        .newerFormat, file, "written by a newer version of specweave-ml",
        "update specweave-ml to read it")
    }
    // What this version would misread is left alone.
    if !newer.isEmpty || checkSummaryFormat() { return }
    let reader = ExperimentReader(directory, folder: folder)
    let snapshot = try reader.read(entries)
    guard let snapshot else {
      add(
        .unreadable, "", "no file in it can be read as an experiment",
        "restore it from a copy, or move the folder away")
      return
    }
    checkEvents(try reader.writerFiles(), of: snapshot, reader)
    try checkLife(snapshot, reader)
    if snapshot.status.isFinal {
      checkViews(snapshot)
      checkLeftovers()
    }
    checkArtifacts(snapshot, reads: artifacts)
    checkForeign(snapshot, children)
  }

  private mutating func checkSummaryFormat() -> Bool {
    guard entries.has(Views.summary), let bytes = try? directory.read(Views.summary),
      let format = (try? Value(json: bytes, options: .lenient))?["format"]?.integer,
      format > Int64(SessionHeader.currentFormat)
    else { return false }
    add(
      .newerFormat, Views.summary, "written by a newer version of specweave-ml (format \(format))",
      "update specweave-ml to read it")
    return true
  }

  private mutating func checkEvents(
    _ logs: [WriterFile], of snapshot: ExperimentSnapshot, _ reader: ExperimentReader
  ) {
    if snapshot.history == .missing, reader.readSummary() != nil {
      add(
        .incompleteCopy, "", "the event files are missing: what is known comes from the views",
        "copy them from where the experiment was made; git leaves out those over 5 MB")
    } else {
      for loss in reader.losses(of: logs) {
        add(
          .incompleteCopy, loss.file, loss.description,
          "copy the file again from where the experiment was made")
      }
    }
    for log in logs {
      if log.log.header == nil {
        add(
          .unreadable, log.file, "no header of ours can be read in it",
          "restore the file from a copy")
        continue
      }
      for damage in log.log.damages {
        add(
          .damagedRecord, damage.file, damage.description,
          "restore the file from a copy; all before and after it is read")
      }
    }
  }

  private mutating func checkLife(
    _ snapshot: ExperimentSnapshot, _ reader: ExperimentReader
  ) throws(TrackingError) {
    if snapshot.status == .crashed, try reader.recorded(entries)?.status == .running {
      add(
        .crashed, "",
        "its process ended before it finished the experiment, which is not recorded yet",
        "repair to record it, or resume the experiment")
    }
    for file in try ExperimentFiles.filesWithPending(in: directory, entries: entries)
    where Liveness.isLocked(directory, file) == false {
      add(
        .pendingPoints, file,
        "points wait in memory for it, and the process that wrote them is gone",
        "repair to move them to the file, or resume the experiment")
    }
  }

  /// The files that a process that died may have left half done.
  private mutating func checkLeftovers() {
    if entries.has(ExperimentFiles.saving) {
      add(
        .unfinishedMove, ExperimentFiles.saving, "a save was cut short",
        "repair to give the older version its name back")
    }
    for entry in entries where Self.isLeftover(entry) {
      add(
        .leftoverFile, entry.name, "a temporary file that its process left", "repair to remove it")
    }
    for name in ExperimentsFolder.leftBehind(in: directory) {
      add(.unfinishedMove, name, "a deletion was cut short", "repair to finish it")
    }
  }

  /// Whether it is a temporary file for one of ours, and not merely called like one.
  static func isLeftover(_ entry: DirectoryEntry) -> Bool {
    (Views.files + GitFiles.names + [ExperimentFiles.renewed, ExperimentFiles.settings] + reports)
      .contains(where: entry.isTemporary(for:))
  }

  private static let reports = ["comparison.md", "pipeline.md", "sweep.md", "report.md"]

  private mutating func checkForeign(_ snapshot: ExperimentSnapshot, _ children: Set<String>) {
    var own = children
    for artifact in snapshot.artifacts {
      let path = artifact.keptAs.isEmpty ? artifact.path : artifact.keptAs
      if let first = path.pathParts.first { own.insert(first) }
    }
    for entry in entries {
      let name = entry.name
      let isOurs =
        own.contains(name) || ReservedName.isReserved(name) || Self.reports.contains(name)
        || Self.reports.contains { name.isContinuation(of: $0 + ".edited") }
        || name.isContinuation(of: Views.summary) || Self.isLeftover(entry)
        || (entry.kind == .folder && name.isHiddenName && name.isContinuation(of: ".deleted."))
      if isOurs { continue }
      add(
        .foreignFile, entry.shown, "not of this library, and not an artifact of the experiment",
        "nothing has to be done; save it as an artifact to record its hash")
    }
  }
}
