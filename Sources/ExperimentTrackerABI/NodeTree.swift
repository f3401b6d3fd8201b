public import CExperimentTracker
import ExperimentTracker
import Glibc

/// Values as the nodes that C sees. How deep they are is limited where values are made and read.
extension Arena {
  typealias Node = UnsafePointer<et_node>

  mutating func node(_ value: Value, key: Key? = nil) -> Node {
    var node = et_node()
    node.number = .nan
    if let key { node.key = text(key.bytes) }
    switch value {
    case .null: node.type = ET_NULL
    case .boolean(let flag): (node.type, node.integer) = (ET_BOOL, flag ? 1 : 0)
    case .integer(let integer):
      (node.type, node.integer, node.number) = (ET_INT, integer, Double(integer))
    case .bigInteger(let digits):
      (node.type, node.text, node.number) = (ET_BIGINT, text(digits), Double(digits) ?? .nan)
    case .number(let number): (node.type, node.number) = (ET_DOUBLE, number)
    case .text(let content):
      (node.type, node.text) = (ET_TEXT, text(content))
      node.number = Self.notFinite(content)
    case .list(let elements):
      node.type = ET_LIST
      (node.count, node.items) = items(elements.map { Value.Entry("", $0) }, named: false)
    case .map(let entries):
      node.type = ET_MAP
      (node.count, node.items) = items(entries, named: true)
    }
    return one(node)
  }

  /// Named values, each as a node.
  mutating func items(
    _ entries: [Value.Entry], named: Bool = true
  ) -> (Int, UnsafePointer<Node?>?) {
    var nodes: [Node?] = []
    nodes.reserveCapacity(entries.count)
    for entry in entries { nodes.append(node(entry.value, key: named ? entry.key : nil)) }
    return (nodes.count, many(nodes))
  }

  /// The number that strict JSON writes as this text; NaN for any other.
  private static func notFinite(_ text: String) -> Double {
    switch text {
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: .nan
    }
  }
}

/// The member of a map; nil where there is none.
func member(_ node: UnsafePointer<et_node>?, _ key: UnsafePointer<CChar>?) -> Arena.Node? {
  guard let node, let key, node.pointee.type == ET_MAP else { return nil }
  return named(key, node.pointee.items, node.pointee.count)
}

/// The last node of that name, as where a name is given twice the last one counts.
func named(
  _ key: UnsafePointer<CChar>, _ nodes: UnsafePointer<Arena.Node?>?, _ count: Int
) -> Arena.Node? {
  guard let nodes else { return nil }
  for place in (0..<count).reversed() {
    if let found = nodes[place], let name = found.pointee.key, strcmp(name, key) == 0 {
      return found
    }
  }
  return nil
}

final class DocumentHandle: Handle {
  private var arena = Arena()
  let root: Arena.Node

  init(_ value: Value) {
    root = arena.node(value)
  }

  deinit { arena.release() }
}

@c @implementation
public func et_document_parse(
  _ json: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      DocumentHandle(try Value(json: try CText.required(json, "json"), options: .strict))
    }
  }
}

@c @implementation
public func et_document_root(_ document: OpaquePointer?) -> UnsafePointer<et_node>? {
  (try? DocumentHandle.of(document, "document"))?.root
}

@c @implementation
public func et_document_free(_ document: OpaquePointer?) { DocumentHandle.release(document) }

@c @implementation
public func et_node_get(
  _ node: UnsafePointer<et_node>?, _ key: UnsafePointer<CChar>?
) -> UnsafePointer<et_node>? {
  member(node, key)
}
