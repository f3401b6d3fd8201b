import EventLog
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct HistogramTests {
  @Test func `values are counted in buckets of the same width`() throws {
    let histogram = try Histogram(of: [0, 1, 2, 3, 4, 4], buckets: 4)
    #expect(histogram.edges == [0, 1, 2, 3, 4])
    #expect(histogram.counts == [1, 1, 1, 3])
    #expect(histogram.notFinite == 0)
  }

  @Test func `equal values are in the last bucket, and none at all are zeros`() throws {
    let equal = try Histogram(of: [2.5, 2.5, 2.5], buckets: 3)
    #expect(equal.edges == [2.5, 2.5, 2.5, 2.5])
    #expect(equal.counts == [0, 0, 3])
    let none = try Histogram(of: [], buckets: 2)
    #expect(none.edges == [0, 0, 0] && none.counts == [0, 0])
  }

  @Test func `what is not finite is counted apart`() throws {
    let histogram = try Histogram(of: [.nan, 1, .infinity, 2, -.infinity], buckets: 2)
    #expect(histogram.edges == [1, 1.5, 2])
    #expect(histogram.counts == [1, 1])
    #expect(histogram.notFinite == 3)
    let only = try Histogram(of: [.nan], buckets: 1)
    #expect(only.counts == [0] && only.notFinite == 1)
  }

  @Test(arguments: [
    [-Double.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude],
    [0, Double.leastNonzeroMagnitude], [-0.0, 0.0], [1, 1.0.nextUp],
    [1e308, -1e308, 1e-308, 5],
  ]) func `every double finds a bucket`(values: [Double]) throws {
    let histogram = try Histogram(of: values)
    #expect(histogram.counts.reduce(0, +) == Double(values.count))
    #expect(histogram.edges.first == values.min() && histogram.edges.last == values.max())
    _ = try Histogram(edges: histogram.edges, counts: histogram.counts)
  }

  @Test func `what is no histogram is refused`() {
    for (edges, counts) in [
      ([], []), ([0, 1], []), ([0], [1]), ([1, 0], [1]), ([0, .nan], [1]), ([0, 1], [-1]),
      ([0, 1], [.infinity]),
    ] as [([Double], [Double])] {
      #expect(throws: TrackingError.self) { try Histogram(edges: edges, counts: counts) }
    }
    #expect(throws: TrackingError.self) { try Histogram(of: [1], buckets: 0) }
    #expect(throws: TrackingError.self) { try Histogram(of: [1], buckets: 1 << 17) }
  }
}

@Suite struct EventValueTests {
  private func values(_ folder: EventFolder, _ file: String) throws -> [FoundValue] {
    var reader = try EventValueReader(directory: folder.directory, file: file)
    var found: [FoundValue] = []
    while let value = try reader.next() { found.append(value) }
    #expect(reader.takeDamages().isEmpty)
    return found
  }

  /// A `Summary.Value` as another program writes it.
  private func summary(_ tag: String, _ fill: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.put(1, tag)
    fill(&writer)
    return writer.array
  }

  private func put(plugin: String, to writer: inout ProtobufWriter) {
    let metadata = writer.begin(.bytes(9))
    let data = writer.begin(.bytes(1))
    writer.put(1, plugin)
    writer.end(data)
    writer.end(metadata)
  }

  private func value(_ bytes: [UInt8]) throws -> EventValue {
    try bytes.withUnsafeBytes { try EventValue(summary: $0) }
  }

