import CPlatform
import ExperimentAnalysis
import ExperimentTracker
import FileSystem
import Glibc
import TrackingEntities

/// One run of `specweave-ml watch`: looks again and again, shows what it finds, and ends as it is
/// told.
struct WatchSession {
  private static let mostEvents = 100

  private let watch: ExperimentWatch
  private let form: OutputFormat
  private let console: Console
  private let program: AlertProgram?
  private var writer: EventLines
  private var events: [WatchEvent] = []
  /// What else was said, to be told when the screen is the user's again.
  private var messages: [String] = []
  private var problem: String?
  /// What is wrong, by the experiment's folder and the metric.
  private var wrong: Set<[String]> = []

  init(
    _ watch: ExperimentWatch, form: OutputFormat, on console: Console, program: AlertProgram?
  ) {
    (self.watch, self.form, self.console, self.program) = (watch, form, console, program)
    writer = EventLines(form: form == .table ? .tsv : form)
  }

  /// Looks once.
  mutating func runOnce() throws(TrackingError) {
    let found = try watch.look()
    if form == .table {
      let lines = watch.screen(
        WatchScreen.Space(
          width: console.terminal.width, height: nil, colours: console.terminal.usesColour),
        events: found)
      console.write(lines.joined(separator: "\n"))
    } else {
      try writer.write(found, on: console)
    }
    console.output.flush()
    found.forEach { program?.start(for: $0) }
    let attention = program == nil ? nil : Attention(stops: false)
    finishPrograms(attention)
    attention?.end()
  }

  /// Looks until a signal, a key, or the end of the last experiment.
  mutating func run(
    isLive: Bool, every: Double, untilFinished: Bool
  ) throws(TrackingError) {
    guard let attention = Attention(stops: isLive) else {
      throw TrackingError(
        .invalidArgument, "another thread of this process watches experiments already")
    }
    defer { attention.end() }
    try look(isFirst: true, isLive: isLive)
    let screen = isLive ? LiveScreen(console.output) : nil
    screen?.begin()
    defer { screen?.end() }
    var next = Clock.steady() + every
    var isOver = untilFinished && watch.running == 0
    while !isOver {
      say(program?.goOn() ?? [], isLive: isLive)
      if let screen { draw(on: screen, every: every) }
      let rest = max(0, next - Clock.steady())
      isOver = wait(rest, attention, screen) || console.output.isClosed
      guard !isOver, Clock.steady() >= next else { continue }
      try look(isFirst: false, isLive: isLive)
      next = max(next + every, Clock.steady())
      isOver = untilFinished && watch.running == 0
    }
    if let screen {
      screen.end()
      // What was seen last stays in sight.
      console.write(lines(LiveScreen.size, remark: "").joined(separator: "\n"))
      console.output.flush()
    }
    finishPrograms(attention)
    messages.forEach { console.tell($0) }
    if attention.ending != 0 {
      console.end(attention.exit)
    } else if untilFinished, !wrong.isEmpty {
      console.answerUnfavourably()
    }
  }

  private mutating func look(isFirst: Bool, isLive: Bool) throws(TrackingError) {
    let found: [WatchEvent]
    do throws(TrackingError) {
      found = try watch.look()
      problem = nil
    } catch {
      if isFirst { throw error }
      // The store may come back, as a disk of the network does.
      if problem != error.description { say([error.description], isLive: isLive) }
      problem = error.description
      return
    }
    remember(found)
    events = (events + found).suffix(Self.mostEvents)
    if !isLive {
      try writer.write(found, on: console)
      console.output.flush()
    }
    found.filter(\.kind.isAlert).forEach { program?.start(for: $0) }
  }

  private mutating func remember(_ found: [WatchEvent]) {
    for event in found {
      let place = [event.folder, event.metric?.text ?? ""]
      switch event.kind {
      case .notFinite, .crashed, .failed: wrong.insert(place)
      case .recovered, .resumed, .started: wrong.remove(place)
      case .stalled, .completed, .interrupted, .gone: break
      }
    }
  }

