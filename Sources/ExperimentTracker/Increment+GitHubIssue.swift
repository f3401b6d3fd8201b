import EnvironmentCapture
package import ExperimentAnalysis
import ExperimentStore
import FileSystem
public import TrackingEntities

extension Increment {
  /// The text of an issue for GitHub: the best experiments, the parameters of the one to start from
  /// and how to run it again, with links relative to the repository.
  ///
  /// ```swift
  /// print(try increment.gitHubIssue("Retrain model with Q1 2024 data"))
  /// ```
  ///
  /// - Parameters:
  ///   - title: What is asked for, which is the heading.
  ///   - metric: The metric to judge by; nil for the primary one, as in a comparison.
  public func gitHubIssue(
    _ title: String, by metric: String? = nil
  ) throws(TrackingError) -> String {
    try issue(title, by: metric).markdown
  }

  /// The issue, title and body apart.
  package func issue(
    _ title: String, by metric: String? = nil
  ) throws(TrackingError) -> GitHubIssue {
    var options = ComparisonOptions()
    options.sortBy = metric.map { Key($0) }
    let comparison = try compare(options, write: false).comparison
    // What lies in no repository has its place in the project.
    let top = GitRepository.find(from: path)?.top ?? location.root.path
    let folder = path + "/experiments"
    let inside =
      folder.without(beginning: top + "/")
      ?? folder.without(beginning: location.root.path + "/")
    return try GitHubIssue(
      title: title, comparison, increment: name, folder: inside ?? name + "/experiments")
  }

  /// The issue as the C API and Python ask for it.
  package func issue(
    _ title: String, json: [UInt8]?, for caller: String
  ) throws(TrackingError) -> [UInt8] {
    var options = try OptionReader(json, for: caller)
    let metric = try options.text("metric")
    let form = try options.text("as") ?? "markdown"
    guard ["json", "markdown"].contains(form) else {
      throw options.wrong("as", "\"json\" or \"markdown\"")
    }
    try options.end()
    let issue = try issue(title, by: metric)
    guard form == "json" else { return Array(issue.markdown.utf8) }
    let value: Value = ["title": .text(issue.title), "body": .text(issue.body)]
    return try value.json(layout: .compact)
  }
}
