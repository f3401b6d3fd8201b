import ExperimentTracker
import Foundation
import Testing
import TrackingTestSupport

@Suite struct ValueCodingTests {
  fileprivate enum Step: Codable, Hashable {
    case flip
    case crop(size: Int)
  }

  private struct Everything: Codable, Equatable {
    var flag = true
    var small: Int8 = -3
    var large = UInt64.max
    var huge = Int128.max
    var short: Float = 0.5
    var steps: [Step] = [.flip, .crop(size: 3)]
    var byName = ["b": 1, "a": 2]
    var byNumber = [10: "x", 9: "y"]
    var numbers: Set<Int> = [3, 1, 2]
    var when = Date(timeIntervalSince1970: 1_700_000_000.25)
    var place = URL(string: "https://a.example/b?c=d")
    var id = UUID(uuidString: "E621E1F8-C36C-495A-93FC-0C247A3E6E5F")
    var time = Duration.milliseconds(1500)
    var value = Value.list([.null, .bigInteger("99999999999999999999")])
    var nothing: Int?
    var empty: [String] = []
  }

  @Test func `everything comes back as it was`() throws {
    let value = try Value(encoding: Everything())
    #expect(try value.decode(as: Everything.self) == Everything())
    #expect(value["large"] == .bigInteger("18446744073709551615"))
    #expect(value["huge"] == .bigInteger(String(Int128.max)))
    #expect(value["time"] == .number(1.5))
    #expect(value["when"] == .text("2023-11-14T22:13:20.250000Z"))
    #expect(value["nothing"] == nil)
  }

  @Test func `what has no order gets one`() throws {
    let value = try Value(encoding: Everything())
    #expect(value["byName"]?.entries.map(\.key.text) == ["a", "b"])
    #expect(value["byNumber"]?.entries.map(\.key.text) == ["9", "10"])
    #expect(value["numbers"] == .list([.integer(1), .integer(2), .integer(3)]))
    let pairs = [Step.flip: 1, .crop(size: 2): 2]
    let texts = Set((0..<5).map { _ in (try? Value(encoding: pairs)).map { "\($0)" } })
    #expect(texts.count == 1)
  }

  @Test func `a value is what other encoders make of it`() throws {
    let value: Value = ["b": [1, 0.5, "x", true], "a": ["c": 2]]
    let json = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(Value.self, from: json)["a"] == ["c": 2])
    #expect(try JSONDecoder().decode(Value.self, from: json)["b"] == [1, 0.5, "x", true])
    #expect(try Value(encoding: value) == value)
  }

  private final class Endless: Encodable, Sendable {
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(self)
    }
  }

  private final class Nested: Encodable, Sendable {
    enum Key: CodingKey { case inner }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(self, forKey: .inner)
    }
  }

  private struct Twice: Encodable {
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(1)
      try container.encode(2)
    }
  }

  private struct TwoKinds: Encodable {
    enum Key: CodingKey { case name }

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(1)
      var map = encoder.container(keyedBy: Key.self)
      try map.encode(1, forKey: .name)
      try map.encode(2, forKey: .name)
    }
  }

  private struct Deep: Encodable {
    func encode(to encoder: any Encoder) {
      var container = encoder.unkeyedContainer()
      for _ in 0..<10_000 { container = container.nestedUnkeyedContainer() }
    }
  }

  private struct Refusing: Encodable {
    struct Reason: Error {}
    func encode(to encoder: any Encoder) throws { throw Reason() }
  }

  // No argument of the test, which the test library would encode too, without end.
  @Test func `a type that asks for what does not fit is refused`() {
    let cases: [(any Encodable, String)] = [
      (Endless(), "without end"), (Nested(), "deeper than 100 levels"),
      (Twice(), "more than one value"), (TwoKinds(), "containers of several kinds"),
      (Deep(), "deeper than 100 levels"), (Refusing(), "Reason()"),
    ]
    for (value, reason) in cases {
      let refused = refusal { _ = try Value(encoding: value) }
      #expect(refused?.code == .serialisation)
      #expect(refused?.message.contains(reason) == true, "\(refused?.message ?? "")")
    }
  }

  private struct Recursive: Decodable {
    init(from decoder: any Decoder) throws {
      self = try decoder.singleValueContainer().decode(Recursive.self)
    }
  }

  @Test func `decoding takes exact conversions only, and ends`() throws {
    #expect(try Value.number(3).decode(as: Int.self) == 3)
    #expect(try Value.integer(3).decode(as: Double.self) == 3)
    #expect(try Value.null.decode(as: Int?.self) == nil)
    #expect(try Value.bigInteger("300").decode(as: Int16.self) == 300)
    for (value, message) in [
      (Value.number(1.5), "the number 1.5"), (.integer(300), "the integer 300"),
      (.text("3"), "the text '3'"), (.list([]), "a list"), (.null, "no value"),
    ] {
      let refused = refusal { _ = try value.decode(as: UInt8.self) }
      #expect(refused?.message == "cannot be decoded: UInt8: there is \(message) instead")
    }
    #expect(refusal { _ = try Value.number(.nan).decode(as: Duration.self) } != nil)
    let endless = refusal { _ = try Value.null.decode(as: Recursive.self) }
    #expect(endless?.message.contains("without end") == true)
    #expect(refusal { _ = try Value.list([1]).decode(as: [String: Int].self) } != nil)
    #expect(refusal { _ = try Value.list([1, "x"]).decode(as: [Int].self) } != nil)
  }
}
