import CPlatform
import EnvironmentCapture
import ExperimentRuntime
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// Looks at what lies beside the experiments of an increment.
enum FolderCheck {
  private static let own = [
    Increment.comparisonFile, ".numbers", ".gitignore", ".gitattributes", Turn.file,
  ]
  private static let gitSeconds = 20.0

  static func findings(
    in experiments: ExperimentsFolder
  ) throws(TrackingError) -> [StoreFinding] {
    var findings: [StoreFinding] = []
    for (prefix, folder) in try folders(experiments) {
      for entry in try folder.entries() {
        if let finding = finding(entry, prefix, experiments) { findings.append(finding) }
      }
      for name in ExperimentsFolder.leftBehind(in: folder) {
        findings.append(
          StoreFinding(
            .unfinishedMove, prefix + name, what: "a deletion was cut short",
            remedy: "repair to finish it"))
      }
    }
    return findings.sorted { $0.path < $1.path } + largeFiles(experiments)
  }

  /// Finishes deletions that were cut short, and removes temporary files of dead processes.
  static func repair(_ experiments: ExperimentsFolder) throws(TrackingError) {
    for (_, folder) in try folders(experiments) {
      for name in ExperimentsFolder.leftBehind(in: folder) { folder.removeTree(name) }
      let left = try folder.entries().filter { $0.isTemporary(for: Increment.comparisonFile) }
      folder.removeLeftovers(among: left.map(\.name))
      for entry in try folder.entries() where isEmptyStart(entry, in: folder) {
        try? SystemCalls.remove(folder.descriptor, entry.name, folder: true)
      }
    }
  }

  /// `experiments/` and its archive.
  private static func folders(
    _ experiments: ExperimentsFolder
  ) throws(TrackingError) -> [(prefix: String, folder: Directory)] {
    var folders = [("", experiments.directory)]
    let name = ExperimentsFolder.archive
    if let archive = try experiments.directory.folderIfPresent(name) {
      folders.append((name + "/", archive))
    }
    return folders
  }

  private static func finding(
    _ entry: DirectoryEntry, _ prefix: String, _ experiments: ExperimentsFolder
  ) -> StoreFinding? {
    let path = prefix + entry.shown
    if entry.isTemporary(for: Increment.comparisonFile) {
      return StoreFinding(
        .leftoverFile, path, what: "a temporary file that its process left",
        remedy: "repair to remove it")
    }
    let name = entry.name
    if own.contains(name) || (prefix.isEmpty && name == ExperimentsFolder.archive)
      || name.isContinuation(of: Increment.comparisonFile + ".edited")
      || (entry.kind == .folder && name.isContinuation(of: ".deleted."))
      || experiments.experiment(at: prefix + name) != nil
    {
      return nil
    }
    let folder = prefix.isEmpty ? experiments.directory : try? experiments.directory.folder(prefix)
    if let folder, isEmptyStart(entry, in: folder) {
      return StoreFinding(
        .unfinishedMove, path, what: "a folder with nothing in it: a start was cut short",
        remedy: "repair to remove it")
    }
    return StoreFinding(
      .foreignFile, path, what: "not of this library", remedy: "nothing has to be done")
  }

  /// Whether it is a folder with nothing in it that is no start under way.
  private static func isEmptyStart(_ entry: DirectoryEntry, in folder: Directory) -> Bool {
    guard entry.kind == .folder, !entry.name.isHiddenName,
      entry.name != ExperimentsFolder.archive, let inner = try? folder.folder(entry.name),
      let entries = try? inner.entries(), entries.isEmpty,
      let status = try? SystemCalls.status(inner.descriptor)
    else { return false }
    return Clock.now() - Double(status.st_mtim.tv_sec) > 60
  }

  private static func largeFiles(_ experiments: ExperimentsFolder) -> [StoreFinding] {
    let held = GitRepository.heldFiles(
      below: experiments.directory.path, environment: ProcessContext.environment,
      seconds: gitSeconds)
    return (held ?? []).compactMap { file in
      guard
        let status = try? SystemCalls.statusIfPresent(
          experiments.directory.descriptor, file.path),
        UInt64(clamping: status.st_size) > GitFiles.limit
      else { return nil }
      let size = "\(status.st_size / 1_000_000) MB"
      return StoreFinding(
        .largeFile, file.path,
        what: file.isTracked ? "git tracks \(size)" : "git would add \(size)",
        remedy: file.isTracked
          ? "take it out of git (git rm --cached) and name it in .gitignore"
          : "name it in the .gitignore of the project")
    }
  }
}
