import Testing
import TextCodecs

@Suite struct RoundTripTests {
  private let layouts: [JSONWriter.Layout] = [.compact, .lines, .pretty]

  @Test(arguments: TrickyValues.all)
  func `JSON gives every tricky value back, also as a name`(value: Value) throws {
    for layout in layouts {
      let bytes = try JSONWriter.write(value, layout: layout)
      #expect(try JSONParser.parse(bytes) == value)
      #expect(try JSONParser.parse(bytes, options: .lenient) == value)
    }
  }

  @Test(arguments: TrickyValues.all)
  func `YAML gives every tricky value back, in maps and lists`(value: Value) throws {
    for map: Value in [
      ["v": value], ["v": value, "w": 1], ["l": [value, value]], ["m": ["n": value], "w": value],
      ["l": [[value, [value]], ["a": value, "b": [value]]]],
    ] {
      let bytes = try YAMLWriter.write(map)
      #expect(
        try YAMLParser.parse(bytes) == map, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test(arguments: TrickyValues.texts)
  func `every tricky text is a name`(text: String) throws {
    let map = Value.map([.init(Key(text), ["a", ["b": 1]]), .init("last", .map([]))])
    #expect(try JSONParser.parse(try JSONWriter.write(map)) == map)
    #expect(try YAMLParser.parse(try YAMLWriter.write(map)) == map)
    let nested: Value = ["l": [.map([.init(Key(text), .map([.init(Key(text), [])]))])]]
    #expect(try YAMLParser.parse(try YAMLWriter.write(nested)) == nested)
  }

  @Test func `YAML keeps what JSON has no number for`() throws {
    let map: Value = ["a": .number(.nan), "b": [.number(.infinity), .number(-.infinity)]]
    let bytes = try YAMLWriter.write(map)
    #expect(String(decoding: bytes, as: UTF8.self) == "a: .nan\nb: [.inf, -.inf]\n")
    #expect(try YAMLParser.parse(bytes) == map)
  }

  @Test func `random values come back from both formats`() throws {
    var generator = SeededGenerator(state: 20_261_122)
    for _ in 0..<3000 {
      let map = generator.map()
      for layout in layouts {
        #expect(try JSONParser.parse(try JSONWriter.write(map, layout: layout)) == map)
      }
      let bytes = try YAMLWriter.write(map)
      #expect(
        try YAMLParser.parse(bytes) == map, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test func `random doubles come back bit for bit`() throws {
    var generator = SeededGenerator(state: 7)
    var numbers: [Value] = []
    while numbers.count < 20_000 {
      let number = Double(bitPattern: generator.next())
      if number.isFinite { numbers.append(.number(number)) }
    }
    let map: Value = ["numbers": .list(numbers)]
    #expect(try JSONParser.parse(try JSONWriter.write(map)) == map)
    #expect(try YAMLParser.parse(try YAMLWriter.write(map)) == map)
  }

  @Test func `YAML survives the line ends of Windows`() throws {
    let bytes = try YAMLWriter.write(everything)
    let windows = bytes.flatMap { $0 == UInt8(ascii: "\n") ? utf8("\r\n") : [$0] }
    #expect(try YAMLParser.parse(windows) == everything)
  }
}
