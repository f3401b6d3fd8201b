import ExperimentAnalysis
import ExperimentStore
import FileSystem
public import TrackingEntities

/// The page that shows the experiments of an increment, or of all of a project: the page itself,
/// and the answers to what it asks.
///
/// ```swift
/// let dashboard = try Dashboard(try Increment.find("0042"))
/// let page = try dashboard.html()
/// let answer = dashboard.ask(Array(#"{"ask": "filter", "where": "metrics.auc > 0.8"}"#.utf8))
/// ```
///
/// What was read is kept, and only what has changed is read again: one object answers a page for as
/// long as it is open. It may be asked from several threads, which wait for each other.
public final class Dashboard: @unchecked Sendable {
  /// How a dashboard is opened.
  public struct Options: Sendable {
    /// Whether the page may change notes, tags and decisions.
    public var edit = false
    /// Where to look for the project, if no increment is given; nil is the working directory.
    public var directory: String?

    /// The usual options.
    public init() {}
  }

  private let lock = ForkSafeLock()
  let options: Options
  let start: String
  /// Guarded by `lock`, as the next.
  var experiments: DashboardExperiments
  var curves = DashboardCurves()
  /// About how many bytes the answers to one list may take, beside the last of them.
  var mostAnswerBytes = 256 << 20
  private static let mostRequests = 1000

  /// Opens a dashboard; nothing is read before the first request.
  ///
  /// - Parameters:
  ///   - increment: The increment that is shown; nil for all of the project.
  ///   - options: How it is shown.
  /// - Throws: `incrementNotFound` where there is no project.
  public init(
    _ increment: Increment? = nil, _ options: Options = Options()
  ) throws(TrackingError) {
    if increment == nil { try Increment.checkProject(from: options.directory) }
    self.options = options
    start = increment?.path ?? Increment.start(from: options.directory)
    experiments = DashboardExperiments(increment, from: start)
  }

  /// As the C API and Python open it.
  package convenience init(
    _ increment: Increment?, json: [UInt8]?, for caller: String
  ) throws(TrackingError) {
    var reader = try OptionReader(json, for: caller)
    var options = Options()
    options.edit = try reader.flag("edit") ?? false
    options.directory = try reader.text("directory")
    try reader.end()
    try self.init(increment, options)
  }

  /// The page without data, for a server that hands what it asks to `ask`.
  ///
  /// - Parameter token: What the server wants to see with every change.
  public func html(token: String? = nil) throws(TrackingError) -> [UInt8] {
    try DashboardPage.ofLibrary().html(token: token)
  }

  /// What the page may do, for the header `Content-Security-Policy` of a server.
  public func policy() throws(TrackingError) -> String { try DashboardPage.ofLibrary().policy }

  /// Answers a request, or a list of requests with a list; docs/dashboard.md describes them. What
  /// is wrong with one is its answer: `{"error": {"code", "message"}}`.
  public func ask(_ request: [UInt8]) -> [UInt8] {
    let answer: Value
    do throws(TrackingError) {
      answer = try self.answer(to: try Value(json: request, options: .lenient))
    } catch {
      answer = Self.told(error)
    }
    if let bytes = try? answer.json(layout: .compact) { return bytes }
    let problem = TrackingError(.serialisation, "the answer is nested too deep to be written")
    return (try? Self.told(problem).json(layout: .compact)) ?? Array("{}".utf8)
  }

  private func answer(to request: Value) throws(TrackingError) -> Value {
    // The page comes before its experiments, and does not wait until they were read.
    if request["ask"]?.text == "policy" { return answered(request) }
    return try lock.withLock { (_) throws(TrackingError) in
      if case .list(let requests) = request, requests.count == 1 {
        if let part = try part(requests[0]) { return .list([part]) }
      } else if let part = try part(request) {
        return part
      }
      // One look for all of them, so that they tell of one moment.
      try experiments.look()
      guard case .list(let requests) = request else { return answered(request) }
      return try answered(requests)
    }
  }

  /// The answer to who does not want to wait until all experiments were read; nil to others.
  private func part(_ request: Value) throws(TrackingError) -> Value? {
    guard let ask = request["ask"]?.text, ["experiments", "read"].contains(ask) else { return nil }
    let request = try DashboardRequest(request)
    guard let seconds = try request.number("within") else { return nil }
    let members =
      ask == "read"
      ? [.init("unread", .integer(Int64(try experiments.readOn(for: seconds))))]
      : try table(
        since: try request.text("since"), within: seconds, most: try request.size("most") ?? .max)
    return Self.answer(members)
  }

  /// Runs the body alone.
  func locked<Result>(
    _ body: () throws(TrackingError) -> Result
  ) throws(TrackingError) -> Result {
    try lock.withLock { (_) throws(TrackingError) in try body() }
  }

  private func answered(_ request: Value) -> Value {
    do throws(TrackingError) {
      let members = try members(of: try DashboardRequest(request))
      return Self.answer(members)
    } catch {
      return Self.told(error)
    }
  }

  /// The answers to a list, which is not to take more memory than a machine has.
  private func answered(_ requests: [Value]) throws(TrackingError) -> Value {
    guard requests.count <= Self.mostRequests else {
      throw TrackingError(
        .invalidArgument,
        "a list has at most \(Self.mostRequests) requests, this one \(requests.count)")
    }
    var answers: [Value] = []
    var room = mostAnswerBytes
    for request in requests {
      let answer =
        room > 0
        ? answered(request)
        : Self.told(
          TrackingError(
            .invalidArgument, "the answers before this one are too long; ask for it by itself"))
      room -= answer.roughBytes
      answers.append(answer)
    }
    return .list(answers)
  }

  /// An answer of these members, as the schema has it.
  static func answer(_ members: [Value.Entry]) -> Value {
    .map([.init("schema_version", .integer(1))] + members)
  }

  private static func told(_ error: TrackingError) -> Value {
    var members: [Value.Entry] = [
      .init("code", .text(error.code.name)), .init("message", .text(error.message)),
    ]
    if !error.excerpt.isEmpty {
      members.append(.init("caret", .list(error.excerpt.map { .text($0) })))
    }
    if !error.candidates.isEmpty {
      members.append(.init("candidates", .list(error.candidates.map { .text($0) })))
    }
    return answer([.init("error", .map(members))])
  }
}

extension Value {
  /// About how many bytes it takes.
  fileprivate var roughBytes: Int {
    switch self {
    case .text(let text): 16 + text.utf8.count
    case .list(let elements): elements.reduce(16) { $0 + $1.roughBytes }
    case .map(let entries): entries.reduce(16) { $0 + 16 + $1.value.roughBytes }
    case .null, .boolean, .integer, .bigInteger, .number: 16
    }
  }
}

extension Dashboard {
  /// The page as the C API and Python ask for it.
  package func html(json: [UInt8]?, for caller: String) throws(TrackingError) -> [UInt8] {
    var options = try OptionReader(json, for: caller)
    let embeds = try options.flag("embed") ?? false
    let token = try options.text("token")
    let ids = try options.texts("ids")
    try options.end()
    return embeds ? try file(of: ids) : try html(token: token)
  }
}
