import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ExpressionTests {
  @Test(
    arguments: [
      "params.max_depth > 3 and metrics.auc >= 0.85 and 'production' in tags",
      "params.max_depth == 6", "params.max_depth = 6", "params.max_depth == 6.0",
      "params.max_depth != 7", "params.max_depth <> 7", "6 == params.max_depth",
      "3 < params.max_depth <= 6", "10 > params.max_depth", "params.lr == 1e-1",
      "params.lr == .1", "params.lr > -1", "params.big > 1e19",
      "params.big == 99999999999999999999",
      "params.lr < inf", "params.lr > -inf", "params.max_depth < 1_000",
      "params.booster == 'dart'", "params.booster == \"dart\"",
      "params.booster in ('gbtree', 'dart')",
      "params.max_depth in [3, 6, 9]", "params.max_depth not in (3, 9)", "params.max_depth in (6,)",
      "params.booster like 'd%'", "params.booster like '_ar_'", "params.booster not like 'D%'",
      "params.early", "params.early == true", "params.early is true", "params.early == 1",
      "params.model.depth == 3", "params.a.b == 1", "params[\"odd name\"] == 'x'",
      "params['odd name'] is not null", "params.model[\"act.fn\"] == 'relu'",
      "params.model.act.fn == 'relu'", "64 in params.model.layers",
      "params.none is null", "params.nothing is null", "params.nothing is None",
      "metrics.auc == 0.89", "metrics.auc.last == 0.89", "metrics.auc.max == 0.91",
      "metrics.auc.min == 0.87", "metrics.auc.best == 0.91", "metrics.auc.count == 3",
      "metrics.auc.step == 2", "metrics.auc.mean > 0.88", "metrics.val/loss is nan",
      "metrics[\"val/loss\"] is not null", "metrics.rows == 9007199254740993",
      "metrics.auc < metrics.rows", "metrics.auc is not nan",
      "'it''s' in tags", "\"it's\" in tags", "'it\\'s' in tags", "'draft' not in tags",
      "name == 'xgb-tuned'", "name like 'xgb%'", "number == 3", "rerun == 1", "kind = 'experiment'",
      "status == 'completed'", "status in ('completed', 'failed')", "increment like '0042%'",
      "created >= '2026-11-01'", "created < 2026-11-03", "created >= '2026-11-02T00:00:00Z'",
      "2026-11-01 < created <= 2026-11-02T00:00Z", "ended is null", "finished is null",
      "duration == 90", "duration > 1min", "duration < 2h", "duration == 90s",
      "duration >= 90000ms",
      "git.commit like 'a1b2%'", "git.branch == 'main'", "git.dirty is false", "not git.dirty",
      "environment.imported.numpy like '2.%'", "facts.sweep.size == 9", "parent is null",
      "failure is null", "'model.pkl' in artifacts", "not selected", "(((number == 3)))",
      "not not number == 3",
      "NOT number == 4 AND status == 'completed'",
      "number == 4 or number == 3 and rerun == 1", "\n number\t==\n3 ",
    ])
  func `a condition holds`(condition: String) throws {
    #expect(try holds(condition))
  }

  @Test(
    arguments: [
      "params.max_depth > 6", "params.max_depth == '6'", "params.booster == 'Dart'",
      "params.booster > 3", "params.booster like 'dar'", "metrics.rows == 9007199254740992.0",
      "params.big < 1e19", "name == 'xgb_tuned'", "selected", "git.dirty", "params.booster",
      "params.max_depth in ()", "number == 3 and number == 4",
      "(number == 3 or number == 4) and rerun == 2",
      "params.model.nothing == 3", "params['a'] is not null", "'auc' in artifacts",
    ])
  func `a condition does not hold`(condition: String) throws {
    #expect(try !holds(condition))
  }

  @Test(
    arguments: [
      "params.nothing == 3", "params.nothing != 3", "params.nothing < 3", "params.nothing in (3)",
      "params.nothing not in (3)", "params.nothing like '%'", "metrics.val/loss == 1",
      "metrics.val/loss != 1", "metrics.val/loss > 1", "params.none != 3", "3 in params.booster",
      "params.booster < 3",
    ])
  func `what is missing or NaN is neither, also under not`(condition: String) throws {
    #expect(try !holds(condition))
    #expect(try !holds("not (\(condition))"))
    #expect(try holds("\(condition) or number == 3"))
    #expect(try !holds("\(condition) and number == 3"))
    #expect(try holds("not (\(condition) and number == 4)"))
  }

  @Test func `values of different kinds are unequal`() throws {
    #expect(try holds("params.booster != 3"))
    #expect(try holds("params.max_depth != '6'"))
  }

  @Test func `experiments inside others have a parent`() throws {
    let sweep = experiment("grid", number: 2)
    let child = combination(1, of: sweep, ["auc": 0.5])
    #expect(try ExperimentFilter("parent == 'grid' and number is null").matches(child))
    #expect(try !ExperimentFilter("parent is null").matches(child))
  }

  @Test func `an integer is compared with a double exactly`() throws {
    let values: [(Value, String, Bool)] = [
      (.integer(.max), "< 9223372036854775808.0", true),
      (.integer(.min), "== -9223372036854775808.0", true),
      (.integer(.max), "== 9.223372036854776e18", false),
      (.integer(3), "< 3.0000000000000004", true),
      (.integer(-3), "> -3.5", true), (.integer(0), "== -0.0", true), (.integer(1), "< inf", true),
      (.number(1e20), "< 100000000000000000001", true),
      (.number(1e20), "== 100000000000000000000", true),
      (.number(-1e300), "< -99999999999999999999", true),
      (.bigInteger("-99999999999999999999"), "< 0", true),
      (.bigInteger("007"), "== 7", true), (.boolean(true), "> 0", true),
      (.number(.infinity), "> 99999999999999999999", true),
    ]
    for (value, relation, expected) in values {
      let sample = experiment("x", params: ["x": value])
      #expect(
        try ExperimentFilter("params.x \(relation)").matches(sample) == expected, "\(relation)")
    }
  }

  @Test(
    arguments: [
      ("%", "", true), ("", "", true), ("", "a", false), ("a%b%c", "aXXbYYc", true),
      ("a%b%c", "aXXbYY", false), ("\\%", "%", true), ("\\%", "a", false), ("_", "模", true),
      ("a\\b", "a\\b", true), ("%%%", "x", true), ("100\\%", "100%", true), ("a\\", "a\\", true),
    ])
  func `a pattern fits the whole text`(pattern: String, text: String, expected: Bool) throws {
    let sample = experiment("x", params: ["x": .text(text)])
    let quoted = pattern.map { $0 == "\\" ? "\\\\" : String($0) }.joined()
    #expect(try ExperimentFilter("params.x like '\(quoted)'").matches(sample) == expected)
  }

  @Test func `a pattern of many signs ends soon`() throws {
    let sample = experiment("x", params: ["x": .text(String(repeating: "a", count: 3000))])
    let pattern = String(repeating: "%a", count: 2000) + "b"
    #expect(try !ExperimentFilter("params.x like '\(pattern)'").matches(sample))
  }
}
