import CPlatform
import EnvironmentCapture
import ExperimentAnalysis
import ExperimentStore
import FileSystem
import Glibc
import TrackingEntities

/// The Python that runs a program again: with the recorded packages, or as this machine has it.
struct PythonEnvironment {
  private static let requirements = "environment/requirements.txt"
  /// The packages of this tracker, in the distribution that installs them.
  private static let own = (distribution: "specweave-ml", packages: ["specweave", "specweave_ml"])
  /// What the list of packages says of one that no index has.
  private static let local = "# installed from a local folder"

  /// What takes the place of the command's first word.
  let program: String
  /// The folder of its programs, for the search path; nil where the search path stays.
  let programs: String?

  /// The Python of this machine.
  init(here python: String?, recorded: String) {
    program = python ?? Self.ownPython ?? recorded
    programs = nil
  }

  /// A new environment with the recorded packages.
  init(
    _ ingredients: ReproductionIngredients, of experiment: Directory, python: String?,
    in workshop: String, by steps: ReproductionSteps
  ) throws(ReproductionObstacle) {
    guard let list = try? experiment.read(Self.requirements) else {
      throw ReproductionObstacle(
        "the installed packages were not recorded; --here runs with those of this machine")
    }
    let lines = String(decoding: list, as: UTF8.self).split(separator: "\n").map(String.init)
    let others = lines.filter {
      $0.hasSuffix(Self.local) && !$0.isContinuation(of: Self.own.distribution + "==")
    }
    guard others.isEmpty else {
      throw ReproductionObstacle(
        "packages that no index has were installed from a local folder: "
          + others.map { $0.prefix { $0 != " " } }.joined(separator: ", ")
          + "; --here runs with the packages of this machine")
    }
    let folder = workshop + "/environment"
    let base = python ?? Self.nearest(to: ingredients.python ?? "")
    try steps.run(
      [base, "-m", "venv", folder], in: workshop, toGet: "no environment of Python can be made")
    (program, programs) = (folder + "/bin/python", folder + "/bin")
    let packages = Self.ownPackages
    let wanted = lines.filter {
      packages == nil || !$0.isContinuation(of: Self.own.distribution + "==")
    }
    let file = workshop + "/requirements.txt"
    do throws(TrackingError) {
      try Directory.open(workshop).replace(
        file.lastPathPart, Array(wanted.joined(separator: "\n").utf8))
    } catch {
      throw ReproductionObstacle(error.message)
    }
    try steps.run(
      [
        program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--requirement", file,
      ], in: workshop, toGet: "the recorded packages are not to be had")
    if let packages { try link(packages, by: steps) }
  }

  /// Python of the same version, as `python3.11`, else any.
  private static func nearest(to version: String) -> String {
    let parts = version.split(separator: ".").prefix(2)
    let name = "python" + parts.joined(separator: ".")
    let path = ProcessContext.environment["PATH"] ?? ""
    for folder in path.split(separator: ":") where access("\(folder)/\(name)", X_OK) == 0 {
      return name
    }
    return "python3"
  }

  /// The folder with the Python packages that this library belongs to; nil where it belongs to
  /// none.
  private static var ownPackages: String? {
    guard let file = platform_own_file().map({ String(cString: $0) }),
      let path = SystemCalls.realPath(file)
    else { return nil }
    let parts = path.pathParts.dropLast(3)
    let folder = "/" + parts.joined(separator: "/")
    let areThere = own.packages.allSatisfy { access("\(folder)/\($0)/__init__.py", R_OK) == 0 }
    return areThere ? folder : nil
  }

  /// The Python that this library's packages are installed in; nil where they are in none.
  private static var ownPython: String? {
    guard let packages = ownPackages else { return nil }
    let prefix = "/" + packages.pathParts.dropLast(3).joined(separator: "/")
    let python = prefix + "/bin/python"
    return access(python, X_OK) == 0 ? python : nil
  }

  /// Lets the environment import the tracker from where it is.
  private func link(
    _ folder: String, by steps: ReproductionSteps
  ) throws(ReproductionObstacle) {
    let ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    let said = try steps.run(
      [program, "-I", "-c", ask], in: folder, toGet: "the environment of Python does not answer")
    let place = String(decoding: said, as: UTF8.self).filter { $0 != "\n" }
    for package in Self.own.packages
    where symlink("\(folder)/\(package)", "\(place)/\(package)") != 0 && errno != EEXIST {
      throw ReproductionObstacle("the package \(package) cannot be linked into '\(place)'")
    }
  }
}
