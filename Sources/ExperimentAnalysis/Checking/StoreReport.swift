public import TrackingEntities

/// What a check of the store has found.
public struct StoreReport: Sendable {
  /// The findings, the worst first, else by increment and path.
  public let findings: [StoreFinding]
  /// How many experiments were looked at.
  public let experiments: Int
  /// Whether what can be repaired was.
  public let isRepair: Bool

  package init(_ findings: [StoreFinding], experiments: Int, isRepair: Bool) {
    let ranks = StoreFinding.Severity.allCases
    func rank(_ finding: StoreFinding) -> Int {
      ranks.firstIndex(of: finding.kind.severity) ?? ranks.count
    }
    self.findings = findings.enumerated().sorted { left, right in
      (rank(left.element), left.offset) < (rank(right.element), right.offset)
    }.map(\.element)
    (self.experiments, self.isRepair) = (experiments, isRepair)
  }

  /// Whether nothing is wrong that is more than good to know, or all of it was repaired.
  public var isHealthy: Bool {
    findings.allSatisfy { $0.kind.severity == .info || $0.isRepaired }
  }
}

extension StoreReport: TabularReport {
  package var title: String { "Check of the store" }

  package var table: DataTable {
    let isAcross = Set(findings.map(\.increment)).count > 1
    var columns: [DataTable.Column] = [
      .init("severity"), .init("kind"), .init("path"), .init("what"), .init("remedy"),
    ]
    if isAcross { columns.insert(.init("increment"), at: 2) }
    if isRepair { columns.append(.init("repaired")) }
    var table = DataTable(columns)
    for finding in findings {
      var row: [Value] = [
        .text(finding.kind.severity.rawValue), .text(finding.kind.rawValue), .text(finding.path),
        .text(finding.what), .text(finding.remedy),
      ]
      if isAcross { row.insert(.text(finding.increment), at: 2) }
      if isRepair { row.append(.text(finding.isRepaired ? "yes" : "no")) }
      table.append(row)
    }
    return table
  }

  /// Each finding in one line, and below it what was found and what to do, in as many lines as that
  /// takes: a cell would cut it.
  package func lines(width: Int?) -> String {
    let isAcross = Set(findings.map(\.increment)).count > 1
    let kinds = findings.map { TextWidth.of($0.kind.rawValue) }.max() ?? 0
    return findings.map { finding in
      let place = [isAcross ? finding.increment : "", finding.path].filter { !$0.isEmpty }
      let severity = TextWidth.padded(finding.kind.severity.rawValue, to: Self.widestSeverity)
      let kind = TextWidth.padded(finding.kind.rawValue, to: kinds)
      let shown = place.isEmpty ? "." : VisibleText.line(place.joined(separator: "/"), limit: .max)
      let sentence = VisibleText.line("\(finding.what); \(finding.remedy)", limit: .max)
      let head = "\(severity)  \(kind)  \(shown)\(finding.isRepaired ? "  repaired" : "")\n"
      return head + WrappedText.whole(sentence, to: width, indent: "  ").map { $0 + "\n" }.joined()
    }.joined()
  }

  private static let widestSeverity =
    StoreFinding.Severity.allCases.map(\.rawValue.utf8.count).max() ?? 0

  package var remarks: [String] {
    let looked = "\(CountText.of(experiments, "experiment")) checked"
    if findings.isEmpty { return ["\(looked): nothing found."] }
    let counts = StoreFinding.Severity.allCases.compactMap { severity -> String? in
      let count = findings.count { $0.kind.severity == severity }
      let plural = severity == .info ? "info" : nil
      return count == 0 ? nil : CountText.of(count, severity.rawValue, plural: plural)
    }
    var remarks = ["\(looked): \(counts.joined(separator: ", "))."]
    let repairable = findings.count { $0.kind.isRepairable && !$0.isRepaired }
    if isRepair {
      remarks.append("\(CountText.of(findings.count(where: \.isRepaired), "finding")) repaired.")
    } else if repairable > 0 {
      remarks.append("A repair can set \(repairable) of them right.")
    }
    return remarks
  }

  package var value: Value {
    [
      "experiments": .integer(Int64(experiments)), "repair": .boolean(isRepair),
      "healthy": .boolean(isHealthy),
      "findings": .list(
        findings.map { finding in
          [
            "severity": .text(finding.kind.severity.rawValue), "kind": .text(finding.kind.rawValue),
            "increment": .text(finding.increment), "path": .text(finding.path),
            "what": .text(finding.what), "remedy": .text(finding.remedy),
            "repairable": .boolean(finding.kind.isRepairable),
            "repaired": .boolean(finding.isRepaired),
          ]
        }),
    ]
  }
}
