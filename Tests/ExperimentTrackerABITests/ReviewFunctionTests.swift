import CExperimentTracker
import Testing

@Suite struct ReviewFunctionTests {
  @Test func `a review comes as JSON, text, Markdown and HTML`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_metric(fixture.experiment, "loss", .nan, 0) == ET_OK)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    func review(_ options: String?) -> String {
      text { et_increment_review(fixture.increment, options, $0) } ?? ""
    }
    let sentence = "loss is not finite in 1 experiment: x (NaN in 1 of 1, also the last)."
    #expect(review(nil).contains(#""id": "not-finite/loss""#))
    #expect(review(nil).contains(sentence))
    #expect(review(#"{"as": "text"}"#).contains("\n\nnot-finite/loss\n  " + sentence + "\n"))
    #expect(review(#"{"as": "markdown"}"#).contains("- `not-finite/loss`: loss is not finite"))
    #expect(review(#"{"as": "html"}"#).contains("<table"))
    #expect(
      review(#"{"as": "text", "width": 40}"#).split(separator: "\n").allSatisfy { $0.count <= 40 })
  }

  @Test func `options that are wrong are refused`() throws {
    let fixture = try Fixture()
    func error(_ options: String) -> String {
      let answer = text { et_increment_review(fixture.increment, options, $0) }
      return answer == nil ? lastError() : ""
    }
    #expect(error(#"{"as": "xml"}"#).contains("'as' of a review must be"))
    #expect(error(#"{"direction": "up"}"#).contains("'direction' of a review must be"))
    #expect(error(#"{"metrics": "x"}"#).contains("a review has no option 'metrics'"))
    #expect(error(#"{"metric": "auc"}"#).contains("no experiment has a metric \"auc\""))
  }

  @Test func `an explanation comes as JSON, text, Markdown and HTML`() throws {
    let fixture = try Fixture()
    var other: OpaquePointer?
    #expect(et_experiment_start(fixture.increment, "y", #"{"capture": false}"#, &other) == ET_OK)
    defer { et_experiment_free(other) }
    #expect(et_experiment_log_metric(fixture.experiment, "auc", 0.9, 0) == ET_OK)
    #expect(et_experiment_log_metric(other, "auc", 0.8, 0) == ET_OK)
    #expect(et_experiment_log_param_int(other, "depth", 3) == ET_OK)
    #expect(et_experiment_log_param_int(fixture.experiment, "depth", 6) == ET_OK)
    for experiment in [fixture.experiment, other] {
      #expect(et_experiment_finish(experiment, nil, nil) == ET_OK)
    }
    func why(_ options: String?) -> String {
      text { et_experiment_why(fixture.experiment, other, options, $0) } ?? ""
    }
    #expect(why(nil).contains(#""sentence": "1 parameter changed: depth from 3 to 6.""#))
    #expect(why(#"{"as": "text"}"#).hasPrefix("x, seen from y\nAUC: y has 0.80, x has 0.90 "))
    #expect(why(#"{"as": "markdown"}"#).contains("- 1 parameter changed: depth from 3 to 6."))
    #expect(why(#"{"as": "html"}"#).contains("<li>1 parameter changed"))
    #expect(
      text { et_experiment_why(fixture.experiment, other, #"{"as": "xml"}"#, $0) } == nil)
    #expect(lastError().contains("'as' of an explanation must be"))
  }

  @Test func `an issue comes as Markdown, or as JSON with title and body apart`() throws {
    let fixture = try Fixture()
    #expect(et_experiment_log_metric(fixture.experiment, "auc", 0.9, 0) == ET_OK)
    #expect(et_experiment_finish(fixture.experiment, nil, nil) == ET_OK)
    func issue(_ title: String, _ options: String?) -> String? {
      text { et_increment_github_issue(fixture.increment, title, options, $0) }
    }
    #expect(
      issue("Train again", nil)?.hasPrefix("# Train again\n\nPrevious experiments: [") == true)
    let json = issue("Train again", #"{"as": "json"}"#) ?? ""
    #expect(json.hasPrefix(#"{"title": "Train again", "body": "Previous experiments: ["#))
    #expect(issue("", nil) == nil)
    #expect(lastError().contains("the title of an issue has 1 to 256 characters"))
    #expect(issue("x", #"{"as": "xml"}"#) == nil)
    #expect(lastError().contains("'as' of an issue must be"))
  }
}
