import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

@Suite struct ProjectFunctionTests {
  @Test func `the project is found from its folder and from every path into its store`() throws {
    let sandbox = try Sandbox()
    for directory in [sandbox.path, sandbox.increment, sandbox.increment + "/experiments/gone"] {
      #expect(text { et_project_path(directory, $0) } == sandbox.path, "\(directory)")
    }
  }

  @Test func `where there is no project yet, it is the folder itself, and nothing is made`() throws
  {
    let folder = try TemporaryFolder()
    #expect(text { et_project_path(folder.path, $0) } == folder.path)
    #expect(access(folder.path + "/.specweave", F_OK) != 0)
    #expect(text { et_project_path("/", $0) } == nil)
    #expect(lastError().hasPrefix("no project here, and none is made in '/'"))
  }

  @Test func `the increments of a project are listed, of one number the one that is found`() throws
  {
    let folder = try TemporaryFolder()
    let top = folder.path + "/.specweave/increments"
    #expect(text { et_project_increments(folder.path, $0) } == "[]")
    for path in [
      "/.specweave", "/.specweave/increments", "/.specweave/increments/0042-churn",
      "/.specweave/increments/0007E-outside", "/.specweave/increments/notes",
      "/.specweave/increments/_archive", "/.specweave/increments/_archive/0042-older",
      "/.specweave/increments/_archive/0003-first",
    ] {
      #expect(mkdir(folder.path + path, 0o755) == 0)
    }
    let expected = [
      #"{"name": "0007E-outside", "key": "7E", "path": "\#(top)/0007E-outside"}"#,
      #"{"name": "0042-churn", "key": "42", "path": "\#(top)/0042-churn"}"#,
      #"{"name": "0003-first", "key": "3", "path": "\#(top)/_archive/0003-first"}"#,
    ]
    let listed = "[" + expected.joined(separator: ", ") + "]"
    #expect(text { et_project_increments(folder.path, $0) } == listed)
    #expect(text { et_project_increments("/", $0) } == nil)
  }

  @Test(arguments: [
    ("churn-model", "churn-model"), ("Churn Model", "Churn-Model~wgrfvyps"),
    ("con", "con~deg7oyg2"), ("", "experiment~4scotunz"),
  ])
  func `a folder's name is the one that an experiment of the name gets`(
    name: String, folder: String
  ) {
    #expect(text { et_folder_name(name, $0) } == folder)
  }

  @Test func `a name that is not UTF-8 has no folder`() {
    #expect(text { et_folder_name([-1, 0], $0) } == nil)
    #expect(lastError() == "the name '\\xff' is not valid UTF-8")
  }
}
