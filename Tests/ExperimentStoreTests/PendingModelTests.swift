import Testing

/// Every order of calls, every cut of a write, every moment of death and of the loss of the
/// memory's name, up to two recoverers in every order of their steps, a reader between any two
/// effects.
@Suite struct PendingModelTests {
  static let points = 9

  /// Runs the model through every history of calls and hands over every state between two effects.
  ///
  /// - Parameter losing: Whether the memory may lose its name before a call.
  static func everyState(losing: Bool = false, _ visit: (PendingModel) -> Void) {
    var calls: Set<PendingModel> = [PendingModel()]
    for point in 0..<points {
      if losing { calls.formUnion(calls.filter(\.disk.isNamed).map { $0.losingTheName() }) }
      var later: Set<PendingModel> = []
      for start in calls {
        run(start, start.end, visit)
        for way in PendingModel.ways {
          for effects in start.append(point, way) { later.insert(run(start, effects, visit)) }
        }
      }
      calls = later
    }
  }

  @discardableResult
  private static func run(
    _ start: PendingModel, _ effects: [PendingModel.Effect], _ visit: (PendingModel) -> Void
  ) -> PendingModel {
    var state = start
    for effect in effects {
      visit(state)
      state.apply(effect)
    }
    visit(state)
    return state
  }

  static func isPrefix(_ points: [Int], atLeast acknowledged: Int) -> Bool {
    points.count >= acknowledged && points == Array(0..<points.count)
  }

  @Test func `a reader at any moment sees a prefix that holds all that was acknowledged`() {
    var states = 0
    Self.everyState { state in
      states += 1
      let reading = state.disk.read()
      #expect(Self.isPrefix(reading.points, atLeast: state.acknowledged))
      #expect(!reading.isReported)
    }
    #expect(states > 3000)
  }

  @Test func `a reader that cannot see the memory sees a prefix and says that some may be missing`()
  {
    var reported = 0
    Self.everyState(losing: true) { state in
      for place in PendingModel.Place.allCases {
        let reading = state.disk.read(from: place)
        #expect(Self.isPrefix(reading.points, atLeast: 0))
        #expect(reading.isReported || reading.points.count >= state.acknowledged)
        if reading.isReported { reported += 1 }
      }
    }
    #expect(reported > 1000)
  }

  @Test func `a writer that sees that the name is gone has everything where a reader finds it`() {
    var mended = 0
    Self.everyState(losing: true) { state in
      guard state.isBuffered, !state.disk.isNamed else { return }
      var mapped = state.disk
      mapped.isNamed = true
      guard mapped.read().points.count == state.acknowledged else { return }
      for way in PendingModel.ways where way.isInspecting {
        for effects in state.append(state.acknowledged, way) {
          let reading = Self.run(state, effects) { _ in }.disk.read()
          #expect(Self.isPrefix(reading.points, atLeast: state.acknowledged))
          #expect(!reading.isReported)
          mended += 1
        }
      }
    }
    #expect(mended > 1000)
  }

  @Test func `an end leaves neither the pending file nor the memory`() {
    Self.everyState(losing: true) { state in
      let disk = Self.run(state, state.end) { _ in }.disk
      if state.isBuffered { #expect(!disk.isPointed && !disk.isNamed) }
    }
  }

  @Test func `the file alone is at every moment a prefix`() {
    Self.everyState(losing: true) { #expect(Self.isPrefix($0.disk.file, atLeast: 0)) }
  }

  @Test func `a reader that is overtaken notices, or sees a prefix`() {
    Self.everyState { before in
      // The words and the bytes are read at different moments; a drain in between moves the base.
      let (base, used) = (before.disk.base, before.disk.used)
      guard before.isBuffered, before.disk.read().points.count == before.acknowledged else {
        return
      }
      for way in PendingModel.ways {
        for effects in before.append(before.acknowledged, way) {
          var now = before
          for effect in effects {
            now.apply(effect)
            guard now.disk.base == base, now.disk.used >= used else { continue }
            var seen = now.disk
            seen.used = used
            #expect(Self.isPrefix(seen.read().points, atLeast: before.acknowledged))
          }
        }
      }
    }
  }

  @Test func `two recoverers in any order, each killed anywhere, lose and double nothing`() {
    var killed: Set<PendingModel.Disk> = []
    Self.everyState { killed.insert($0.disk) }
    var ends = 0
    for disk in killed {
      let expected = disk.read()
      Self.interleave(disk, disk.replay(), nil) { disk, finished in
        ends += 1
        #expect(disk.read() == expected)
        if finished { #expect(disk.file == expected.points && !disk.isPointed) }
      }
    }
    #expect(ends > 1000)
  }

  @Test func `a recoverer that cannot see the memory leaves it to one that can`() {
    var killed: Set<PendingModel.Disk> = []
    Self.everyState { killed.insert($0.disk) }
    for disk in killed {
      #expect(disk.replay(from: .elsewhere) == [])
    }
  }

  /// One recoverer has decided what to write; a second may decide at any moment, and either may
  /// die.
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
      if !disk.replay().isEmpty { interleave(disk, first, disk.replay(), visit) }
      return
    }
    if let (disk, rest) = step(second) { interleave(disk, first, rest, visit) }
  }
}
