import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct ExpressionErrorTests {
  @Test func `an error shows the place and says what may have been meant`() {
    #expect(
      complaint("status == 'completed' and param.max_depth > 3") == """
        the expression is wrong at column 27: there is no field 'param.max_depth'; did you mean \
        params.max_depth?
          status == 'completed' and param.max_depth > 3
                                    ^~~~~~~~~~~~~~~
        """)
  }

  @Test(
    arguments: [
      ("", "it is empty"), ("auc > 0.8", "params.auc or metrics.auc"),
      ("staus == 'failed'", "did you mean status"), ("status == failed", "Put text in quotes"),
      ("status == 'complete'", "it can be running, completed, failed"),
      ("params > 3", "'params' needs a name: params.max_depth"),
      ("git == 'a'", "git.commit"), ("metrics.auc", "alone is not a condition"),
      ("metrics.auc > 'high'", "metrics.auc is a number"),
      ("metrics.auc > '0.8'", "write 0.8 without quotes"), ("name == 3", "name is text; write '3'"),
      ("metrics.auc == nan", "write metrics.auc is nan"),
      ("params.x == null", "write params.x is null"), ("tags == 'a'", "ask 'a' in tags"),
      ("tags", "ask 'a' in tags"), ("production in tags", "no field 'production'"),
      ("'a' == 'b'", "two constants"), ("3", "a value alone"),
      ("params.x && params.y", "write and"),
      ("!params.x", "write not"), ("params.x => 3", "write >="), ("name == “a”", "write \""),
      ("name == 'a", "has no end"), ("(name == 'a'", "never closed"),
      ("name == 'a')", "unexpected"),
      ("name == ", "ends too early"), ("name == 'a' name == 'b'", "and, or, or the end"),
      ("name like xgb", "pattern in quotes"), ("number like '3%'", "text field before like"),
      ("params.x in 3", "expected a list after in"), ("params.x in (3 4)", "a comma or )"),
      ("3 in (3)", "expected a field before in"),
      ("params.x in tags", "expected a value before in"),
      ("params.x is 3", "compared with =="), ("created > 'yesterday'", "created is a time"),
      ("created > 2026-13-01", "not a valid time"), ("duration > 3y", "not a unit of time"),
      ("params.x > 1e999", "range"), ("and params.x", "before 'and'"),
      ("params. x", "after the dot"),
      ("params[x] == 1", "in quotes"), ("params['x' == 1", "not closed"), ("params.x # 3", "'#'"),
      ("metrics.zorp.best > 1", "write .max or .min"), ("status.x == 'a'", "has no parts"),
      ("created == true", "created is a time"), ("params.x > name > 3", "name is text"),
      ("params.x + 3 > 4", "'+'"), ("len(tags) > 3", "no field 'len'"),
      ("__import__('os').system('id')", "no field"),
    ])
  func `a condition that cannot be read is refused with a hint`(condition: String, hint: String) {
    let message = complaint(condition)
    #expect(message.contains(hint), "\(message)")
    #expect(message.contains("\n  ") || condition.isEmpty)
  }

  @Test func `an error in a long text shows the text around it`() {
    let long = String(repeating: "number == 1 or ", count: 100) + "nmber == 2"
    let lines = complaint(long).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.dropFirst().allSatisfy { $0.unicodeScalars.count < 130 })
    #expect(lines[0].contains("column 1501"))
  }

  @Test func `the mark stands below wide characters`() {
    #expect(
      complaint("name == '模型' and nme == 1").hasSuffix(
        "\n  name == '模型' and nme == 1\n                     ^~~"))
  }

  @Test func `length and depth are limited`() {
    #expect(complaint(String(repeating: "(", count: 60) + "number == 1").contains("50 deep"))
    #expect(complaint(String(repeating: "not ", count: 60) + "number == 1").contains("50 deep"))
    let list = (0..<5000).map(String.init).joined(separator: ",")
    #expect(complaint("number in (\(list))").contains("longer than 10000"))
    let chain = Array(repeating: "number == 1", count: 600).joined(separator: " or ")
    #expect(complaint(chain) == "no error")
    #expect(complaint("params" + String(repeating: ".a", count: 30) + " == 1").contains("12 parts"))
  }

  @Test func `a name that no experiment has is reported with the closest`() throws {
    let filter = try ExperimentFilter(
      "params.max_dept > 3 and metrics.auc > 0 and params.z is null")
    #expect(
      filter.notes(on: [subject()]) == [
        "No experiment has the parameter params.max_dept; did you mean params.max_depth?"
      ])
    #expect(filter.notes(on: []).isEmpty)
    let metric = try ExperimentFilter("metrics.nothing_like_it > 3")
    #expect(
      metric.notes(on: [subject()]) == ["No experiment has the metric metrics.nothing_like_it."])
  }

  /// From a fixed seed: whatever the text, there is a condition or an error, and no trap.
  @Test func `no text traps`() {
    var random = SeededGenerator(seed: 20_261_123)
    let pieces = [
      "params", "metrics", "tags", "name", ".", "[", "]", "(", ")", "'", "\"", "\\", "a", "x y",
      "and", "or", "not", "in", "is", "like", "null", "nan", "inf", "==", "!=", "<", ">=", "=", ",",
      "1", "-1", "1e", "1e5", ".5", "9223372036854775808", "2026-11-22", "2026-", "2h", "%", "_",
      "status", "created", "best", "count", "模型", "e\u{301}", "\u{0}", "\u{202E}", "\n", "&&", "-",
    ]
    let sound = [
      "params.max_depth > 3 and metrics.auc >= 0.85 or 'production' in tags", "not (a like 'x%')",
      "0.01 <= params.lr < 0.1", "status in ('failed', 'crashed') and created >= '2026-11-01'",
      "metrics['val/loss'].min is not nan", "duration > 2h and git.dirty",
    ].map { $0.split(separator: " ").map(String.init) }
    var readable = 0
    for _ in 0..<20_000 {
      var parts = sound.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: 0...parts.count, using: &random)
        let end = min(parts.count, place + Int.random(in: 0..<3, using: &random))
        let count = Int.random(in: 0..<3, using: &random)
        let new = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }
        parts.replaceSubrange(place..<end, with: new)
      }
      let text = parts.joined(separator: Int.random(in: 0..<5, using: &random) > 0 ? " " : "")
      if let filter = try? ExperimentFilter(text) {
        readable += 1
        _ = filter.matches(subject())
      }
    }
    #expect((1000..<19_000).contains(readable))
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
