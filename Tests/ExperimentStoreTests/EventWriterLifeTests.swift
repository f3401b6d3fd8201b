import CPlatform
import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct EventWriterLifeTests {
  private func isLocked(_ folder: EventFolder, _ file: String) throws -> Bool? {
    let descriptor = try SystemCalls.open(folder.directory.descriptor, file, O_RDONLY)
    defer { SystemCalls.close(descriptor) }
    return SystemCalls.isLocked(descriptor)
  }

  @Test func `the file is locked while it is open and again after it was reopened`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    #expect(writer.holdsLock)
    #expect(try isLocked(folder, writer.file) == true)
    #expect(writer.close() == .stored)
    #expect(try isLocked(folder, writer.file) == false)
    try writer.reopen()
    #expect(try isLocked(folder, writer.file) == true)
  }

  @Test func `a closed writer answers so, and continues in the same file when reopened`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    _ = writer.log("m", .double(1))
    writer.close()
    writer.close()
    #expect(writer.log("m", .double(2)) == .closed)
    #expect(!writer.isOpen)
    try writer.reopen()
    try writer.reopen()
    #expect(writer.log("m", .double(3)) == .stored)
    #expect(folder.files.count == 1)
    #expect(try folder.points(writer.file, "m").map(\.value) == [.double(1), .double(3)])
  }

  @Test func `a reopened writer completes what the disk refused before it was closed`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    Faults.room(30) {
      #expect(writer.log("m", .double(1)) == .deferred)
      #expect(writer.close() == .deferred)
    }
    #expect(writer.deferred == 1)
    try writer.reopen()
    #expect(writer.log("m", .double(2)) == .stored)
    #expect(try folder.points(writer.file, "m").count == 2)
  }

  @Test func `a file that changed or went away while closed is left alone`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    _ = writer.log("m", .double(1))
    writer.close()
    let old = writer.file
    let changed = try folder.bytes(old) + [1, 2, 3]
    try folder.put(changed, as: old)
    try writer.reopen()
    #expect(writer.file > old)
    #expect(writer.log("m", .double(2)) == .stored)
    #expect(try folder.bytes(old) == changed)
    #expect(try folder.log(writer.file).header == .here())
    let second = writer.file
    writer.close()
    try SystemCalls.remove(folder.directory.descriptor, second)
    try writer.reopen()
    #expect(writer.log("m", .double(3)) == .stored)
    #expect(try folder.points(writer.file, "m").map(\.value) == [.double(3)])
  }

  @Test func `a file whose name was taken away is copied into a new one with all its points`()
    throws
  {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    for step in 0..<10 { _ = writer.log("m", .double(Double(step)), Int64(step)) }
    let old = writer.file
    let prefix = try folder.bytes(old)
    try SystemCalls.remove(folder.directory.descriptor, old)
    try folder.put(Array(prefix.dropLast(50)), as: old)
    usleep(250_000)
    #expect(writer.log("m", .double(10), 10) == .stored)
    #expect(writer.file > old)
    #expect(try folder.points(writer.file, "m").map(\.step) == Array(0...10))
    #expect(try folder.log(writer.file).isSameStream(as: folder.log(old)))
    #expect(try isLocked(folder, writer.file) == true)
  }

  @Test func `a file that another program made longer is left alone`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    _ = writer.log("m", .double(1))
    let old = writer.file
    let descriptor = try SystemCalls.open(folder.directory.descriptor, old, O_WRONLY)
    #expect(pwrite(descriptor, "xyz", 3, Int(writer.size)) == 3)
    SystemCalls.close(descriptor)
    usleep(250_000)
    #expect(writer.log("m", .double(2)) == .stored)
    #expect(writer.file > old)
    #expect(try folder.points(old, "m").count == 1)
    #expect(try folder.points(writer.file, "m").count == 1)
    #expect(try !folder.log(writer.file).isSameStream(as: folder.log(old)))
  }

  @Test func `a deleted folder is not made again; what follows is counted as dropped`() throws {
    let folder = try EventFolder()
    let inner = try folder.directory.makeFolder("run")
    let writer = try EventWriter.create(in: inner, header: .here())
    try SystemCalls.remove(inner.descriptor, writer.file)
    try SystemCalls.remove(folder.directory.descriptor, "run", folder: true)
    usleep(250_000)
    #expect(writer.log("m", .double(1)) == .dropped)
    #expect(writer.log("m", .double(2)) == .dropped)
    #expect(writer.dropped == 2 && writer.deferred == 0)
    #expect(folder.files.isEmpty)
  }

  @Test func `a renamed folder does not disturb the writer`() throws {
    let folder = try EventFolder()
    let inner = try folder.directory.makeFolder("run")
    let writer = try EventWriter.create(in: inner, header: .here())
    let root = folder.directory.descriptor
    try SystemCalls.rename(root, "run", root, "moved")
    usleep(250_000)
    #expect(writer.log("m", .double(1)) == .stored)
    #expect(try folder.points("moved/" + writer.file, "m").count == 1)
  }

  @Test func `a sync that fails throws and says so`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    try writer.sync()
    Faults.failing("fsync", EIO) {
      let error = #expect(throws: TrackingError.self) { try writer.sync() }
      #expect(error?.systemCode == EIO)
    }
    Faults.room(0) {
      _ = writer.log("m", .double(1))
      #expect(throws: TrackingError.self) { try writer.sync() }
    }
    try writer.sync()
    #expect(try folder.points(writer.file, "m").count == 1)
  }

  /// The kernel takes pages that it could not write for written ones: only a new file is sure to be
  /// written by the next sync.
  @Test(arguments: [WriteMode.direct, .buffered])
  func `after a failed sync the next one forces a new copy of the file to the disk`(
    writes: WriteMode
  ) throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here(), writes: writes)
    for step in 0..<10 { _ = writer.log("m", .double(1), Int64(step)) }
    try writer.sync()
    for step in 10..<30 { _ = writer.log("m", .double(1), Int64(step)) }
    for _ in 0..<2 {
      Faults.failing("fsync", EIO) {
        #expect(refusal { try writer.sync() }?.systemCode == EIO)
      }
    }
    let written = try folder.bytes(writer.file)
    #expect(try Faults.count("rename") { try writer.sync() } == 1)
    #expect(try folder.bytes(writer.file) == written)
    #expect(try isLocked(folder, writer.file) == true)
    let again = try Faults.count("rename") { try writer.sync() }
    #expect(again == 0, "after a good sync nothing is to be written again")
    for step in 30..<40 { _ = writer.log("m", .double(1), Int64(step)) }
    #expect(writer.close() == .stored)
    #expect(try folder.points(writer.file, "m").map(\.step) == (0..<40).map { Int64($0) })
    #expect(folder.files == [writer.file])
  }

  @Test func `a sync that the folder refused is not a sync`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    _ = writer.log("m", .double(1))
    Faults.failing("fsync", EIO, at: 2) { #expect(refusal { try writer.sync() } != nil) }
    #expect(try Faults.count("rename") { try writer.sync() } == 1)
    #expect(try Faults.count("rename") { try writer.sync() } == 0)
  }

  @Test func `what a failing disk gives back wrong keeps every later sync from succeeding`() throws
  {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    try writer.sync()
    let synced = try folder.bytes(writer.file).count
    for step in 0..<10 { _ = writer.log("m", .double(1), Int64(step)) }
    Faults.failing("fsync", EIO) { #expect(refusal { try writer.sync() } != nil) }
    let file = try SystemCalls.open(folder.directory.descriptor, writer.file, O_RDWR)
    defer { SystemCalls.close(file) }
    var zeros = [UInt8](repeating: 0, count: 64)
    #expect(pwrite(file, &zeros, zeros.count, synced + 100) == zeros.count)
    for _ in 0..<3 {
      let problem = refusal { try writer.sync() }
      #expect(problem?.systemCode == EIO)
      #expect(problem?.message.contains("can no longer be read back") == true)
    }
    #expect(folder.files == [writer.file])
  }
}
