import TrackingEntities

/// How one value relates to another.
enum ValueRelation: String, Sendable, CaseIterable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  /// The same relation seen from the other side.
  var turned: ValueRelation {
    switch self {
    case .equal, .unequal: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }

  /// Whether it holds; nil if a side is missing or NaN, or if neither side comes before the other.
  ///
  /// Values of different kinds are unequal: the text "3" is not the number 3. Booleans compare with
  /// numbers as 1 and 0.
  func holds(_ left: Value?, _ right: Value?) -> Bool? {
    guard let left, let right, left != .null, right != .null else { return nil }
    if left.double?.isNaN == true || right.double?.isNaN == true { return nil }
    guard let order = ValueOrder.between(left, right) else {
      switch self {
      case .equal: return ValueOrder.areEqual(left, right)
      case .unequal: return !ValueOrder.areEqual(left, right)
      default: return nil
      }
    }
    switch self {
    case .equal: return order == .same
    case .unequal: return order != .same
    case .less: return order == .before
    case .lessOrEqual: return order != .after
    case .greater: return order == .after
    case .greaterOrEqual: return order != .before
    }
  }
}
