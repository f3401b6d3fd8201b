import EventLog
import ExperimentStore
import FileSystem
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@Suite struct LivenessTests {
  private func liveness(
    _ change: (inout ProcessIdentity) -> Void = { _ in }, locked: Bool
  ) throws -> Liveness {
    let folder = try EventFolder()
    var header = SessionHeader.random()
    change(&header.process)
    let writer = try EventWriter.create(in: folder.directory, header: header)
    if !locked { writer.close() }
    return Liveness.of(header, directory: folder.directory, file: writer.file)
  }

  @Test func `this process knows who it is`() throws {
    let facts = ProcessFacts.current()
    #expect(facts == ProcessFacts.current())
    #expect(facts.pid == UInt64(getpid()))
    #expect(facts.boot.utf8.count == 36)
    #expect(facts.namespace > 0 && facts.start > 0 && !facts.host.isEmpty)
  }

  @Test func `a writer of this process is alive until it lets go of its file`() throws {
    #expect(try liveness(locked: true) == .alive)
    #expect(try liveness(locked: false) == .dead)
  }

  /// As a file system without locks shows it.
  @Test func `a process that has the file open is alive though nobody sees its lock`() throws {
    let folder = try EventFolder()
    let writer = try EventWriter.create(in: folder.directory, header: .here())
    let copy = try SystemCalls.open(folder.directory.descriptor, writer.file, O_RDONLY)
    defer { SystemCalls.close(copy) }
    writer.close()
    #expect(Liveness.of(.here(), directory: folder.directory, file: writer.file) == .alive)
  }

  @Test func `another experiment's open file of the same name is not the writer's`() throws {
    let (first, second, copy) = (try EventFolder(), try EventFolder(), try EventFolder())
    let header = SessionHeader.random()
    let writer = try EventWriter.create(in: first.directory, header: header)
    let other = try EventWriter.create(in: copy.directory, header: .random())
    writer.close()
    other.close()
    try second.put(try copy.bytes(other.file), as: writer.file)
    func found(_ folder: EventFolder, _ open: EventFolder) throws -> Liveness {
      let descriptor = try SystemCalls.open(open.directory.descriptor, writer.file, O_RDONLY)
      defer { SystemCalls.close(descriptor) }
      return Liveness.of(header, directory: folder.directory, file: writer.file)
    }
    #expect(try found(first, second) == .dead)
    #expect(try found(first, first) == .alive)
    // A copy of what is being written is not over before that is.
    try copy.put(try first.bytes(writer.file), as: writer.file)
    #expect(try found(copy, first) == .alive)
    #expect(try found(first, copy) == .alive)
  }

  @Test func `another process that got the same number is not the writer`() throws {
    #expect(try liveness({ $0.start += 1 }, locked: false) == .dead)
  }

  /// Another time namespace counts the start of a process from elsewhere.
  @Test func `a held lock counts before a start that does not fit`() throws {
    #expect(try liveness({ $0.start += 1 }, locked: true) == .alive)
  }

  /// The first process has its id, whoever looks; its start is somebody else's.
  @Test func `a process of another user exists although nothing else is seen of it`() throws {
    #expect(ProcessFacts.presence(pid: 1, start: 1) == .another)
    #expect(ProcessFacts.presence(pid: 0, start: 1) == .gone)
  }

  @Test func `without a kernel that says which start it is, the lock decides`() throws {
    var here = ProcessFacts.current()
    (here.boot, here.namespace) = ("", 0)
    for isLocked in [true, false] {
      let folder = try EventFolder()
      var header = SessionHeader.here()
      header.process = here
      let writer = try EventWriter.create(in: folder.directory, header: header)
      if !isLocked { writer.close() }
      let found = Liveness.of(
        header, directory: folder.directory, file: writer.file, seenFrom: here)
      #expect(found == (isLocked ? .alive : .dead))
    }
  }

  @Test func `a process number that nobody has is dead`() throws {
    #expect(try liveness({ $0.pid = 99_999_999 }, locked: false) == .dead)
    #expect(try liveness({ $0.pid = .max }, locked: false) == .dead)
  }

  @Test func `before the last boot of this host everything is dead`() throws {
    #expect(try liveness({ $0.boot = "another" }, locked: false) == .dead)
  }

  @Test func `in another container of this kernel the lock decides`() throws {
    #expect(try liveness({ $0.namespace += 1 }, locked: true) == .alive)
    #expect(try liveness({ $0.namespace += 1 }, locked: false) == .dead)
  }

  @Test func `another host is unknown, unless its lock is seen`() throws {
    let elsewhere: (inout ProcessIdentity) -> Void = { ($0.host, $0.boot) = ("far", "another") }
    #expect(try liveness(elsewhere, locked: false) == .unknown)
    #expect(try liveness(elsewhere, locked: true) == .alive)
    #expect(try liveness({ ($0.host, $0.boot) = ("", "") }, locked: false) == .unknown)
  }

  @Test func `a zombie is dead`() throws {
    var child: pid_t = 0
    let path = strdup("/bin/true")
    defer { free(path) }
    var arguments: [UnsafeMutablePointer<CChar>?] = [path, nil]
    #expect(posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil) == 0)
    var information = siginfo_t()
    #expect(waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) == 0)
    let fields = "/proc/\(child)/stat"
    let stream = try #require(fopen(fields, "r"))
    var buffer = [CChar](repeating: 0, count: 1024)
    _ = fgets(&buffer, 1024, stream)
    fclose(stream)
    let line = String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let start = try #require(UInt64(line.split(separator: " ")[21]))
    #expect(ProcessFacts.presence(pid: UInt64(child), start: start) == .gone)
    waitpid(child, nil, 0)
  }
}
