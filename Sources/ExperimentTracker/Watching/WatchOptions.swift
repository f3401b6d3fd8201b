public import ExperimentAnalysis
package import TrackingEntities

/// What of an increment is watched.
public struct WatchOptions: Sendable {
  /// Only experiments that fulfil this condition, or have fulfilled it once; nil for all.
  public var filter: ExperimentFilter?
  /// The metrics that are looked at; all if there are none.
  public var metrics: [String] = []
  /// After how many seconds without a point a running experiment stalls; nil: never.
  public var stall: Double? = AlertRules.usualStall
  /// Whether experiments inside others are watched too. The points of those inside a running one
  /// count as its own in any case.
  public var children = false
  /// Whether the first look tells what is wrong with experiments that were over before.
  public var old = false

  /// The usual options.
  public init() {}

  /// Reads options as the C API and Python give them.
  package init(json: [UInt8]?, for caller: String) throws(TrackingError) {
    var options = try OptionReader(json, for: caller)
    if let text = try options.text("where") { filter = try ExperimentFilter(text) }
    metrics = try options.texts("metrics") ?? []
    switch options.take("stall") {
    case nil: break
    case .boolean(false)?: stall = nil
    case .text(let text)?: try setStall(text)
    case let value?:
      guard let seconds = value.double, seconds.isFinite, seconds >= 0 else {
        throw options.wrong(
          "stall", "a span of time such as \"10m\", a number of seconds, or false")
      }
      stall = seconds
    }
    children = try options.flag("children") ?? false
    old = try options.flag("old") ?? false
    try options.end()
  }

  /// Takes a span of time such as `10m`, or `never`.
  package mutating func setStall(_ text: String) throws(TrackingError) {
    stall = text == "never" ? nil : try SpanText.seconds(text)
  }
}
