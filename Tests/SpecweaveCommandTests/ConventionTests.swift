import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import SpecweaveCommand

@Suite struct ConventionTests {
  private func answer(
    _ words: [String], _ terminal: Terminal = Terminal(isInteractive: false)
  ) -> (code: CommandExit, output: String, messages: String) {
    let console = Console(
      output: OutputStream(descriptor: nil), messages: OutputStream(descriptor: nil),
      terminal: terminal)
    let code = console.finish(CommandProgram.run(["specweave-ml"] + words, on: console))
    return (code, console.output.text, console.messages.text)
  }

  @Test func `errors have the exit codes that scripts rely on`() {
    let codes: [(TrackingError.Code, CommandExit)] = [
      (.invalidArgument, .usage), (.invalidName, .usage), (.incrementNotFound, .notFound),
      (.ambiguousIncrement, .ambiguous), (.experimentNotFound, .notFound), (.notFound, .notFound),
      (.storage, .failure), (.format, .failure), (.experimentBusy, .failure),
    ]
    for (code, status) in codes {
      #expect(CommandExit(TrackingError(code, "x")) == status, "\(code)")
    }
    let several = TrackingError(
      .experimentNotFound, "x", candidates: ["a", "b"], isAmbiguous: true)
    #expect(CommandExit(several) == .ambiguous)
    #expect(
      [CommandExit.success, .failure, .usage, .notFound, .ambiguous].map(\.rawValue)
        == [0, 1, 2, 3, 4])
  }

  @Test func `the width is the terminal's, else that of COLUMNS, else 80`() {
    func width(_ columns: Int, _ environment: [String: String]) -> Int {
      Terminal(isInteractive: true, columns: columns, environment: environment).width
    }
    #expect(width(120, ["COLUMNS": "60"]) == 120)
    #expect(width(0, ["COLUMNS": "60"]) == 60)
    for text in ["", "x", "0", "-3"] { #expect(width(0, ["COLUMNS": text]) == 80) }
    #expect(width(0, [:]) == 80)
  }

  @Test func `colours are for terminals that want them`() {
    func colours(_ isInteractive: Bool, _ environment: [String: String]) -> Bool {
      Terminal(isInteractive: isInteractive, columns: 80, environment: environment).usesColour
    }
    #expect(colours(true, ["TERM": "xterm"]))
    #expect(colours(true, ["NO_COLOR": ""]))
    #expect(!colours(true, ["NO_COLOR": "1"]))
    #expect(!colours(true, ["TERM": "dumb"]))
    #expect(!colours(false, [:]))
  }

  @Test func `help is data and a mistake is a message`() {
    let help = answer(["--help"])
    #expect(help.code == .success)
    #expect(help.output.contains("USAGE: specweave-ml <subcommand>"))
    #expect(help.messages.isEmpty)
    let mistake = answer(["list", "--formt", "csv"])
    #expect(mistake.code == .usage)
    #expect(mistake.output.isEmpty)
    #expect(
      mistake.messages.hasPrefix(
        "specweave-ml: Unknown option '--formt'. Did you mean '--format'?\n"))
    #expect(answer([]).code == .success)
  }

  @Test func `every command and alias is known, and close ones are suggested`() {
    for name in ["list", "list-experiments", "show-experiment", "compare-experiments", "help"] {
      #expect(RootCommand.commandNames.contains(name), "\(name)")
    }
    let error = ExternalProgram.missing("lsit", builtIn: RootCommand.commandNames)
    #expect(error.candidates == ["list"])
    #expect(ExternalProgram.missing("zzz", builtIn: []).candidates.isEmpty)
    #expect(ExternalProgram.missing("ui", builtIn: []).code == .notFound)
  }

  @Test func `a program is looked for beside this one, then on the path`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a/specweave-ml-x", "#!/bin/sh\nexit 3\n", executable: true)
    try folder.write("b/specweave-ml-x", "#!/bin/sh\nexit 4\n", executable: true)
    try folder.write("b/specweave-ml-y", "not to be run")
    let (a, b) = (folder.file("a"), folder.file("b"))
    func run(_ name: String, _ beside: String?, _ path: String) -> Int32? {
      ExternalProgram(name, besides: beside, searchPath: path)?.run([])?.rawValue
    }
    #expect(run("x", a, b) == 3)
    #expect(run("x", nil, b) == 4)
    #expect(run("x", nil, "relative:\(b):\(a)") == 4)
    #expect(run("y", b, a) == nil)
    #expect(run("../x", a, b) == nil)
    #expect(run("", a, b) == nil)
  }

  @Test func `output that nobody reads is given up without a signal`() {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    let stream = OutputStream(descriptor: ends[1])
    stream.write("nobody reads this")
    stream.flush()
    #expect(stream.isClosed)
    #expect(stream.problem == nil)
    close(ends[1])
  }

  @Test func `output that cannot be written is a failure`() {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let messages = OutputStream(descriptor: nil)
    let console = Console(
      output: OutputStream(descriptor: full), messages: messages,
      terminal: Terminal(isInteractive: false))
    console.write("x")
    #expect(console.finish(.success) == .failure)
    #expect(
      messages.text
        == "specweave-ml: the output cannot be written: No space left on device\n")
  }

  @Test func `JSON has a version and one element of a list a line`() throws {
    let text = try JSONDocument.text([
      .init("a", .list([.integer(1), .text("\u{9B}\u{202E}é")])), .init("b", .list([])),
      .init("c", .map([.init("d", .null)])),
    ])
    #expect(
      text == """
        {"schema_version": 1,
        "a": [
        1,
        "\\u009b\\u202eé"
        ],
        "b": [],
        "c": {"d": null}}

        """)
  }
}
