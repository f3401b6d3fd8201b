import ExperimentAnalysis
import ExperimentRuntime
import FileSystem
import TrackingEntities

/// Experiments as a folder of MLflow's file store, `mlruns`: an increment is an experiment there,
/// an experiment a run.
struct MLflowExport {
  private let listing: IncrementListing
  /// Where the folder will be.
  private let place: String
  /// The run of each experiment by its folder's path.
  private let runs: [Key: String]

  init(_ listing: IncrementListing, at place: String) {
    self.listing = listing
    self.place = place
    var runs: [Key: String] = [:]
    var taken: Set<String> = []
    for entry in listing.entries {
      // A folder that somebody has copied tells the same id.
      var run = entry.snapshot.identity.id
      while !taken.insert(run).inserted { run += "-2" }
      runs[Key(entry.path)] = run
    }
    self.runs = runs
  }

  /// - Returns: What the reader should know.
  func write(to folder: Directory) throws(TrackingError) -> [String] {
    var notes = listing.notes
    var members: [[ListingEntry]] = []
    var places: [Key: Int] = [:]
    for entry in listing.entries {
      if let place = places[Key(entry.incrementPath)] {
        members[place].append(entry)
      } else {
        places[Key(entry.incrementPath)] = members.count
        members.append([entry])
      }
    }
    for (place, entries) in members.enumerated() {
      try write(entries, id: String(place + 1), to: folder, &notes)
    }
    return notes
  }

  /// Writes the experiments of one increment.
  private func write(
    _ entries: [ListingEntry], id: String, to folder: Directory, _ notes: inout [String]
  ) throws(TrackingError) {
    let own = try folder.makeFolder(id)
    let location = FileURL.of(Directory.join(place, id))
    for entry in entries {
      let run = run(of: entry)
      let target = try own.makeFolder(run)
      let artifacts = location + "/" + run + "/artifacts"
      try Self.write(
        MLflowPages.run(entry.snapshot, id: run, experiment: id, artifacts: artifacts),
        to: target)
      let renamed =
        try writeParams(entry.snapshot, to: try target.makeFolder("params"))
        + writeMetrics(entry, to: try target.makeFolder("metrics"), &notes)
      let tags = try target.makeFolder("tags")
      let parent = entry.snapshot.folder.pathParent
      for tag in MLflowPages.tags(
        entry.snapshot, in: entry.increment,
        parent: runs[Key(entry.incrementPath + "/experiments/" + parent)], renamed: renamed)
      {
        try Self.write(tag.text, to: tag.name, in: tags)
      }
      try copyArtifacts(of: entry, to: try target.makeFolder("artifacts"), &notes)
    }
    try Self.write(
      MLflowPages.increment(
        id: id, name: entries.first?.increment ?? "", location: location, entries.map(\.snapshot)),
      to: own)
  }

  private func run(of entry: ListingEntry) -> String {
    runs[Key(entry.path)] ?? entry.snapshot.identity.id
  }

  private func writeParams(
    _ snapshot: ExperimentSnapshot, to folder: Directory
  ) throws(TrackingError) -> [Value.Entry] {
    var names = MLflowNames()
    for param in MLflowPages.params(snapshot) {
      try Self.write(param.text, to: names.name(for: param.key), in: folder)
    }
    return names.renamed.isEmpty ? [] : [.init("params", .map(names.renamed))]
  }

  private func writeMetrics(
    _ entry: ListingEntry, to folder: Directory, _ notes: inout [String]
  ) throws(TrackingError) -> [Value.Entry] {
    var names = MLflowNames()
    var current: (key: Key, file: ExportFile)?
    try ExportedPoints.visit(entry, problems: &notes) {
      (key, value, step, time) throws(TrackingError) in
      if current?.key != key {
        try current?.file.flush()
        current = (key, try Self.file(names.name(for: key), in: folder))
      }
      try current?.file.write(MLflowPages.line(step: step, value: value, time: time))
      return true
    }
    try current?.file.flush()
    return names.renamed.isEmpty ? [] : [.init("metrics", .map(names.renamed))]
  }

  /// Copies the newest version of each artifact.
  private func copyArtifacts(
    of entry: ListingEntry, to folder: Directory, _ notes: inout [String]
  ) throws(TrackingError) {
    let stored = entry.snapshot.artifacts.filter { !$0.removed && $0.keptAs.isEmpty }
    if stored.isEmpty { return }
    let source = try entry.load().directory
    for artifact in stored {
      let found = try ArtifactCopy.export(artifact.path, from: source, to: folder)
      if found == nil {
        notes.append("'\(artifact.path)' of '\(entry.snapshot.folder)' is not there any more")
      } else if let found, found != artifact.sha256 {
        notes.append(
          "'\(artifact.path)' of '\(entry.snapshot.folder)' is not what was saved; it was copied "
            + "as it is")
      }
    }
  }

  private static func write(_ page: Value, to folder: Directory) throws(TrackingError) {
    _ = try folder.create("meta.yaml", try page.yaml())
  }

  private static func write(
    _ text: String, to name: String, in folder: Directory
  ) throws(TrackingError) {
    let file = try file(name, in: folder)
    try file.write(text)
    try file.flush()
  }

  /// A file whose name may hold folders.
  private static func file(
    _ name: String, in folder: Directory
  ) throws(TrackingError) -> ExportFile {
    let parent = name.pathParent
    return try ExportFile(
      name.lastPathPart, in: parent.isEmpty ? folder : try folder.makeFolder(parent))
  }
}

/// The address of a file.
enum FileURL {
  /// `file:///…`; what an address cannot hold is written as `%20`.
  static func of(_ path: String) -> String {
    var address = Array("file://".utf8)
    for byte in path.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || "/-._~".utf8.contains(byte)
      if isPlain {
        address.append(byte)
      } else {
        address += ("%" + Int(byte).zeroPadded(2, radix: 16, uppercase: true)).utf8
      }
    }
    return String(decoding: address, as: UTF8.self)
  }
}
