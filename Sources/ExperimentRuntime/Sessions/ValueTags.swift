import EventLog
import TrackingEntities

/// What TensorBoard calls the values that are not numbers, and their next steps.
///
/// It shows a tag in one of its tabs only, as what it was first. So a key that is a metric too, or
/// is of several kinds, has a tag for each: the first has the key itself.
///
/// A metric that comes later has another tag too: `callMetric` of the writer.
struct ValueTags {
  private struct Use: Hashable {
    let key: Key
    let kind: EventValue.Kind
  }

  private var tags: [Use: Key] = [:]
  /// The tags of all of them.
  private(set) var taken: Set<Key> = []
  private var news: [Key] = []
  private var nextSteps: [Use: Int64] = [:]

  /// Notes what an earlier session wrote.
  mutating func add(_ found: FoundValue) {
    let use = Use(key: found.key, kind: found.kind)
    tags[use] = found.tag
    take(found.tag)
    advance(use, past: found.step)
  }

  /// The step of a value that has none.
  func nextStep(of value: EventValue) -> Int64 {
    nextSteps[Use(key: value.key, kind: value.kind)] ?? 0
  }

  /// The tag of a value that is written at a step; nil where it is the key.
  ///
  /// - Parameter isMetric: Whether a metric has a tag.
  mutating func tag(
    of value: EventValue, step: Int64, isMetric: (Key) -> Bool
  ) -> String? {
    let use = Use(key: value.key, kind: value.kind)
    advance(use, past: step)
    let tag: Key
    if let known = tags[use] {
      tag = known
    } else {
      var free = value.key
      if isMetric(free) || taken.contains(free) {
        free = unused(free, value.kind.name, isMetric)
      }
      tags[use] = free
      take(free)
      tag = free
    }
    return tag == value.key ? nil : tag.text
  }

  /// The tags that were taken since this was asked last.
  mutating func takeNews() -> [Key] {
    defer { news = [] }
    return news
  }

  private mutating func take(_ tag: Key) {
    if taken.insert(tag).inserted { news.append(tag) }
  }

  /// A tag for another kind of the same key.
  func unused(_ key: Key, _ kind: String, _ isMetric: (Key) -> Bool) -> Key {
    var tag = Key("\(key.text)/\(kind)")
    while isMetric(tag) || taken.contains(tag) { tag = Key(tag.text + "_") }
    return tag
  }

  private mutating func advance(_ use: Use, past step: Int64) {
    let next = AutomaticStep.after(step)
    if next > nextSteps[use] ?? .min { nextSteps[use] = next }
  }
}
