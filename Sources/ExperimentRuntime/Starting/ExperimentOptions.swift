import EnvironmentCapture
public import TrackingEntities

/// How an experiment is started.
public struct ExperimentOptions: Sendable {
  /// What `start` does if an experiment of this name is there already.
  public enum Rerun: Sendable, Equatable {
    /// A new experiment in a folder of its own.
    case fresh
    /// Resumes the newest one; an error if there is none, or if it is still being written.
    case resume
    /// Resumes the newest one, or starts one.
    case resumeOrStart
    /// Resumes the newest one, even if another host may still write it.
    case forceResume
    /// Resumes what an earlier attempt of the same job of a scheduler (SLURM, PBS, LSF,
    /// torchrun) was writing under this name, or starts a new experiment; outside of a job always a
    /// new one.
    case auto
    /// Moves the newest one to `_archive` and starts a new one.
    case replace
    /// Attaches to the newest one as a further writer, which cannot set its status.
    case join
  }

  /// What `start` does in the processes that a launcher (torchrun, mpirun, srun) spread one run
  /// over.
  public enum Ranks: Sendable, Equatable {
    /// Rank 0 starts the experiment; the others wait so many seconds for it, and join it. Where
    /// rank 0 has given its experiment another name, each rank starts its own.
    case join(patience: Double)
    /// Each starts an experiment of its own.
    case separate

    /// What is meant when nothing is said.
    public static let usual = Ranks.join(patience: 60)
  }

  /// When data is forced to the disk, so that a power cut does not lose it.
  public enum Sync: Sendable, Equatable {
    /// When the experiment ends.
    case atClose
    /// Every call.
    case always
    /// With the first call that comes this many seconds after the last time.
    case every(seconds: Double)
  }

  /// What is captured at the start.
  public enum Capture: String, Sendable, CaseIterable {
    /// Commit, branch and remote.
    case git
    /// The command line.
    case command
    /// Host, processors, memory and the allowed environment variables.
    case environment
  }

  /// What the experiment is about: `description`, `author`, `data_version`, ...
  public var about: [Value.Entry] = []
  /// Tags from the start.
  public var tags: [String] = []
  /// Parameters from the start.
  public var params: [Value.Entry] = []
  /// `experiment`, or what else the caller calls it: `sweep`, `stage`, `fold`.
  public var kind = "experiment"
  /// What happens if the name is taken.
  public var rerun = Rerun.fresh
  /// The place in the parent's grid; nil is the next one.
  public var child: UInt64?
  /// The distributed rank of this process, where it is to `join` and no launcher says it.
  public var rank: Int64?
  /// What is done in the processes of one run of a launcher.
  public var ranks = Ranks.usual
  /// What is captured.
  public var capture = Set(Capture.allCases)
  /// The command line to record; nil is the process's own.
  public var arguments: [String]?
  /// The file that is run, if it is a program of the user: its repository is recorded, else that of
  /// the working directory.
  public var program: String?
  /// Further facts of the environment, such as those of an interpreter.
  public var environment: [Value.Entry] = []
  /// Whether logging throws where it would defer or drop.
  public var strict = false
  /// When bytes are forced to the disk; nil is at the end. An experiment inside another does as
  /// that one, and if it took less than a second, its end leaves the sync to the end of the other.
  public var sync: Sync?

  /// How many seconds lie between two samples of processors and memory, which are metrics below
  /// `system/`; nil samples nothing.
  public var systemMetricsInterval: Double?
  /// The interval that is meant when none is given.
  public static let usualSystemMetricsInterval = 10.0

  /// How points get to the disk; nil is what `SPECWEAVE_WRITES` says, or else automatic.
  public var writes: WriteMode?

  /// The identifier, 32 hexadecimal digits, of an experiment that comes from elsewhere, as from
  /// another tracker; nil makes one.
  public var id: String?
  /// When it began, in seconds since 1970, where that was earlier; nil is now.
  public var created: Double?
  /// The computer that runs the program, where this process only writes down what that one sends;
  /// once this process releases the experiment, nobody can know whether it is still running, and
  /// its status is `unknown` until it is set. nil: this process is the program.
  public var host: String?

  /// Makes options; what is not given is as usual.
  ///
  /// ```swift
  /// ExperimentOptions(tags: ["baseline"], params: ["seed": 42], rerun: .resumeOrStart)
  /// ```
  ///
  /// What is not written down but computed is wrapped, as `"rate": Value(rate)`; a whole
  /// configuration is set as `options.params = try .init(encoding: config)`.
  public init(
    tags: [String] = [], params: KeyValuePairs<String, Value> = [:],
    about: KeyValuePairs<String, Value> = [:], kind: String = "experiment", rerun: Rerun = .fresh,
    rank: Int? = nil, capture: Set<Capture> = Set(Capture.allCases), strict: Bool = false,
    sync: Sync? = nil, systemMetricsInterval: Double? = nil
  ) {
    self.tags = tags
    self.params = [Value.Entry](params)
    self.about = [Value.Entry](about)
    self.kind = kind
    self.rerun = rerun
    self.rank = rank.map { Int64($0) }
    self.capture = capture
    self.strict = strict
    self.sync = sync
    self.systemMetricsInterval = systemMetricsInterval
  }
}
