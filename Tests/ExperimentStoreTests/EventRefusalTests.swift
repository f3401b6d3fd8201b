import EventLog
import FileSystem
import Testing
import TrackingEntities
import TrackingTestSupport

/// Files that are not, or not for us, event files.
@Suite struct EventRefusalTests {
  @Test func `a file that is something else is one damage`() throws {
    let folder = try EventFolder()
    try folder.put(Array(String(repeating: "no event file\n", count: 100).utf8), as: "text")
    let log = try folder.log("text")
    #expect(log.damages == [TFRecordDamage(file: "text", offset: 0, length: 1400)])
    #expect(log.damages[0].description == "'text' is damaged at byte 0: 1400 bytes skipped")
  }

  @Test func `a folder, a link and a missing file are errors`() throws {
    let folder = try EventFolder()
    _ = try folder.directory.makeFolder("folder")
    for name in ["folder", "missing"] {
      #expect(throws: TrackingError.self) { try folder.log(name) }
    }
  }

  @Test func `a file for newer readers is refused, not misread`() throws {
    let folder = try EventFolder()
    var header = SessionHeader.sample
    (header.format, header.minimumReader) = (9, 9)
    let writer = try EventWriter.create(in: folder.directory, header: header)
    _ = writer.log("m", .double(1))
    let error = #expect(throws: TrackingError.self) { try folder.log(writer.file) }
    #expect(error?.code == .format)
    #expect(error?.message.contains("newer version") == true)
    #expect(throws: TrackingError.self) { try folder.points(writer.file, "m") }
  }
}
