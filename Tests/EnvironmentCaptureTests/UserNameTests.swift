import Glibc
import Testing

@testable import EnvironmentCapture

@Suite struct UserNameTests {
  private let accounts = """
    root:x:0:0:root:/root:/bin/bash
    broken
    ana:x:1000:1000:Ana <ana@example.org>:/home/ana:/bin/sh
    eve@example.org:x:1001:1001::/:/bin/sh
    """

  @Test func `is what the system calls the user, whatever the environment says`() {
    #expect(UserName.name(of: 1000, in: accounts, environment: ["USER": "root"]) == "ana")
    #expect(UserName.name(of: 0, in: accounts, environment: [:]) == "root")
  }

  @Test func `is what the environment says where the system knows no name`() {
    #expect(UserName.name(of: 7, in: accounts, environment: ["USER": "b", "LOGNAME": "a"]) == "a")
    #expect(UserName.name(of: 7, in: "", environment: ["USER": "b", "LOGNAME": ""]) == "b")
    #expect(UserName.name(of: 7, in: accounts, environment: [:]) == "uid 7")
  }

  @Test func `holds no address`() {
    #expect(UserName.name(of: 1001, in: accounts, environment: [:]) == "eve")
    #expect(UserName.name(of: 7, in: "", environment: ["USER": "joe@example.org"]) == "joe")
    #expect(UserName.name(of: 7, in: "", environment: ["USER": "@example.org"]) == "uid 7")
  }

  @Test func `of this process is that of its account`() throws {
    let account = try #require(getpwuid(geteuid()))
    #expect(UserName.current() == String(cString: account.pointee.pw_name))
  }
}
