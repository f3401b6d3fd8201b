import Testing
import TrackingEntities
import TrackingTestSupport

@testable import EnvironmentCapture

@Suite struct GitRemoteTests {
  @Test(arguments: [
    ("https://user:tok3n@github.com/a/b.git", "https://github.com/a/b.git"),
    ("https://ghp_abcdefghijklmnopqrstuvwxyz0123456789@github.com/a/b", "https://github.com/a/b"),
    ("https://github.com/a/b?token=abc#x", "https://github.com/a/b"),
    ("ssh://git@host:22/a/b.git", "ssh://git@host:22/a/b.git"),
    ("ssh://me:pw@host/a", "ssh://host/a"),
    ("git@github.com:a/b.git", "git@github.com:a/b.git"),
    ("me:pw@host:a/b", "host:a/b"),
    ("file:///home/me/x.git", "x.git"),
    ("/home/me/x.git", "x.git"),
    ("../x.git", "x.git"),
    ("https://host/ghp_abcdefghijklmnopqrstuvwxyz0123456789/x", "https://host/[REDACTED]/x"),
    ("ext::sh -c run --token abc123def", "ext::sh -c run --token [REDACTED]"),
    ("", ""),
  ])
  func `keeps the address and drops what is private`(address: String, shown: String) {
    #expect(GitRemote.shareable(address) == shown)
  }

  @Test func `reads settings as git does`() throws {
    let configuration = GitConfiguration(
      Array(
        """
        # a comment
        [core]
        \tbare = false
        [Remote "origin"] # another
        \turl = "https://host/a # b" ; comment
        [remote "with \\"quote\\" ] and bracket"]
        \tURL = one \\
        two
        [broken
        novalue
        """.utf8))
    #expect(configuration.value("core", "", "bare") == "false")
    #expect(configuration.value("remote", "origin", "url") == "https://host/a # b")
    #expect(configuration.value("remote", "with \"quote\" ] and bracket", "url") == "one two")
    #expect(configuration.value("remote", "ORIGIN", "url") == nil)
  }

  @Test func `takes the first remote where none is called origin`() throws {
    let fixture = try GitFixture()
    fixture.git("remote", "add", "upstream", "https://me:pw@host/x.git")
    #expect(fixture.facts()["remote"]?.text == "https://host/x.git")
    fixture.git("remote", "add", "origin", "https://host/y.git")
    #expect(fixture.facts()["remote"]?.text == "https://host/y.git")
  }
}
