import EnvironmentCapture
public import ExperimentAnalysis
import ExperimentRuntime
import ExperimentStore
import FileSystem
public import TrackingEntities

/// Looks through increments for what is not as it should be, one experiment after the other, and
/// repairs what can be repaired without losing anything if that is asked for.
///
/// ```swift
/// let check = try StoreCheck([increment], artifacts: true)
/// while try check.step() {}
/// print(check.report.findings)
/// ```
public final class StoreCheck: @unchecked Sendable {
  private enum Unit {
    /// What is beside the experiments of an increment.
    case folder(Increment)
    case experiment(Increment, String)
  }

  private let artifacts: Bool
  private let repairs: Bool
  private let units: [Unit]
  private let lock = ForkSafeLock()
  /// Guarded by `lock`, as the next.
  private var next = 0
  private var findings: [StoreFinding] = []

  /// - Parameters:
  ///   - increments: Where to look.
  ///   - artifacts: Whether all artifacts are read, to compare their hashes.
  ///   - repair: Whether to repair what was found. Nothing of the user's is deleted: what is
  ///     replaced is kept.
  public init(
    _ increments: [Increment], artifacts: Bool = false, repair: Bool = false
  ) throws(TrackingError) {
    var units: [Unit] = []
    for increment in increments {
      guard let experiments = try increment.experimentsFolder() else { continue }
      units.append(.folder(increment))
      _ = try experiments.visit(archived: true) {
        units.append(.experiment(increment, $0.listed.folder))
      }
    }
    (self.units, self.artifacts, repairs) = (units, artifacts, repair)
  }

  /// How much was looked at, and how much there is.
  public var progress: (done: Int, total: Int) { (lock.withLock { _ in next }, units.count) }

  /// What was found so far.
  public var report: StoreReport {
    lock.withLock { _ in
      let looked = units[..<next].count { if case .experiment = $0 { true } else { false } }
      return StoreReport(findings, experiments: looked, isRepair: repairs)
    }
  }

  /// Looks at the next experiment; false if there is none left.
  @discardableResult
  public func step() throws(TrackingError) -> Bool {
    try lock.withLock { (_) throws(TrackingError) in
      guard next < units.count else { return false }
      let unit = units[next]
      next += 1
      findings += try found(in: unit)
      return next < units.count
    }
  }

  private func found(in unit: Unit) throws(TrackingError) -> [StoreFinding] {
    let before = try look(at: unit)
    guard repairs, before.contains(where: \.kind.isRepairable) else { return before }
    var failure: TrackingError?
    do throws(TrackingError) {
      try repair(unit)
    } catch  where error.code == .storage || error.code == .experimentBusy {
      // What could not be repaired is found again, and said so.
      failure = error
    }
    let after = try look(at: unit)
    return before.map { finding in
      var finding = finding
      finding.isRepaired =
        finding.kind.isRepairable
        && !after.contains { $0.kind == finding.kind && $0.path == finding.path }
      if let failure, finding.kind.isRepairable, !finding.isRepaired {
        finding.remedy = "the repair failed: \(failure.message)"
      }
      return finding
    }
  }

  private func look(at unit: Unit) throws(TrackingError) -> [StoreFinding] {
    let increment: Increment
    var findings: [StoreFinding]
    switch unit {
    case .folder(let own):
      increment = own
      guard let experiments = try own.experimentsFolder() else { return [] }
      findings = try FolderCheck.findings(in: experiments)
    case .experiment(let own, let folder):
      increment = own
      guard let experiments = try own.experimentsFolder(),
        let found = experiments.experiment(at: folder)
      else { return [] }
      let children = found.entries.filter { entry in
        entry.kind == .folder && experiments.experiment(at: folder + "/" + entry.name) != nil
      }
      findings = ExperimentCheck.findings(
        in: found, children: Set(children.map(\.name)), artifacts: artifacts)
    }
    for place in findings.indices { findings[place].increment = increment.name }
    return findings
  }

  private func repair(_ unit: Unit) throws(TrackingError) {
    switch unit {
    case .folder(let increment):
      if let experiments = try increment.experimentsFolder() {
        try FolderCheck.repair(experiments)
      }
    case .experiment(let increment, let folder):
      guard let experiments = try increment.experimentsFolder() else { return }
      try ExperimentRepair.run(in: try experiments.directory.folder(folder), folder: folder)
    }
  }
}

extension StoreCheck {
  /// Checks as the C API and Python ask for it.
  ///
  /// - Parameter increment: The one to check, unless the options name others.
  package convenience init(
    of increment: Increment?, json: [UInt8]?, for caller: String
  ) throws(TrackingError) {
    var options = try OptionReader(json, for: caller)
    let increments = try Increment.chosen(&options, besides: increment)
    let artifacts = try options.flag("artifacts") ?? false
    let repair = try options.flag("repair") ?? false
    try options.end()
    try self.init(increments, artifacts: artifacts, repair: repair)
  }
}
