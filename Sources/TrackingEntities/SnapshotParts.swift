extension ExperimentSnapshot {
  /// A parameter with the values it had before.
  public struct Param: Sendable, Equatable {
    /// The name.
    public var key: Key
    /// The value logged last.
    public var value: Value
    /// Earlier, different values.
    public var previous: [Value]

    /// Makes a parameter.
    public init(key: Key, value: Value, previous: [Value] = []) {
      self.key = key
      self.value = value
      self.previous = previous
    }
  }

  /// A note with its time.
  public struct Note: Sendable, Equatable {
    /// Seconds since 1970.
    public var time: Double
    /// What was noted.
    public var text: String

    /// Makes a note.
    public init(time: Double, text: String) {
      self.time = time
      self.text = text
    }
  }

  /// One writer's file.
  public struct Writer: Sendable, Equatable {
    /// The file, relative to the experiment's folder.
    public var file: String
    /// The bytes of the file that the snapshot was made from.
    public var size: UInt64
    /// Its header.
    public var header: SessionHeader

    /// Makes a writer.
    public init(file: String, size: UInt64, header: SessionHeader) {
      self.file = file
      self.size = size
      self.header = header
    }
  }

  /// Whether the event files are there and whole.
  public enum HistoryState: String, Sendable {
    /// All there.
    case complete
    /// Parts could not be read; see the problems.
    case damaged
    /// There is no event file: what is shown comes from the views.
    case missing
  }
}
