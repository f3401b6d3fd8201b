internal import CPlatform
import Glibc
internal import TrackingEntities

/// A metric in a hot loop: its key where it can be compared without anything, and what is known of
/// it.
struct HotSeries {
  let key: UnsafeRawBufferPointer
  /// The key as a text of C, which a zero ends; nil if it holds one itself.
  let text: UnsafePointer<CChar>?
  let hash: UInt32
  /// Its place in the writer's log.
  var place: Int
  var summary: MetricSummary
  var nextStep: Int64
  var standing = Standing.outdated
  /// The next one of those that are known, and of those that have changed; a number in the table,
  /// -1 after the last.
  var nextKnown: Int32 = -1
  var nextChanged: Int32 = -1
  var isListed = false
  var templates = PointTemplates()
  /// The metric that came after it last time, which is tried first: most loops repeat themselves.
  var follower = 0

  /// What is known of it here, compared with the writer's log.
  enum Standing: UInt8 {
    /// It has to be looked up again.
    case outdated
    /// The same.
    case known
    /// There may be news that the log does not have yet.
    case changed
  }

  /// More than the frame of a point takes besides its key, or is written where it is put.
  static let overhead = 128
  /// Hot loops do not have longer keys.
  static let longestKey = 1024

  @inline(__always)
  func has(_ other: UnsafeRawBufferPointer) -> Bool {
    guard key.count == other.count, let known = key.baseAddress, let bytes = other.baseAddress
    else { return false }
    return memcmp(known, bytes, other.count) == 0
  }

  @inline(__always)
  func has(_ other: UnsafePointer<CChar>) -> Bool {
    guard let text else { return false }
    return strcmp(text, other) == 0
  }

  @inline(__always)
  mutating func add(_ value: MetricValue, step: Int64, time: Double) {
    summary.add(value, step: step, time: time)
    let next = step == .max ? step : step &+ 1
    if next > nextStep { nextStep = next }
  }
}

/// The metrics of a hot loop by their bytes: open addressing, nothing allocated to find one.
struct HotTable {
  static let most = 1 << 16

  private(set) var series: UnsafeMutableBufferPointer<HotSeries>
  private(set) var count = 0
  /// The one that was found last.
  private var latest = 0
  /// The first of those that are known, and of those that have changed: lists, so that a thing that
  /// happens to a few metrics does not cost a look at all.
  private var firstKnown: Int32 = -1
  private var firstChanged: Int32 = -1
  #if DEBUG
    /// How many metrics were looked at by what is done to several, for tests.
    private(set) var looks = 0
  #endif
  /// For each hash a number in `series`, or -1.
  private var places: UnsafeMutableBufferPointer<Int32>

  init() {
    series = .allocate(capacity: 32)
    places = .allocate(capacity: 64)
    places.initialize(repeating: -1)
  }

  /// Releases everything; the table is empty but usable only for `deallocate`.
  mutating func deallocate() {
    for number in 0..<count {
      series[number].key.deallocate()
      series[number].templates.deallocate()
    }
    series.prefix(count).deinitialize()
    series.deallocate()
    places.deallocate()
    count = 0
  }

