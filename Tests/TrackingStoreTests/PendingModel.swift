/// The pending buffer on paper: what the writer does, one effect after the other, and what a reader or
/// a recoverer makes of it. Points are numbers, a byte stands for a point.
struct PendingModel: Hashable {
  /// What a kill leaves.
  struct Disk: Hashable {
    var file: [Int] = []
    /// The buffer as the memory has it, with what older rounds left in it.
    var buffer: [Int?] = Array(repeating: nil, count: PendingModel.capacity)
    var base = 0
    var used = 0
  }

  /// One thing that happens at once; between any two of them the process may die.
  enum Effect: Hashable {
    case byte(place: Int, point: Int)
    case word(base: Int, used: Int)
    case write(place: Int, points: [Int])
    case acknowledge(Int)
  }

  static let capacity = 3

  var disk = Disk()
  var acknowledged = 0

  mutating func apply(_ effect: Effect) {
    switch effect {
    case .byte(let place, let point): disk.buffer[place] = point
    case .word(let base, let used): (disk.base, disk.used) = (base, used)
    case .write(let place, let points): disk.write(points, at: place)
    case .acknowledge(let count): acknowledged = count
    }
  }

  /// The effects of one call that appends, for each way in which the kernel may cut the writes short.
  func append(_ point: Int, collecting: Bool) -> [[Effect]] {
    var ways: [[Effect]] = [[]]
    var (base, used) = (disk.base, disk.used)
    if used > 0, !collecting || used == PendingModel.capacity {
      let pending = disk.buffer.prefix(used).compactMap { $0 }
      ways = PendingModel.cuts(pending, at: base).map { $0 + [.word(base: base + used, used: 0)] }
      (base, used) = (base + used, 0)
    }
    let last: [Effect] =
      collecting
      ? [.byte(place: used, point: point), .word(base: base, used: used + 1)]
      : [.write(place: base, points: [point]), .word(base: base + 1, used: 0)]
    return ways.map { $0 + last + [.acknowledge(point + 1)] }
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
  var read: [Int] {
    let pending = buffer.prefix(used).map { $0 ?? -1 }
    return base + used > file.count && base <= file.count
      ? Array(file[..<base]) + pending : file
  }

  /// The writes of a recoverer, which decides now and may act later.
  var replay: [PendingModel.Effect] {
    guard base <= file.count, base + used > file.count else { return [] }
    return (file.count..<(base + used)).map { place in
      .write(place: place, points: [buffer[place - base] ?? -1])
    }
  }
}
