import TrackingEntities

/// What rows are called, so that no two read the same.
enum Names {
  /// The name to show; the folder for a blank one, as in a damaged file.
  static func shown(_ snapshot: ExperimentSnapshot) -> String {
    let isBlank = snapshot.name.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    return VisibleText.line(isBlank ? snapshot.folder : snapshot.name)
  }

  /// Where rows come from several increments each says from which: `0002-topic/xgboost-v1`. The
  /// second run of a name becomes `xgboost-v1 (2)`; what is still the same, as after a copied
  /// folder, gets its folder.
  static func tellApart(_ rows: inout [Comparison.Row]) {
    if Set(rows.map { Key($0.snapshot.increment) }).count > 1 {
      for index in rows.indices where rows[index].group == nil {
        rows[index].name =
          VisibleText.line(rows[index].snapshot.increment) + "/" + rows[index].name
      }
    }
    rename(&rows) { row in
      let identity = (row.sweep ?? row.snapshot).identity
      return identity.rerun > 1 ? "\(row.name) (\(identity.rerun))" : row.name
    }
    rename(&rows) { "\($0.name) [\(VisibleText.line($0.snapshot.folder))]" }
  }

  private static func rename(
    _ rows: inout [Comparison.Row], to name: (Comparison.Row) -> String
  ) {
    let uses = Dictionary(rows.map { (Key($0.name), 1) }, uniquingKeysWith: +)
    for index in rows.indices where uses[Key(rows[index].name)] != 1 {
      rows[index].name = name(rows[index])
    }
  }
}
