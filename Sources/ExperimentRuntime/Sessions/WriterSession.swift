package import EnvironmentCapture
import EventLog
import ExperimentStore
package import FileSystem
package import TrackingEntities

/// What one process writes to one experiment: its event file, what it said so far, and what may be
/// done with the rest of the folder.
///
/// A value guarded by the experiment's lock. The event file is opened on the first call that needs
/// it, so a child that only exits, or a reader, writes nothing.
package struct WriterSession {
  /// By which right this process writes.
  package enum Role: Sendable, Equatable {
    /// Started or resumed the experiment: decides its status.
    case owner
    /// Joined a running experiment under a label such as `rank-1` or `fork`.
    case attached(label: String, rank: Int64?)
    /// Loaded it: adds notes and tags as an editor; points make it an owner of a finished
    /// experiment that leaves the status alone, or an attached writer of a running one.
    case loaded
  }

  package let identity: ExperimentIdentity
  /// The experiment's folder, which stays open while the event file is.
  package let place: RestingDirectory
  package let folder: String
  package let sync: ExperimentOptions.Sync
  /// Whether logging throws where it would defer or drop.
  let strict: Bool
  /// How points get to the disk; nil is what the environment says.
  package var writes: WriteMode?
  package internal(set) var role: Role

  /// The open event file and its name in the folder.
  var writer: EventWriter?
  var file = ""
  var header: SessionHeader?
  /// What this writer wrote, kept as its readers would read it.
  var log = WriterLog()
  /// The number of the session among those of its kind.
  var number: UInt64
  var lamport: UInt64
  package var nextSteps: [Key: Int64] = [:]
  /// The tags and steps of values that are not numbers, once there are any.
  var valueTags: ValueTags?
  /// What TensorBoard was told of parameters and status.
  var settings = ShownSettings()
  var started = Clock.steady()
  var ended = false
  /// How it was closed, between its end and the recording of what still belongs to it.
  var closing: String?
  /// What `setStatus` said, which `finish` without a status keeps.
  package var chosenStatus: ExperimentStatus?
  var views: ViewWriter
  /// What samples processors and memory, if that was asked for.
  package var sampler: SystemSampler?
  /// When the views are written again.
  var pace = RefreshPace()
  var isDirty = false
  var synced = Clock.coarse()
  /// The other writers' files as last read, by name.
  var others: [String: WriterFile] = [:]
  /// Artifacts whose bytes are not forced to the disk yet.
  var unsynced: [String] = []
  /// Those of them whose last sync failed.
  var unsure: [String] = []
  /// The experiment around this one, if its end may force the bytes of both to the disk.
  weak var surrounding: Experiment?
  /// The number of the experiment around this one, once it was asked for.
  package var parentNumber: UInt64?
  /// The file that is run, whose repository is the one recorded.
  var program: String?
  /// The environment when the experiment was started, for what is captured later on a thread of its
  /// own: reading the process's while another thread sets a variable is not safe.
  var environment: [String: String]?
  /// The computer that runs the program, if this process only writes for it.
  var host: String?
  /// What was captured of the code.
  var code = CodeCapture.State()
  /// Messages for the user that have not been taken.
  var notices: [String] = []
  /// Whether it was said that a parameter looks like a credential.
  var toldCredentials = false
  /// Records that no file took, because none could be opened.
  var lost: UInt64 = 0
  /// How many records nobody could read if the process ended now, after the end of the experiment.
  var lossAtEnd: UInt64 = 0
  /// How many of them were reported to the user.
  var toldAtEnd: UInt64 = 0
  /// How many points and records the last sync that succeeded has forced to the disk.
  var itemsSynced: UInt64 = 0
  /// Whether the file system was taken away by the end.
  var isUnmounted = false
  /// How many lost records the end has reported.
  var toldLost: UInt64 = 0
  /// The name under which the event file was opened. The writer continues in another file after the
  /// first was taken away, and then only the files say what is in which.
  var openedFile = ""
  /// Whether others may have recorded something since this session looked.
  var mayBeBehind = false
  /// Counts what this process did to the experiment.
  package internal(set) var revision: UInt64 = 0
  /// The newest version of each artifact, as long as it is known to be right.
  var artifacts: ArtifactIndex?
  /// Whether the views lack the latest artifact.
  var artifactsWaiting = false
  /// Whether the files of others have lost something since the summary was written.
  var hasLosses = false
  /// The sizes of the event files that others write, for `state`.
  var sizes = EventFileSizes()
  /// What else than those sizes the experiment was made from when it was read last.
  var readingStamp = ReadingStamp()

  package init(
    identity: ExperimentIdentity, place: RestingDirectory, folder: String, role: Role,
    sync: ExperimentOptions.Sync = .atClose, strict: Bool = false, number: UInt64 = 1,
    lamport: UInt64 = 0, nextSteps: [Key: Int64] = [:]
  ) {
    self.identity = identity
    self.place = place
    self.folder = folder
    self.role = role
    self.sync = sync
    self.strict = strict
    self.number = number
    self.lamport = lamport
    self.nextSteps = nextSteps
    views = ViewWriter()
  }

  /// Notes a message for the user.
  package mutating func tell(_ notice: String?) {
    if let notice { notices.append(notice) }
  }

  /// The experiment's folder, open as long as the result is held.
  package var directory: Directory {
    get throws(TrackingError) { try place.open() }
  }

  /// The status is this process's to say.
  package var decidesStatus: Bool { role == .owner && header?.amends != true }

  /// Whether this process writes it and decides how it ends.
  package var isUnderWay: Bool { decidesStatus && writer != nil && !ended }

  /// How many records are lost.
  package var dropped: UInt64 { (writer?.dropped ?? 0) &+ lost &+ lossAtEnd }

  /// Makes the session of a forked child: a writer of its own when it first logs.
  ///
  /// The parent's session is left in memory as it is and not released: a thread that is not here
  /// may have been in the middle of changing it.
  package static func becomeForkedChild(_ session: UnsafeMutablePointer<WriterSession>) {
    session.pointee.writer?.abandonAfterFork()
    let isLoaded = session.pointee.role == .loaded
    let writes = session.pointee.writes
    session.initialize(
      to: WriterSession(
        identity: session.pointee.identity, place: session.pointee.place,
        folder: session.pointee.folder,
        role: isLoaded ? .loaded : .attached(label: "fork", rank: nil),
        sync: session.pointee.sync, strict: session.pointee.strict))
    session.pointee.writes = writes
  }

  /// Closes the event file without recording an end.
  ///
  /// - Returns: The session of one that only takes part, to continue with when this process opens
  ///   the experiment again: else each task of a pool that gets the experiment would make a file of
  ///   its own.
  @discardableResult
  package mutating func release() -> WriterSession? {
    if isDirty { try? refresh() }
    defer { place.rest() }
    guard let writer else { return nil }
    writer.close()
    var rested = self
    self.writer = nil
    // This pays only for a writer beside the owner, such as a worker of a pool.
    guard header?.role == .attached else { return nil }
    rename(to: writer.file)
    rested.file = file
    rested.others = [:]
    rested.mayBeBehind = true
    return rested
  }

  /// Whether a session that was closed is what this process would begin now: beside an owner who is
  /// at work, or instead of one whose work is over.
  package func fits(_ status: ExperimentStatus) -> Bool {
    let isBeingWritten = status == .running || status == .unknown
    return header?.role == .editor || (header?.role == .attached) == isBeingWritten
  }

  /// Reverts a session that could not be begun: none of it was acknowledged.
  mutating func withdraw() {
    guard let writer else { return }
    rename(to: writer.file)
    writer.close()
    if let directory = try? directory { try? SystemCalls.remove(directory.descriptor, file) }
    place.rest()
    self.writer = nil
    header = nil
    isDirty = false
    role = .loaded
  }
}
