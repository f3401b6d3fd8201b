import CPlatform
import ExperimentStore
import FileSystem
import TrackingEntities

/// Whether what is in the files is what was written into them.
extension ExperimentCheck {
  /// The views that are not what the library wrote, nor what it would write now.
  mutating func checkViews(_ snapshot: ExperimentSnapshot) {
    // Nothing can be compared where people wrote the files themselves.
    guard snapshot.history != .missing, let now = try? Views(of: snapshot).contents() else {
      return
    }
    let summary = ((try? directory.read(Views.summary)) ?? nil).flatMap(SummaryFile.init)
    for (name, bytes) in now {
      guard entries.has(name) else {
        add(.missingView, name, "the view is not there", "repair to write it again")
        continue
      }
      let present = (try? directory.read(name)) ?? nil
      if let present, present == bytes { continue }
      if name == Views.summary {
        if summary != nil { continue }
      } else if let present, summary?.vouches(for: name, digest: ViewDigest.of(present)) == true {
        continue
      }
      add(
        .editedView, name, "it is not what was written: edited by hand, or damaged",
        "repair to write it again and keep this one as \(name).edited; log what should change")
    }
  }

  /// The artifacts that are not there, or are not what was saved.
  mutating func checkArtifacts(_ snapshot: ExperimentSnapshot, reads: Bool) {
    for artifact in snapshot.artifacts where !artifact.removed {
      let path = artifact.keptAs.isEmpty ? artifact.path : artifact.keptAs
      do throws(TrackingError) {
        guard let status = try SystemCalls.statusIfPresent(directory.descriptor, path) else {
          add(
            .artifactMissing, path, "the artifact is not there",
            artifact.size > GitFiles.limit
              ? "copy it from where it was made; git leaves out files over 5 MB"
              : "restore it from a copy")
          continue
        }
        let isFolder = platform_is_directory(status.st_mode) != 0
        if !isFolder, UInt64(clamping: status.st_size) != artifact.size {
          changed(
            path, "it has \(status.st_size) bytes and was saved with \(artifact.size)")
        } else if reads, let content = try ArtifactCopy.content(of: path, in: directory),
          content.sha256 != artifact.sha256
        {
          changed(path, "its hash is not the one that was recorded when it was saved")
        }
      } catch {
        add(.unreadable, path, error.message, "make it readable, or restore it from a copy")
      }
    }
  }

  private mutating func changed(_ path: String, _ what: String) {
    add(
      .artifactChanged, path, what,
      "restore it from a copy, or save it again if the change was meant")
  }
}
