package import TrackingEntities

/// How a report of the archive looks.
extension ArchiveReport {
  private var shown: [Entry] {
    entries(.archive) + entries(.keep)
  }

  /// The experiments that fulfil the conditions as a table of plain values.
  package var table: DataTable {
    let isAcross = Set(entries.map(\.increment)).count > 1
    var columns: [DataTable.Column] = [
      .init("action"), .init("name"), .init("number"), .init("status"),
      .init("last_active", isTime: true), .init("inside"), .init("reason"),
    ]
    if isAcross { columns.insert(.init("increment"), at: 1) }
    if !isDryRun { columns.append(.init("moved_to")) }
    var table = DataTable(columns)
    for entry in shown {
      let snapshot = entry.snapshot
      var row: [Value] = [
        .text(entry.action.rawValue), .text(snapshot.name),
        .integer(exactly: snapshot.identity.number),
        .text(snapshot.status.rawValue), .number(entry.lastActive),
        .integer(Int64(entry.inside)), .text(entry.reason),
      ]
      if isAcross { row.insert(.text(entry.increment), at: 1) }
      if !isDryRun { row.append(entry.movedTo.map { .text($0) } ?? .null) }
      table.append(row)
    }
    return table
  }

  /// The table for a terminal, where the reasons need the room: without the times, which the
  /// reasons tell where an age was asked for, and without what is the same everywhere.
  package var shortTable: DataTable {
    let table = table
    let kept = table.columns.indices.filter { place in
      switch table.columns[place].name {
      case "last_active": false
      case "inside": shown.contains { $0.inside > 0 }
      case "status": Set(shown.map(\.snapshot.status)).count > 1
      default: true
      }
    }
    return DataTable(
      kept.map { table.columns[$0] }, rows: table.rows.map { row in kept.map { row[$0] } })
  }

  /// What is said below the table, one sentence each.
  package var remarks: [String] {
    let (moved, kept, skipped) = (
      entries(.archive).count, entries(.keep).count, entries(.skip).count
    )
    var remarks: [String] = []
    if isDryRun {
      remarks.append(
        moved == 0
          ? "Nothing would be archived."
          : "Dry run: nothing was moved. \(CountText.of(moved, "experiment")) would be archived.")
    } else {
      remarks.append(
        moved == 0
          ? "Nothing was archived." : "\(CountText.of(moved, "experiment")) archived.")
    }
    if kept > 0 {
      remarks.append(
        CountText.of(kept, "experiment") + (kept == 1 ? " that fulfils" : " that fulfil")
          + " the conditions \(kept == 1 ? "is" : "are") kept.")
    }
    if skipped > 0 {
      remarks.append(
        CountText.of(skipped, "other") + (skipped == 1 ? " does" : " do")
          + " not fulfil the conditions.")
    }
    return remarks
  }

  /// As JSON values; docs/schemas/archive.schema.json describes them.
  package var value: Value {
    [
      "dry_run": .boolean(isDryRun),
      "experiments": .list(
        entries.map { entry in
          let snapshot = entry.snapshot
          return [
            "action": .text(entry.action.rawValue), "reason": .text(entry.reason),
            "name": .text(snapshot.name), "number": .integer(exactly: snapshot.identity.number),
            "folder": .text(snapshot.folder), "increment": .text(entry.increment),
            "status": .text(snapshot.status.rawValue),
            "last_active": .number(entry.lastActive), "inside": .integer(Int64(entry.inside)),
            "moved_to": entry.movedTo.map { .text($0) } ?? .null,
          ]
        }),
    ]
  }
}

extension ArchiveReport: TabularReport {
  package var title: String { isDryRun ? "What would be archived" : "What was archived" }
}
