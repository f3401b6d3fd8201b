extension Collection where Element == ExperimentSnapshot.Param {
  /// The value of the parameter of that name; nil if there is none.
  public subscript(_ key: String) -> Value? { first { $0.key == Key(key) }?.value }
}

extension Collection where Element == MetricSummary {
  /// The metric of that name; nil if there is none.
  public subscript(_ key: String) -> MetricSummary? { first { $0.key == Key(key) } }
}

extension Collection where Element == Artifact {
  /// The newest version of the artifact with that path; nil if there is none.
  public subscript(_ path: String) -> Artifact? {
    first { $0.keptAs.isEmpty && $0.path.utf8.elementsEqual(path.utf8) }
  }
}

extension Collection where Element == Value.Entry {
  /// The value of that name; nil if there is none.
  public subscript(_ name: String) -> Value? { first { $0.key == Key(name) }?.value }
}

extension ExperimentSnapshot {
  /// The parameters as a type of the caller's, the reverse of `logParams`.
  ///
  /// ```swift
  /// let config = try snapshot.decodeParams(as: TrainingConfig.self)
  /// ```
  ///
  /// - Throws: `serialisation` with the name of what is missing or of another type.
  public func decodeParams<Decoded: Decodable>(
    as type: Decoded.Type = Decoded.self
  ) throws(TrackingError) -> Decoded {
    try Value.map(params.map { Value.Entry($0.key, $0.value) }).decode(as: type)
  }
}
