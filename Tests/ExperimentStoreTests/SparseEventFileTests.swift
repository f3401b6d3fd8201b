import EventLog
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

/// What follows damage is looked for without reading what is not there.
@Suite struct SparseEventFileTests {
  private static let large: Int = 8 << 30

  /// The frames of a file with so many points.
  private func sample(_ folder: EventFolder, _ points: Int = 20) throws -> [UInt8] {
    let writer = try EventWriter.create(in: folder.directory, file: "sample", header: .sample)
    for step in 0..<points { _ = writer.log("m", .double(1 / Double(step + 3)), Int64(step)) }
    writer.close()
    return try folder.bytes("sample")
  }

  private func put(
    _ bytes: [UInt8], at offset: Int, in folder: EventFolder, _ name: String, size: Int
  ) throws {
    let file = try SystemCalls.open(folder.directory.descriptor, name, O_RDWR | O_CREAT)
    defer { SystemCalls.close(file) }
    try #require(ftruncate(file, size) == 0)
    let written = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, offset) }
    try #require(written == bytes.count)
  }

  @Test func `eight gigabytes of nothing after the last frame cost a few calls`() throws {
    let folder = try EventFolder()
    let bytes = try sample(folder)
    for kept in [bytes.count, bytes.count - 9] {
      try put(Array(bytes[..<kept]), at: 0, in: folder, "sparse-\(kept)", size: Self.large)
      var log = SessionLog(file: "")
      let reads = try Faults.count("read") { log = try folder.log("sparse-\(kept)") }
      #expect(reads <= 6)
      #expect(log.damages.isEmpty)
      #expect(log.size == UInt64(Self.large))
      #expect(log.metrics.first?.count == (kept == bytes.count ? 20 : 19))
    }
  }

  @Test func `frames behind a hole are found, and the hole is told as what was skipped`() throws {
    let folder = try EventFolder()
    let bytes = try sample(folder)
    let place = Self.large - 123_457
    try put(bytes, at: place, in: folder, "sparse", size: place + bytes.count)
    try put(bytes, at: 0, in: folder, "sparse", size: place + bytes.count)
    var log = SessionLog(file: "")
    let reads = try Faults.count("read") { log = try folder.log("sparse") }
    #expect(reads <= 10)
    #expect(log.metrics.first?.count == 40)
    #expect(log.damages.map(\.offset) == [UInt64(bytes.count)])
    #expect(log.damages.map(\.length) == [UInt64(place - bytes.count)])
    #expect(log.validLength == UInt64(place + bytes.count))
  }

  @Test func `where the file system knows no holes their zeros are passed over`() throws {
    let folder = try EventFolder()
    let bytes = try sample(folder)
    let zeros = 3 << 20
    try put(bytes + bytes, at: 0, in: folder, "sparse", size: 2 * bytes.count + zeros)
    try put([1], at: bytes.count + zeros / 2, in: folder, "sparse", size: bytes.count + zeros)
    try put(bytes, at: bytes.count + zeros, in: folder, "sparse", size: 2 * bytes.count + zeros)
    let log = try Faults.failing("seek", EINVAL) { try folder.log("sparse") }
    #expect(log.metrics.first?.count == 60)
    #expect(log.damages.count == 1)
  }

  @Test func `a frame is found after any number of zeros, as byte by byte`() throws {
    let folder = try EventFolder()
    let bytes = try sample(folder, 3)
    for damage in [[], [7], [0, 0, 7, 0], [UInt8](repeating: 9, count: 20)] as [[UInt8]] {
      for zeros in 0...40 {
        for tail in [0, 5] {
          let gap = damage + [UInt8](repeating: 0, count: zeros)
          try folder.put(bytes + gap + bytes + [UInt8](repeating: 0, count: tail), as: "gap")
          let log = try folder.log("gap")
          #expect(log.metrics.first?.count == 6, "\(damage) \(zeros)")
          #expect(log.damages.map(\.length) == (gap.isEmpty ? [] : [UInt64(gap.count)]))
          #expect(log.validLength == UInt64(2 * bytes.count + gap.count))
        }
      }
    }
  }

  @Test(arguments: [(6 << 30, 0...8), (100 << 20, 100...110)])
  func `the header of a frame that is not there takes no memory`(
    length: Int, pieces: ClosedRange<Int>
  ) throws {
    let folder = try EventFolder()
    let bytes = try sample(folder)
    var header = withUnsafeBytes(of: UInt64(length).littleEndian) { Array($0) }
    let sum = header.withUnsafeBytes { TFRecordFrame.maskedCRC($0.baseAddress, 8) }
    header += withUnsafeBytes(of: sum.littleEndian) { Array($0) }
    let size = bytes.count + header.count + length + 100
    try put(bytes + header, at: 0, in: folder, "announced", size: size)
    var log = SessionLog(file: "")
    let reads = try Faults.count("read") { log = try folder.log("announced") }
    // Longer than any event, or read piece by piece.
    #expect(pieces.contains(reads), "\(reads)")
    #expect(log.metrics.first?.count == 20)
    #expect(log.damages.isEmpty)
  }
}