  @Test func `other values lie beside the points, and neither disturbs the other`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    let histogram = try Histogram(edges: [0, 1, 2], counts: [0.5, 3], notFinite: 4)
    #expect(writer.log("m", .double(0.1), 3) == .stored)
    #expect(writer.append(.histogram("h", histogram), step: -1, time: 2) == .stored)
    #expect(writer.append(.text("t", "**bold** ä"), step: 5, time: 3) == .stored)
    #expect(writer.log("m", .double(0.2), 4) == .stored)
    let log = try folder.log(writer.file)
    #expect(log.metrics.map(\.key) == ["m"] && log.metrics[0].count == 2 && log.damages.isEmpty)
    #expect(try folder.points(writer.file, "m").map(\.step) == [3, 4])
    let found = try values(folder, writer.file)
    #expect(found.map(\.key) == ["h", "t"])
    #expect(found.map(\.step) == [-1, 5] && found.map(\.time) == [2, 3])
    #expect(found[0].histogram == histogram && found[0].text == nil)
    #expect(found[1].text == "**bold** ä" && found[1].histogram == nil)
  }

  @Test func `a key that is no tag, or whose tag is taken, is read back as it is`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    let odd = Key(bytes: [0x66, 0xFF])
    #expect(writer.append(.text(odd, "a"), step: 0, time: 1) == .stored)
    #expect(writer.append(.text("k", "b"), tag: "k/text", step: 0, time: 1) == .stored)
    let found = try values(folder, writer.file)
    #expect(found.map(\.key) == [odd, "k"])
    #expect(found.map(\.tag) == ["f\\xff", "k/text"])
  }

  @Test func `the size of a picture is read from it`() throws {
    let png: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8)
      + [0, 0, 1, 2, 0, 0, 0, 3]
    let jpeg: [UInt8] = [
      0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC4, 0, 2, 0xFF, 0xC2, 0, 8, 8, 0, 7, 1, 0,
    ]
    let gif = Array("GIF89a".utf8) + [4, 1, 5, 0]
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    for picture in [png, jpeg, gif] {
      let value = try picture.withUnsafeBytes { try EventValue.image("p", $0) }
      #expect(writer.append(value, step: 0, time: 1) == .stored)
      for cut in 0..<picture.count where picture != jpeg || cut < 22 {
        #expect(throws: TrackingError.self) {
          try picture[..<cut].withUnsafeBytes { try EventValue.image("p", $0) }
        }
      }
    }
    let found = try values(folder, writer.file)
    #expect(found.map(\.image) == [png, jpeg, gif])
    // Width and height stand before the picture, as text.
    let sizes = [("258", "3"), ("256", "7"), ("260", "5")]
    for (value, (width, height)) in zip(found, sizes) {
      let text = String(decoding: value.summary, as: UTF8.self)
      #expect(text.contains("B" + String(UnicodeScalar(UInt8(width.utf8.count))) + width))
      #expect(text.contains("B" + String(UnicodeScalar(UInt8(height.utf8.count))) + height))
    }
  }

  @Test func `a value of another program is kept byte for byte`() throws {
    let audio = summary("s") { writer in
      let audio = writer.begin(.bytes(6))
      writer.putDouble(1, 44_100)
      writer.put(4, [1, 2, 3])
      writer.end(audio)
      put(plugin: "audio", to: &writer)
    }
    let curve = summary("pr") { writer in
      let tensor = writer.begin(.bytes(8))
      writer.put(1, UInt64(1))
      writer.put(4, [UInt8](repeating: 0, count: 24))
      writer.end(tensor)
      put(plugin: "pr_curves", to: &writer)
    }
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    for bytes in [audio, curve] {
      #expect(writer.append(try value(bytes), step: 0, time: 1) == .stored)
    }
    let found = try values(folder, writer.file)
    #expect(found.map(\.summary) == [audio, curve])
    #expect(found.map(\.kind.name) == ["audio", "pr_curves"])
  }

  @Test func `old histograms are read as TensorBoard shows them`() throws {
    let old = summary("h") { writer in
      let histogram = writer.begin(.bytes(5))
      writer.putDouble(1, -1)
      writer.putDouble(2, 9)
      for limit in [-2.0, 0, 5, 1.7e308] { writer.putDouble(6, limit) }
      for count in [0.0, 4, 2, 0] { writer.putDouble(7, count) }
      writer.end(histogram)
    }
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    #expect(writer.append(try value(old), step: 0, time: 1) == .stored)
    let found = try #require(try values(folder, writer.file).first)
    #expect(found.kind == .histogram && found.summary == old)
    #expect(found.histogram == (try Histogram(edges: [-1, 0, 9], counts: [4, 2])))
  }

  @Test func `what is no value, or belongs elsewhere, is refused with a reason`() throws {
    let numbers = summary("n") { $0.append(littleEndian: UInt8(0x15)) } + [0, 0, 0, 0]
    let refused: [(bytes: [UInt8], reason: String)] = [
      ([0x0A, 9, 1], "the bytes are no message Summary.Value"),
      ([], "it has no tag, or one that is not UTF-8"),
      (summary("") { put(plugin: "x", to: &$0) }, "it has no tag, or one that is not UTF-8"),
      ([0x0A, 1, 0xFF], "it has no tag, or one that is not UTF-8"),
      (numbers, "'n' is a number; log it as a metric"),
      (summary("n") { put(plugin: "scalars", to: &$0) }, "'n' is a number; log it as a metric"),
      (summary("n") { $0.putDouble(1000, 1) }, "'n' has fields that only this library writes"),
      (summary("n") { $0.put(3, [1]) }, "'n' has no histogram, image, audio or tensor"),
      (
        summary("_hparams_/experiment") { put(plugin: "hparams", to: &$0) },
        "'_hparams_/experiment' says the settings of a run; log them as parameters"
      ),
    ]
    for (bytes, reason) in refused {
      #expect {
        _ = try value(bytes)
      } throws: { error in
        (error as? TrackingError)?.message
          == "that is no value for TensorBoard to show: \(reason)"
      }
    }
  }

  @Test func `damaged values never trap`() throws {
    let whole = summary("h") { writer in
      let tensor = writer.begin(.bytes(8))
      writer.put(1, UInt64(2))
      writer.put(4, [UInt8](repeating: 63, count: 48))
      writer.end(tensor)
      put(plugin: "histograms", to: &writer)
    }
    var random = SystemRandomNumberGenerator()
    var kept = 0
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0...3, using: &random))
      guard (try? value(bytes)) != nil else { continue }
      kept += 1
    }
    #expect(kept > 0)
  }

  @Test func `what waits for a full disk is counted, and not what the session says`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    Faults.room(3) {
      #expect(writer.append(.text("t", "x"), step: 0, time: 1) == .deferred)
      #expect(writer.append(SessionInfo.start([], started: 1), step: 0, time: 1) == .deferred)
      #expect(writer.log("m", .double(1)) == .deferred)
      #expect(writer.deferred == 2)
    }
    #expect(writer.drain())
    #expect(try values(folder, writer.file).map(\.text) == ["x"])
  }

  @Test func `a value that fits into no frame is dropped and counted`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    let size = writer.size
    let text = String(repeating: "x", count: EventFormat.longestValue)
    #expect(writer.append(.text("t", text), step: 0, time: 1) == .dropped)
    #expect(writer.dropped == 1 && writer.size == size)
  }
}
