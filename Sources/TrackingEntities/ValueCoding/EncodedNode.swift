import TextCodecs

/// One place in what a type encodes itself as, filled by the containers that the type asks for.
///
/// A type may ask for anything in any order: what does not fit together is remembered as the
/// problem of the whole, and goes into a place of its own that nobody reads.
final class EncodedNode {
  private enum Content {
    case nothing
    case value(Value)
    case list([EncodedNode])
    case map([(key: Key, node: EncodedNode)], places: [Key: Int])
  }

  /// What all places of one encoding share.
  final class Whole {
    let type: Any.Type
    var problem: EncodingError?

    init(_ type: Any.Type) { self.type = type }
  }

  private let whole: Whole
  /// How many places are around this one.
  let depth: Int
  private var content = Content.nothing

  init(_ whole: Whole, depth: Int) {
    self.whole = whole
    self.depth = depth
  }

  /// Deeper values exhaust the stack of who reads them.
  static var deepest: Int { 100 }

  /// Refuses what does not fit, and says where.
  private func refuse(_ reason: String, _ path: [any CodingKey]) {
    if whole.problem != nil { return }
    whole.problem = .invalidValue(
      whole.type, EncodingError.Context(codingPath: path, debugDescription: reason))
  }

  private func inner(_ path: [any CodingKey]) -> (node: EncodedNode, fits: Bool) {
    let fits = depth < Self.deepest
    if !fits { refuse("it is nested deeper than \(Self.deepest) levels", path) }
    return (EncodedNode(whole, depth: fits ? depth + 1 : depth), fits)
  }

  /// A place of nobody, for what does not fit.
  private func aside(_ path: [any CodingKey]) -> EncodedNode {
    refuse("it asks for containers of several kinds", path)
    return EncodedNode(whole, depth: depth)
  }

  func set(_ value: Value, _ path: [any CodingKey]) {
    guard case .nothing = content else {
      refuse("it encodes more than one value", path)
      return
    }
    content = .value(value)
  }

  /// This place as a map; another one that nobody reads if it is something else.
  func map(_ path: [any CodingKey]) -> EncodedNode {
    switch content {
    case .map: return self
    case .nothing:
      content = .map([], places: [:])
      return self
    default: return aside(path)
    }
  }

  /// This place as a list; another one that nobody reads if it is something else.
  func list(_ path: [any CodingKey]) -> EncodedNode {
    switch content {
    case .list: return self
    case .nothing:
      content = .list([])
      return self
    default: return aside(path)
    }
  }

  var count: Int {
    if case .list(let nodes) = content { nodes.count } else { 0 }
  }

  /// The place for the next element of a list.
  func append(_ path: [any CodingKey]) -> EncodedNode {
    let (node, fits) = inner(path)
    guard fits, case .list(var nodes) = content else { return node }
    content = .nothing
    nodes.append(node)
    content = .list(nodes)
    return node
  }

  /// The place for a name of a map: a new one for a value, the one that is there for a container.
  func place(_ name: String, _ path: [any CodingKey], replacing: Bool) -> EncodedNode {
    let key = Key(name)
    guard case .map(var entries, var places) = content else { return inner(path).node }
    if let place = places[key], !replacing { return entries[place].node }
    let (node, fits) = inner(path)
    guard fits else { return node }
    content = .nothing
    if let place = places[key] {
      entries[place].node = node
    } else {
      places[key] = entries.count
      entries.append((key, node))
    }
    content = .map(entries, places: places)
    return node
  }

  /// Gives an order to what a dictionary or a set has encoded in none.
  func sort(asPairs: Bool) {
    switch content {
    case .map(var entries, _):
      entries.sort { Self.isBefore($0.key, $1.key) }
      let places = entries.enumerated().map { ($0.element.key, $0.offset) }
      content = .map(entries, places: Dictionary(places) { first, _ in first })
    case .list(let nodes) where asPairs:
      let pairs = stride(from: 0, to: nodes.count - 1, by: 2).map { (nodes[$0], nodes[$0 + 1]) }
      content = .list(Self.sorted(pairs) { $0.0 }.flatMap { [$0.0, $0.1] })
    case .list(let nodes): content = .list(Self.sorted(nodes) { $0 })
    case .nothing, .value: break
    }
  }

  private static func sorted<Element>(
    _ elements: [Element], by node: (Element) -> EncodedNode
  ) -> [Element] {
    elements.map { ($0, Key(String(describing: node($0).value))) }
      .sorted { isBefore($0.1, $1.1) }.map(\.0)
  }

  /// By number where both are some, else by bytes.
  private static func isBefore(_ left: Key, _ right: Key) -> Bool {
    if let one = Int(left.text), let other = Int(right.text), one != other { return one < other }
    return left < right
  }

  /// What was encoded here; an empty map if nothing was.
  var value: Value {
    switch content {
    case .nothing: .map([])
    case .value(let value): value
    case .list(let nodes): .list(nodes.map(\.value))
    case .map(let entries, _): .map(entries.map { Value.Entry($0.key, $0.node.value) })
    }
  }
}
