import EventLog
import ExperimentStore
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct EventDamageTests {
  /// A file of records and points, with the offsets at which its frames end.
  private struct Sample {
    let bytes: [UInt8]
    let ends: [Int]
    let log: SessionLog

    init(in folder: EventFolder) throws {
      let writer = try EventWriter.create(in: folder.directory, file: "whole", header: .sample)
      var ends = [Int(writer.size)]
      for index in 0..<20 {
        let number = Int64(index)
        _ = writer.log("loss", .double(1 / Double(index + 3)), number, time: 100)
        ends.append(Int(writer.size))
        _ = writer.append([
          Point(key: "a", value: .integer(number), step: number, time: 100),
          Point(key: Key(bytes: [0xFF]), value: .boolean(true), step: number, time: 100),
        ])
        ends.append(Int(writer.size))
        _ = try writer.append(
          StampedRecord(.note("note \(index)"), time: 100, lamport: UInt64(index + 1)))
        ends.append(Int(writer.size))
      }
      writer.close()
      self.ends = ends
      bytes = try folder.bytes("whole")
      log = try folder.log("whole")
    }

    /// How many frames are whole in the first `length` bytes.
    func frames(within length: Int) -> Int { ends.count { $0 <= length } }
  }

  private func pointCount(_ log: SessionLog) -> Int { log.metrics.reduce(0) { $0 + $1.count } }

  @Test func `an empty file is an empty log`() throws {
    let folder = try EventFolder()
    try folder.put([], as: "empty")
    let log = try folder.log("empty")
    #expect(log.header == nil && log.records.isEmpty && log.metrics.isEmpty)
    #expect(log.damages.isEmpty && log.size == 0 && log.validLength == 0)
  }

  @Test func `a file cut off at any byte gives its whole frames, in silence`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    for length in 0...sample.bytes.count {
      try folder.put(Array(sample.bytes[..<length]), as: "cut")
      let log = try folder.log("cut")
      let frames = sample.frames(within: length)
      #expect(log.damages.isEmpty, "cut at \(length)")
      #expect(log.validLength == UInt64(frames == 0 ? 0 : sample.ends[frames - 1]))
      #expect((log.header != nil) == (frames > 0))
      #expect(log.records.count == max(0, frames - 1) / 3)
      let (pairs, singles) = (frames / 3, (frames + 1) / 3)
      if frames > 0 { #expect(pointCount(log) == singles + 2 * pairs, "cut at \(length)") }
    }
  }

  @Test func `zeros after the last frame, or instead of its end, are silent`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    let zeros = [UInt8](repeating: 0, count: 5000)
    for count in [1, 4, 8, 12, 15, 16, 17, 4096, 5000] {
      try folder.put(sample.bytes + zeros[..<count], as: "zeros")
      let log = try folder.log("zeros")
      #expect(log.damages.isEmpty, "\(count) zeros")
      #expect(log.records.count == 20 && log.validLength == UInt64(sample.bytes.count))
    }
    let kept = sample.bytes.count - 20
    try folder.put(Array(sample.bytes[..<kept]) + zeros[..<4000], as: "half")
    let log = try folder.log("half")
    #expect(log.damages.isEmpty)
    #expect(log.records.count == 19)
  }

  @Test func `any flipped byte costs its own frame and is reported`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    for place in sample.bytes.indices {
      var bytes = sample.bytes
      bytes[place] ^= UInt8(1 << (place % 8))
      try folder.put(bytes, as: "flipped")
      let log = try folder.log("flipped")
      let frame = sample.ends.firstIndex { place < $0 } ?? 0
      let start = frame == 0 ? 0 : sample.ends[frame - 1]
      let damage = TFRecordDamage(
        file: "flipped", offset: UInt64(start), length: UInt64(sample.ends[frame] - start))
      #expect(log.damages == [damage], "flipped \(place)")
      #expect((log.header == nil) == (frame == 0))
      let lostRecord = frame > 0 && frame % 3 == 0
      #expect(log.records.count == (lostRecord ? 19 : 20))
      let lostPoints = frame % 3 == 1 ? 1 : frame % 3 == 2 ? 2 : 0
      #expect(pointCount(log) == 60 - lostPoints)
    }
  }

  @Test func `random bytes in any place never join two records into one`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      var bytes = sample.bytes
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 1...400, using: &random))
      for place in start..<end { bytes[place] = .random(in: 0...255, using: &random) }
      try folder.put(bytes, as: "noise")
      let log = try folder.log("noise")
      for record in log.records { #expect(sample.log.records.contains(record)) }
      for point in try folder.points("noise", "a") {
        #expect(point.value == .integer(point.step))
      }
    }
  }

  @Test func `a missing piece in the middle is reported once, with its length`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    let (start, end) = (sample.ends[10] + 3, sample.ends[14] + 5)
    try folder.put(Array(sample.bytes[..<start] + sample.bytes[end...]), as: "hole")
    let log = try folder.log("hole")
    let rest = sample.ends[15] - end + 3
    #expect(
      log.damages == [
        TFRecordDamage(file: "hole", offset: UInt64(sample.ends[10]), length: UInt64(rest))
      ])
  }

  @Test func `a frame with good sums that is not an event is reported and passed over`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    for nonsense: [UInt8] in [[0x0B], [0x07], [0x00], [0x2A, 0x7F], [0x09, 1, 2], [0xFF, 0xFF]] {
      var frame = ProtobufWriter()
      let mark = frame.beginFrame()
      nonsense.withUnsafeBytes { frame.append($0) }
      frame.endFrame(mark)
      let place = sample.ends[7]
      let bytes = Array(sample.bytes[..<place]) + frame.array + Array(sample.bytes[place...])
      try folder.put(bytes, as: "nonsense")
      let log = try folder.log("nonsense")
      #expect(log.damages.map(\.offset) == [UInt64(place)])
      #expect(log.damages.map(\.length) == [UInt64(frame.count)])
      #expect(log.records == sample.log.records)
    }
  }

  @Test func `frames inside a damaged payload are not taken for records`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    var frame = ProtobufWriter()
    let mark = frame.beginFrame()
    sample.bytes.withUnsafeBytes { frame.append($0) }
    frame.endFrame(mark)
    var outer = frame.array
    outer[outer.count - 1] ^= 1
    try folder.put(sample.bytes + outer + sample.bytes, as: "inside")
    #expect(try folder.log("inside").records.count == 41)
    outer.removeLast(40)
    try folder.put(sample.bytes + outer, as: "inside")
    let log = try folder.log("inside")
    #expect(log.records.count == 20 && log.damages.isEmpty)
  }

  @Test func `a huge length does not reserve memory`() throws {
    let folder = try EventFolder()
    let sample = try Sample(in: folder)
    for length in [UInt64.max, UInt64(Int64.max), 1 << 40] {
      var frame = ProtobufWriter()
      frame.append(littleEndian: length)
      let sum = frame.bytes.baseAddress.map { TFRecordFrame.maskedCRC($0, 8) } ?? 0
      frame.append(littleEndian: sum)
      try folder.put(sample.bytes + frame.array + [1, 2, 3, 4, 5], as: "huge")
      #expect(try folder.log("huge").records.count == 20)
    }
  }
}
