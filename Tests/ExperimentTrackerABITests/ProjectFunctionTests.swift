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