  private mutating func say(_ more: [String], isLive: Bool) {
    if isLive {
      messages = (messages + more).suffix(Self.mostEvents)
    } else {
      more.forEach { console.tell("\(Console.programName): \($0)") }
      console.messages.flush()
    }
  }

  private func draw(on screen: LiveScreen, every: Double) {
    let ends = screen.keys == nil ? "Ctrl-C ends" : "q or Ctrl-C ends"
    let last = messages.last.map { " · " + VisibleText.firstLine($0) } ?? ""
    let seconds = every == every.rounded() ? String(Int(every)) : String(every)
    screen.draw(lines(LiveScreen.size, remark: "\(ends) · every \(seconds)s" + last))
  }

  private func lines(_ size: (width: Int, height: Int), remark: String) -> [String] {
    watch.screen(
      WatchScreen.Space(
        width: size.width, height: remark.isEmpty ? size.height - 1 : size.height,
        colours: console.terminal.usesColour),
      events: events, remark: remark)
  }

  /// Waits for the time to come or for something to happen.
  ///
  /// - Returns: Whether to end.
  private func wait(_ seconds: Double, _ attention: Attention, _ screen: LiveScreen?) -> Bool {
    var watched = [pollfd(fd: attention.descriptor, events: Int16(POLLIN), revents: 0)]
    // Asked for nothing, it still tells that its reader is gone.
    watched.append(pollfd(fd: screen == nil ? 1 : -1, events: 0, revents: 0))
    watched.append(pollfd(fd: screen?.keys ?? -1, events: Int16(POLLIN), revents: 0))
    for descriptor in program?.descriptors ?? [] {
      watched.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    // Where the kernel does not tell that a program ended, it has to be asked.
    let most = program?.isBusy == true ? min(seconds, 0.25) : seconds
    let milliseconds = Int32(exactly: (most * 1000).rounded(.up)) ?? 1000
    _ = watched.withUnsafeMutableBufferPointer {
      platform_wait_for($0.baseAddress, Int32($0.count), milliseconds)
    }
    if watched[1].revents != 0 { return true }
    if watched[2].revents != 0, screen?.isEndWanted() == true { return true }
    while let event = attention.next() {
      switch event {
      case .end: return true
      case .resize: screen?.clear()
      case .stop:
        screen?.end()
        platform_stop_here()
        screen?.begin()
      }
    }
    return false
  }

  /// Lets the commands for alerts come to their end.
  private func finishPrograms(_ attention: Attention?) {
    guard let program else { return }
    let said = program.finish { milliseconds in
      var watched = [pollfd(fd: attention?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)]
      for descriptor in program.descriptors {
        watched.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
      }
      _ = watched.withUnsafeMutableBufferPointer {
        platform_wait_for($0.baseAddress, Int32($0.count), milliseconds)
      }
      while let event = attention?.next() { if case .end = event { return true } }
      return false
    }
    said.forEach { console.tell("\(Console.programName): \($0)") }
  }
}

/// Writes events for programs, a line each.
private struct EventLines {
  let form: OutputFormat
  private var isBegun = false

  init(form: OutputFormat) { self.form = form }

  mutating func write(_ events: [WatchEvent], on console: Console) throws(TrackingError) {
    if form == .json {
      for event in events {
        let members = [Value.Entry("schema_version", .integer(JSONDocument.schemaVersion))]
        let bytes = try Value.map(members + event.members).json(layout: .compact)
        console.write(VisibleText.json(String(decoding: bytes, as: UTF8.self)))
      }
      return
    }
    let table = DataTable(WatchEvent.columns, rows: events.map(\.row))
    if isBegun && events.isEmpty { return }
    let text =
      switch form {
      case .csv: DelimitedText.csv(table)
      case .md: DataTableText.markdown(table)
      case .table, .tsv, .json: DelimitedText.tsv(table)
      }
    let header = form == .md ? 2 : 1
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    console.write(lines.dropFirst(isBegun ? header : 0).joined(separator: "\n"))
    isBegun = true
  }
}
