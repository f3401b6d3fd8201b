/// The pending buffer on paper: what the writer does, one effect after the other, and what a reader
/// or a recoverer makes of it. Points are numbers, a byte stands for a point.
struct PendingModel: Hashable {
  /// What a kill leaves.
  struct Disk: Hashable {
    var file: [Int] = []
    /// Whether the folder has a pending file, which says where the memory lies.
    var isPointed = false
    /// Whether the memory is found under its name: made, and not removed since.
    var isNamed = false
    /// The memory, with what older rounds left in it.
    var buffer: [Int?] = Array(repeating: nil, count: PendingModel.capacity)
    var base = 0
    var used = 0
  }

  /// From where a reader looks.
  enum Place: CaseIterable { case here, elsewhere }

  /// What a reader makes of it.
  struct Reading: Equatable {
    var points: [Int]
    /// Whether it says that some may be missing.
    var isReported = false
  }

  /// One thing that happens at once; between any two of them the process may die.
  enum Effect: Hashable {
    case make(base: Int)
    case point
    case byte(place: Int, point: Int)
    case word(base: Int, used: Int)
    case write(place: Int, points: [Int])
    case acknowledge(Int)
    case unpoint
    case remove
  }

  /// How the writer goes about a point.
  struct Way: Hashable {
    var isCollecting = false
    /// Whether it first looks whether the memory still has its name.
    var isInspecting = false
  }

  static let ways = [
    Way(), Way(isCollecting: true), Way(isInspecting: true),
    Way(isCollecting: true, isInspecting: true),
  ]
  static let capacity = 3

  var disk = Disk()
  var acknowledged = 0
  /// Whether the writer has the memory, with a name or without.
  var isBuffered = false

  mutating func apply(_ effect: Effect) {
    switch effect {
    case .make(let base):
      disk.isNamed = true
      disk.buffer = Array(repeating: nil, count: PendingModel.capacity)
      (disk.base, disk.used) = (base, 0)
    case .point: (disk.isPointed, isBuffered) = (true, true)
    case .byte(let place, let point): disk.buffer[place] = point
    case .word(let base, let used): (disk.base, disk.used) = (base, used)
    case .write(let place, let points): disk.write(points, at: place)
    case .acknowledge(let count): acknowledged = count
    case .unpoint: (disk.isPointed, isBuffered) = (false, false)
    case .remove: disk.isNamed = false
    }
  }

  /// A logout, or somebody's cleaning, takes the name of the memory; who has it mapped continues.
  func losingTheName() -> PendingModel {
    var model = self
    model.disk.isNamed = false
    return model
  }

  /// The effects of one call that appends, for each way in which the kernel may cut the writes
  /// short.
  func append(_ point: Int, _ way: Way) -> [[Effect]] {
    var heads: [[Effect]] = [[]]
    var (base, used, isBuffered) = (isBuffered ? disk.base : disk.file.count, 0, isBuffered)
    if isBuffered { used = disk.used }
    let isLost = way.isInspecting && isBuffered && !disk.isNamed
    if used > 0, isLost || !way.isCollecting || used == PendingModel.capacity {
      let pending = disk.buffer.prefix(used).compactMap { $0 }
      heads = PendingModel.cuts(pending, at: base)
      (base, used) = (base + used, 0)
      if !isLost { heads = heads.map { $0 + [.word(base: base, used: 0)] } }
    }
    if isLost {
      heads = heads.map { $0 + [.unpoint, .remove] }
      isBuffered = false
    }
    if way.isCollecting, !isBuffered { heads = heads.map { $0 + [.make(base: base), .point] } }
    let last: [Effect] =
      way.isCollecting
      ? [.byte(place: used, point: point), .word(base: base, used: used + 1)]
      : [.write(place: base, points: [point])]
        + (isBuffered ? [.word(base: base + 1, used: 0)] : [])
    return heads.map { $0 + last + [.acknowledge(point + 1)] }
  }

  /// The effects of the end.
  var end: [Effect] {
    guard isBuffered else { return [] }
    let pending = disk.buffer.prefix(disk.used).compactMap { $0 }
    return [
      .write(place: disk.base, points: pending), .word(base: disk.base + disk.used, used: 0),
      .unpoint, .remove,
    ]
  }

  private static func cuts(_ points: [Int], at place: Int) -> [[Effect]] {
    var ways: [[Effect]] = [[.write(place: place, points: points)]]
    for cut in 1..<max(points.count, 1) {
      let head = Effect.write(place: place, points: Array(points[..<cut]))
      ways += cuts(Array(points[cut...]), at: place + cut).map { [head] + $0 }
    }
    return ways
  }
}

extension PendingModel.Disk {
  mutating func write(_ points: [Int], at place: Int) {
    while file.count < place { file.append(-1) }
    for (offset, point) in points.enumerated() {
      if place + offset < file.count {
        file[place + offset] = point
      } else {
        file.append(point)
      }
    }
  }

  /// What a reader sees that looks at everything at one moment.
  func read(from place: PendingModel.Place = .here) -> PendingModel.Reading {
    guard isPointed else { return .init(points: file) }
    guard place == .here, isNamed else { return .init(points: file, isReported: true) }
    let pending = buffer.prefix(used).map { $0 ?? -1 }
    return .init(
      points: base + used > file.count && base <= file.count
        ? Array(file[..<base]) + pending : file)
  }

  /// The effects of a recoverer, which decides now and may act later.
  func replay(from place: PendingModel.Place = .here) -> [PendingModel.Effect] {
    guard isPointed else { return [] }
    guard place == .here else { return [] }
    guard isNamed else { return [.unpoint] }
    guard base <= file.count else { return [] }
    let missing = file.count..<max(file.count, base + used)
    return missing.map { .write(place: $0, points: [buffer[$0 - base] ?? -1]) }
      + [.unpoint, .remove]
  }
}
