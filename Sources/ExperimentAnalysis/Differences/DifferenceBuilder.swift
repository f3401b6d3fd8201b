public import TrackingEntities

extension ExperimentDifference {
  /// Finds what is different in an experiment, seen from another one.
  ///
  /// Numbers of different types are the same if their values are: 6 and 6.0, NaN and NaN; true is
  /// no number.
  public init(of after: ExperimentSnapshot, from before: ExperimentSnapshot) {
    let params = Pairs(
      FlattenedParams.ofParams(before), FlattenedParams.ofParams(after))
    let metrics = Pairs(Self.values(before.metrics), Self.values(after.metrics))
    let facts = Pairs(FlattenedParams.of(before.facts), FlattenedParams.of(after.facts))
    let artifacts = Self.files(before, after)
    let tags = (before: Set(before.tags.map { Key($0) }), after: Set(after.tags.map { Key($0) }))

    self.before = before
    self.after = after
    self.params = params.different
    self.metrics = metrics.different.map {
      Metric(key: $0.key, before: before.metric($0.key)?.last, after: after.metric($0.key)?.last)
    }
    self.facts = facts.different
    self.artifacts = artifacts.different
    addedTags = after.tags.filter { !tags.before.contains(Key($0)) }
    removedTags = before.tags.filter { !tags.after.contains(Key($0)) }
    same = (params.same, metrics.same, facts.same, artifacts.same)
  }

  /// The last values; true is 1, as where metrics are ranked.
  private static func values(_ metrics: [MetricSummary]) -> [Value.Entry] {
    metrics.map { metric in
      let value = metric.last.value
      return .init(metric.key, value.boolean.map { .integer($0 ? 1 : 0) } ?? value)
    }
  }

  private static func files(
    _ before: ExperimentSnapshot, _ after: ExperimentSnapshot
  ) -> (different: [File], same: Int) {
    func current(_ snapshot: ExperimentSnapshot) -> [(key: Key, value: Artifact)] {
      snapshot.artifacts.filter { !$0.removed && $0.keptAs.isEmpty }.map { (Key($0.path), $0) }
    }
    let (old, new) = (current(before), current(after))
    let olds = Dictionary(old.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    let news = Dictionary(new.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    var different: [File] = []
    for (key, file) in new where olds[key]?.sha256 != file.sha256 {
      different.append(File(path: file.path, before: olds[key], after: file))
    }
    for (key, file) in old where news[key] == nil {
      different.append(File(path: file.path, before: file, after: nil))
    }
    return (different, new.count - different.count { $0.after != nil })
  }
}

/// The entries of two lists, paired by their keys.
private struct Pairs {
  /// Those that are not the same, in the order of the second list; then those of the first alone.
  private(set) var different: [ExperimentDifference.Entry] = []
  /// How many are the same.
  private(set) var same = 0

  init(_ before: [Value.Entry], _ after: [Value.Entry]) {
    let olds = Dictionary(before.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    let news = Dictionary(after.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    for entry in after {
      let old = olds[entry.key]
      if let old, ParamValue.areSame(old, entry.value) {
        same += 1
      } else {
        different.append(.init(key: entry.key, before: old, after: entry.value))
      }
    }
    for entry in before where news[entry.key] == nil {
      different.append(.init(key: entry.key, before: entry.value, after: nil))
    }
  }
}