  @inline(__always)
  static func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
    platform_crc32c(0, key.baseAddress, key.count)
  }

  @inline(__always)
  mutating func find(_ key: UnsafeRawBufferPointer) -> UnsafeMutablePointer<HotSeries>? {
    guard count > 0, let all = series.baseAddress else { return nil }
    let guess = all[latest].follower
    if all[guess].has(key) {
      latest = guess
      return all + guess
    }
    return findElsewhere(key)
  }

  /// As the other one, by a text of C: where it is the one that is tried first, one pass over it is
  /// all.
  @inline(__always)
  mutating func find(_ text: UnsafePointer<CChar>) -> UnsafeMutablePointer<HotSeries>? {
    guard count > 0, let all = series.baseAddress else { return nil }
    let guess = all[latest].follower
    if all[guess].has(text) {
      latest = guess
      return all + guess
    }
    return findElsewhere(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  private mutating func findElsewhere(
    _ key: UnsafeRawBufferPointer
  ) -> UnsafeMutablePointer<HotSeries>? {
    guard let all = series.baseAddress, let number = search(key) else { return nil }
    all[latest].follower = number
    latest = number
    return all + number
  }

  private func search(_ key: UnsafeRawBufferPointer) -> Int? {
    guard !key.isEmpty, let slots = places.baseAddress, let all = series.baseAddress else {
      return nil
    }
    let hash = HotTable.hash(key)
    let mask = places.count &- 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let number = Int(truncatingIfNeeded: slots[place])
      if number < 0 { return nil }
      if all[number].hash == hash, all[number].has(key) { return number }
      place = (place &+ 1) & mask
    }
  }

  /// Adds a metric that is not there; false if there are too many.
  mutating func add(
    _ key: UnsafeRawBufferPointer, place: Int, _ summary: MetricSummary, nextStep: Int64
  ) -> Bool {
    guard count < HotTable.most, !key.isEmpty, key.count <= HotSeries.longestKey else {
      return false
    }
    if count == series.count { grow() }
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: key.count + 1)
    copy.initialize(repeating: 0)
    UnsafeMutableRawBufferPointer(copy).copyMemory(from: key)
    (series.baseAddress.map { $0 + count })?.initialize(
      to: HotSeries(
        key: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(copy).dropLast()),
        text: key.contains(0) ? nil : UnsafePointer(copy.baseAddress), hash: HotTable.hash(key),
        place: place, summary: summary, nextStep: nextStep))
    count += 1
    insert(count - 1)
    know(count - 1)
    return true
  }

  /// Takes over what the log knows of a metric that is there.
  mutating func renew(
    _ found: UnsafeMutablePointer<HotSeries>, place: Int, _ summary: MetricSummary, nextStep: Int64
  ) {
    (found.pointee.place, found.pointee.summary) = (place, summary)
    found.pointee.nextStep = nextStep
    know(number(of: found))
  }

  private func number(of found: UnsafeMutablePointer<HotSeries>) -> Int {
    series.baseAddress.map { found - $0 } ?? 0
  }

  private mutating func know(_ number: Int) {
    if series[number].standing == .outdated { series[number].standing = .known }
    if series[number].isListed { return }
    (series[number].isListed, series[number].nextKnown) = (true, firstKnown)
    firstKnown = Int32(truncatingIfNeeded: number)
  }

  /// Notes that a metric changes, before it does; false if it is not known.
  @inline(__always)
  mutating func change(_ found: UnsafeMutablePointer<HotSeries>) -> Bool {
    found.pointee.standing == .changed || beginChange(found)
  }

  @inline(never)
  private mutating func beginChange(_ found: UnsafeMutablePointer<HotSeries>) -> Bool {
    if found.pointee.standing == .outdated { return false }
    found.pointee.standing = .changed
    found.pointee.nextChanged = firstChanged
    firstChanged = Int32(truncatingIfNeeded: number(of: found))
    return true
  }

  /// Hands over what has changed, in any order.
  mutating func takeChanges(_ take: (HotSeries) -> Void) {
    while firstChanged >= 0 {
      let number = Int(firstChanged)
      firstChanged = series[number].nextChanged
      series[number].standing = .known
      countLook()
      take(series[number])
    }
  }

  /// Nothing is known any more.
  mutating func forget() {
    while firstKnown >= 0 {
      let number = Int(firstKnown)
      firstKnown = series[number].nextKnown
      (series[number].standing, series[number].isListed) = (.outdated, false)
      countLook()
    }
  }

  private mutating func countLook() {
    #if DEBUG
      looks += 1
    #endif
  }

  private func insert(_ number: Int) {
    let mask = places.count &- 1
    var place = Int(truncatingIfNeeded: series[number].hash) & mask
    while places[place] >= 0 { place = (place &+ 1) & mask }
    places[place] = Int32(truncatingIfNeeded: number)
  }

  private mutating func grow() {
    let larger = UnsafeMutableBufferPointer<HotSeries>.allocate(capacity: series.count * 2)
    _ = larger.moveInitialize(
      fromContentsOf: UnsafeMutableBufferPointer(rebasing: series[..<count]))
    series.deallocate()
    series = larger
    places.deallocate()
    places = .allocate(capacity: series.count * 2)
    places.initialize(repeating: -1)
    for number in 0..<count { insert(number) }
  }
}
