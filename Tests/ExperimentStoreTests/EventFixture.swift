import CPlatform
import EventLog
import FileSystem
import Glibc
import TrackingEntities
import TrackingTestSupport

/// A temporary folder, opened.
final class EventFolder {
  private let folder: TemporaryFolder
  let directory: Directory

  init() throws {
    folder = try TemporaryFolder()
    directory = try Directory.open(folder.path)
  }

  var path: String { folder.path }

  var files: [String] {
    ((try? directory.entries()) ?? []).map(\.name).sorted()
  }

  func bytes(_ file: String) throws -> [UInt8] { try directory.read(file) ?? [] }

  static func bytes(_ folder: String, _ file: String) throws -> [UInt8] {
    try Directory.open(folder).read(file) ?? []
  }

  func put(_ bytes: [UInt8], as file: String) throws {
    try directory.replace(file, bytes)
  }

  func log(_ file: String) throws -> SessionLog {
    try SessionLogReader.read(directory: directory, file: file)
  }

  /// Where the buffer lies that a pending file tells of.
  func buffer(_ pending: String) throws -> (folder: String, name: String) {
    let said = try JSONParser.parse(try bytes(pending))
    return (said["folder"]?.text ?? "", said["name"]?.text ?? "")
  }

  func points(_ file: String, _ key: Key) throws -> [Point] {
    try HistoryReader.read(directory: directory, file: file, key: key).points(of: key)
  }
}

extension SessionHeader {
  /// A header that uses every field.
  static let sample = SessionHeader(
    experiment: ExperimentIdentity(
      id: "0123456789abcdef0123456789abcdef", name: "模型 a/b", number: 3, child: 2, rerun: 4,
      kind: "combination", parent: "ffff", created: 1_763_000_000.25),
    writer: "0011223344556677", role: .attached, session: 7, label: "rank-1", rank: -1,
    amends: true,
    process: ProcessIdentity(
      host: "node.local", boot: "b-o-o-t", namespace: 4_026_531_836, pid: 42, start: 777))

  /// A header of this process.
  static func here(session: UInt64 = 1) -> SessionHeader {
    SessionHeader(
      experiment: ExperimentIdentity(id: "ab", name: "x", number: 1, created: 1),
      writer: "aa", role: .owner, session: session, process: ProcessFacts.current())
  }

  /// That of an experiment which no other test has.
  static func random() -> SessionHeader {
    var header = here()
    header.experiment.id = String(UInt64.random(in: .min ... .max), radix: 16)
    return header
  }
}

extension EventWriter {
  func log(_ key: Key, _ value: MetricValue, _ step: Int64 = 0, time: Double = 1) -> Outcome {
    key.bytes.withUnsafeBytes { append(key: $0, value, step: step, time: time) }
  }
}
