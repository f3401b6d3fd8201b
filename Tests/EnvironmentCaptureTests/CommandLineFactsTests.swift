import Testing

@testable import EnvironmentCapture

@Suite struct CommandLineFactsTests {
  @Test func `reads the arguments of this process`() {
    #expect(CommandLineFacts.current() == CommandLine.arguments)
  }
}
