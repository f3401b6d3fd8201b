import Testing

/// Every order of calls, every cut of a write, every moment of death, up to two recoverers in every
/// order of their steps, a reader between any two effects.
@Suite struct PendingModelTests {
  static let points = 8

  /// Runs the model through every history of calls and hands over every state between two effects.
  static func everyState(_ visit: (PendingModel) -> Void) {
    var calls: [PendingModel] = [PendingModel()]
    for point in 0..<points {
      var later: Set<PendingModel> = []
      for start in calls {
        for collecting in [true, false] {
          for way in start.append(point, collecting: collecting) {
            var state = start
            for effect in way {
              visit(state)
              state.apply(effect)
            }
            visit(state)
            later.insert(state)
          }
        }
      }
      calls = Array(later)
    }
  }

  static func isPrefix(_ points: [Int], atLeast acknowledged: Int) -> Bool {
    points.count >= acknowledged && points == Array(0..<points.count)
  }

  @Test func `a reader at any moment sees a prefix that holds all that was acknowledged`() {
    var states = 0
    Self.everyState { state in
      states += 1
      #expect(Self.isPrefix(state.disk.read, atLeast: state.acknowledged))
    }
    #expect(states > 1000)
  }

  @Test func `the file alone is at every moment a prefix`() {
    Self.everyState { #expect(Self.isPrefix($0.disk.file, atLeast: 0)) }
  }

  @Test func `a reader that is overtaken notices, or sees a prefix`() {
    Self.everyState { before in
      // The words and the bytes are read at different moments; a drain in between moves the base.
      let (base, used) = (before.disk.base, before.disk.used)
      for collecting in [true, false] {
        for way in before.append(before.acknowledged, collecting: collecting)
        where before.disk.read.count == before.acknowledged {
          var now = before
          for effect in way {
            now.apply(effect)
            guard now.disk.base == base, now.disk.used >= used else { continue }
            var seen = now.disk
            seen.used = used
            #expect(Self.isPrefix(seen.read, atLeast: before.acknowledged))
          }
        }
      }
    }
  }

  @Test func `two recoverers in any order, each killed anywhere, lose and double nothing`() {
    var killed: Set<PendingModel> = []
    Self.everyState { killed.insert($0) }
    var ends = 0
    for state in killed {
      let expected = state.disk.read
      Self.interleave(state.disk, state.disk.replay, nil) { disk, finished in
        ends += 1
        #expect(disk.read == expected)
        if finished { #expect(disk.file == expected) }
      }
    }
    #expect(ends > 1000)
  }

  /// One recoverer has decided what to write; a second may decide at any moment, and either may die.
  static func interleave(
    _ disk: PendingModel.Disk, _ first: [PendingModel.Effect], _ second: [PendingModel.Effect]?,
    _ visit: (PendingModel.Disk, _ finished: Bool) -> Void
  ) {
    visit(disk, first.isEmpty || second?.isEmpty == true)
    func step(_ effects: [PendingModel.Effect]) -> (PendingModel.Disk, [PendingModel.Effect])? {
      guard let effect = effects.first else { return nil }
      var model = PendingModel()
      model.disk = disk
      model.apply(effect)
      return (model.disk, Array(effects.dropFirst()))
    }
    if let (disk, rest) = step(first) { interleave(disk, rest, second, visit) }
    guard let second else {
      if !disk.replay.isEmpty { interleave(disk, first, disk.replay, visit) }
      return
    }
    if let (disk, rest) = step(second) { interleave(disk, first, rest, visit) }
  }
}
