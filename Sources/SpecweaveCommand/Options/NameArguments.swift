import ArgumentParser
import ExperimentTracker
import TrackingEntities

/// How an experiment is said.
enum ExperimentArgument {
  static let help: ArgumentHelp =
    "The experiment: its name, the beginning of it, exp-003, its folder or path."

  /// The names in the current increment; none where it cannot be told.
  static var completion: CompletionKind {
    .custom { _, _, _ in
      let experiments = (try? Increment.find().experiments()) ?? []
      return completable(experiments.map(\.name))
    }
  }
}

/// How an increment is said.
enum IncrementArgument {
  static let help: ArgumentHelp =
    "The increment: 42, 0042, its name or its path. (default: the current one)"

  static var completion: CompletionKind {
    .custom { _, _, _ in completable(((try? Increment.all()) ?? []).map(\.name)) }
  }
}

/// Names that a shell can put into a command line as they are.
private func completable(_ names: [String]) -> [String] {
  var known: Set<String> = []
  return names.filter { name in
    !name.isEmpty && VisibleText.line(name, limit: .max) == name
      && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.+=@%/".contains($0) }
      && known.insert(name).inserted
  }
}
