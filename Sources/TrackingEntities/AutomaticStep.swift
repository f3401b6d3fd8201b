/// The step that is none: `Int64.min`, wherever a step can be given, asks for the next one.
///
/// C has no other way to say it, so it means the same to Swift and Python, for a single value,
/// several, a series and values that are not numbers: no experiment has a point there that its own
/// program logged. A file of another program may have one, which is read as it is.
package enum AutomaticStep {
  /// Asks for the next step.
  package static let value = Int64.min

  /// The step that was given; nil if it is the next one.
  @inlinable
  package static func given(_ step: Int64?) -> Int64? { step == .min ? nil : step }

  /// The steps of a series with the next one in each place that asks for it: the first is `next`,
  /// later ones follow the highest before them. Nil if no place does.
  package static func resolved(_ steps: UnsafeBufferPointer<Int64>, next: Int64) -> [Int64]? {
    guard steps.contains(value) else { return nil }
    var next = next
    return steps.map { step in
      let step = step == value ? next : step
      next = max(next, after(step))
      return step
    }
  }

  /// The step after one; the last of all is its own.
  package static func after(_ step: Int64) -> Int64 { step == .max ? step : step + 1 }
}
