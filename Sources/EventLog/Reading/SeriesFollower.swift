package import FileSystem
package import TrackingEntities

/// Reads the points of some metrics in one event file again and again, each time only what was
/// added since, and all of them in one pass.
package struct SeriesFollower: Sendable {
  /// The file, relative to the experiment's folder.
  package let file: String
  private var identity: FileIdentity?
  /// Up to where the file was read for the keys.
  private var offset: UInt64 = 0
  private var keys: [Key] = []
  private var series: [PointSeries] = []

  package init(file: String) { self.file = file }

  /// The points of a metric; nil if it was never asked for.
  package subscript(_ key: Key) -> PointSeries? {
    keys.firstIndex(of: key).map { series[$0] }
  }

  /// How much memory the points take.
  package var bytes: Int { series.reduce(0) { $0 + $1.bytes } }

  /// Reads on for the metrics that were asked for before and for these; from the beginning where
  /// another file has taken the place of the one that was read, or where it has become shorter.
  ///
  /// - Throws: As `SessionLogReader`.
  package mutating func readOn(_ wanted: [Key], in directory: Directory) throws(TrackingError) {
    let identity = FileIdentity(try SystemCalls.status(directory.descriptor, file))
    if identity != self.identity { begin(identity) }
    let new = wanted.filter { !keys.contains($0) }
    if !new.isEmpty, offset > 0 {
      var catchUp = SeriesFollower(file: file)
      catchUp.add(new)
      try catchUp.read(in: directory, to: offset)
      keys += catchUp.keys
      series += catchUp.series
    } else {
      add(new)
    }
    do throws(TrackingError) {
      if try !read(in: directory, to: .max) {
        begin(identity)
        try read(in: directory, to: .max)
      }
    } catch {
      // How far it got is not known.
      begin(nil)
      throw error
    }
  }

  private mutating func add(_ new: [Key]) {
    keys += new
    series += new.map { _ in PointSeries() }
  }

  private mutating func begin(_ identity: FileIdentity?) {
    self.identity = identity
    offset = 0
    series = keys.map { _ in PointSeries() }
  }

  /// - Returns: False if the file is shorter than what was read of it.
  @discardableResult
  private mutating func read(
    in directory: Directory, to end: UInt64
  ) throws(TrackingError) -> Bool {
    var frames = try TFRecordReader(directory: directory, file: file, from: offset)
    guard frames.size >= offset else { return false }
    var guess = 0
    while frames.validLength < end, let payload = try frames.next() {
      guard let event = EventPayload(payload) else { continue }
      _ = event.forEachPoint { point in
        guard let place = place(of: point, guess) else { return }
        guess = place
        if point.dependsOnEarlier, series[place].count == 0 { return }
        series[place].append(point.value.double, step: event.step, time: event.time)
      }
    }
    offset = frames.validLength
    return true
  }

  /// The place of a point's metric, which is most often the one after the last.
  @inline(__always)
  private func place(of point: borrowing EventScalar, _ last: Int) -> Int? {
    let count = keys.count
    for distance in 1...max(count, 1) {
      let place = (last &+ distance) % max(count, 1)
      if place < count, keys[place].hasBytes(point.key) { return place }
    }
    return nil
  }
}
