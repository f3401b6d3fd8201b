public import ExperimentRuntime
public import TrackingEntities

/// The points of a metric as they are logged, by this process or by another one.
///
/// The files are looked at between two points, in the task that asks for the next one: there is no
/// thread and no task behind it. The sequence ends when the experiment has ended, and when the task
/// is cancelled.
public struct ExperimentPoints: AsyncSequence, Sendable {
  private let experiment: Experiment
  private let key: Key
  private let isFromStart: Bool
  private let interval: Duration

  fileprivate init(
    _ experiment: Experiment, _ key: Key, isFromStart: Bool, every interval: Duration
  ) {
    self.experiment = experiment
    self.key = key
    self.isFromStart = isFromStart
    self.interval = interval
  }

  /// Begins to follow; only then does it count what an experiment has logged before.
  public func makeAsyncIterator() -> Iterator {
    Iterator(experiment, key, isFromStart: isFromStart, every: interval)
  }

  /// Gives the points one after the other.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    private let experiment: Experiment
    private let interval: Duration
    private var history: FollowedHistory
    /// Whether what there is at the first look is left out.
    private var skips: Bool
    private var waiting: MetricHistory?
    private var place = 0
    private var isOver = false

    fileprivate init(
      _ experiment: Experiment, _ key: Key, isFromStart: Bool, every interval: Duration
    ) {
      self.experiment = experiment
      self.interval = interval
      history = FollowedHistory(of: experiment, key)
      skips = !isFromStart
      if skips { look() }
    }

    /// The next point; nil when the experiment has ended or the task is cancelled.
    ///
    /// - Throws: `storage`, `format` if the files cannot be read.
    public mutating func next(
      isolation: isolated (any Actor)? = #isolation
    ) async throws(TrackingError) -> Point? {
      while !Task.isCancelled {
        if let waiting, place < waiting.count {
          defer { place += 1 }
          return waiting[place]
        }
        waiting = nil
        if isOver { return nil }
        // The status first: whatever was logged before the end is then found.
        isOver = try experiment.snapshot().status.isFinal
        let found = try history.look()
        (waiting, place) = (found, skips ? found.count : 0)
        skips = false
        if !found.isEmpty || isOver { continue }
        do { try await Task.sleep(for: interval) } catch { return nil }
      }
      return nil
    }

    /// Passes over what there is; what cannot be read is told by `next`.
    private mutating func look() {
      if (try? history.look()) != nil { skips = false }
    }
  }
}

extension Experiment {
  /// The points of a metric as they are logged, until the experiment ends.
  ///
  /// ```swift
  /// for try await point in experiment.points(of: "loss") {
  ///   print(point.step, point.value.double)
  /// }
  /// ```
  ///
  /// The metric need not be there yet.
  ///
  /// - Parameters:
  ///   - key: The metric.
  ///   - includingEarlier: Whether the points come too that were logged before.
  ///   - interval: How long the task sleeps between two looks at the files.
  public func points(
    of key: String, includingEarlier: Bool = true, every interval: Duration = .seconds(1)
  ) -> ExperimentPoints {
    ExperimentPoints(self, Key(key), isFromStart: includingEarlier, every: interval)
  }
}
