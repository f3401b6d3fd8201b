import ExperimentStore
import Glibc
import Testing
import TrackingEntities
import TrackingTestSupport

@testable import EnvironmentCapture

@Suite struct CaptureTests {
  @Test func `describes code, command and machine`() throws {
    let fixture = try GitFixture()
    let sections = Capture.quick(
      workingDirectory: fixture.path, arguments: ["t.py", "--api-key", "canary"],
      environment: ["OMP_NUM_THREADS": "4"])
    #expect(sections.map(\.key.text) == ["git", "command", "environment"])
    #expect(sections[0].value["branch"]?.text == "main")
    #expect(sections[1].value["arguments"] == .list(["t.py", "--api-key", "[REDACTED]"]))
    #expect(sections[1].value["redactions"]?.integer == 1)
    #expect(sections[2].value["variables"]?["OMP_NUM_THREADS"]?.text == "4")
  }

  @Test func `says that there is no repository`() throws {
    let folder = try TemporaryFolder()
    let sections = Capture.quick(
      workingDirectory: folder.path, arguments: nil, environment: [:])
    #expect(sections[0].value["problem"]?.text == "not a repository")
    #expect(sections[1].value["arguments"]?.elements.count == CommandLine.arguments.count)
  }

  @Test func `stores nothing of the environment that is not on the list`() throws {
    let environment = [
      "MY_API_KEY": "canary", "PATH": "canary", "HOME": "canary", "AWS_SECRET_ACCESS_KEY": "canary",
      "VIRTUAL_ENV": "/home/canary/.venv", "CONDA_DEFAULT_ENV": "/opt/canary/base",
      "XLA_FLAGS": "--token=canary123", "RANK": "1", "EMPTY": "",
    ]
    let facts = HostFacts.facts(environment: environment)
    #expect(!"\(facts)".contains("canary"))
    #expect(facts["variables"]?["VIRTUAL_ENV"]?.text == ".venv")
    #expect(facts["variables"]?["CONDA_DEFAULT_ENV"]?.text == "base")
    #expect(facts["variables"]?["RANK"]?.text == "1")
  }

  @Test func `knows the machine`() throws {
    let facts = HostFacts.facts(environment: [:])
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    #expect(
      facts["host"]?.text
        == String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    #expect(facts["kernel"]?.text?.hasPrefix("Linux ") == true)
    #expect((facts["cpu"]?["usable"]?.integer ?? 0) >= 1)
    #expect((facts["memory"]?.integer ?? 0) > 1 << 20)
    #expect(facts["variables"] == nil)
  }

  @Test func `asks the system once`() throws {
    let first = HostFacts.facts(environment: [:])
    let asked = Faults.failing(EIO, at: 1) { #expect(HostFacts.facts(environment: [:]) == first) }
    #expect(!asked)
  }
}
