import EventLog
import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
import TrackingEntities

/// Experiments as a folder that TensorBoard opens: a run of each, with its scalars, notes and
/// parameters.
struct TensorBoardExport {
  private let listing: IncrementListing

  init(_ listing: IncrementListing) { self.listing = listing }

  /// - Returns: What the reader should know.
  func write(to folder: Directory) throws(TrackingError) -> [String] {
    var notes = listing.notes
    for entry in listing.entries {
      let run = (listing.isAcross ? entry.increment + "/" : "") + entry.snapshot.folder
      try write(entry, to: try folder.makeFolder(run), &notes)
    }
    return notes
  }

  private func write(
    _ entry: ListingEntry, to folder: Directory, _ notes: inout [String]
  ) throws(TrackingError) {
    let snapshot = entry.snapshot
    let created = snapshot.identity.created
    let second = UInt64(exactly: max(0, created).rounded(.down)) ?? 0
    let file = try ShownEventFile(
      in: folder, named: "events.out.tfevents.\(second.zeroPadded(10)).specweave-ml",
      time: created)
    try file.add(
      SessionInfo.start(TensorBoardSettings.of(snapshot), started: created), step: 0, time: created)
    try file.add(
      SessionInfo.end(SessionInfo.Outcome(snapshot.status), ended: snapshot.ended), step: 0,
      time: snapshot.ended ?? created)
    try ExportedPoints.visit(entry, problems: &notes) {
      (key, value, step, time) throws(TrackingError) in
      try file.add(key: key, value, step: step, time: time)
      return true
    }
    // A tag belongs to one plugin, and a metric may have any name.
    var tag = "notes"
    while snapshot.metric(Key(tag)) != nil { tag += "_" }
    for (place, note) in snapshot.notes.enumerated() {
      try file.add(.text(Key(tag), note.text), step: Int64(place), time: note.time)
    }
    try file.flush()
  }
}
