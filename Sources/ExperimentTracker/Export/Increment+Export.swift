public import TrackingEntities

extension Increment {
  /// Which experiments are exported, in which order; the fields are those of conditions.
  public struct ExportChoice: Sendable {
    /// A condition; nil for all.
    public var condition: String?
    /// A metric, or another field; nil orders by number.
    public var sortBy: String?
    /// Whether the largest comes first.
    public var isDescending: Bool
    /// The most experiments; nil for no limit.
    public var limit: Int?
    /// Whether those inside others are exported too.
    public var children: Bool
    /// Whether archived ones are exported too.
    public var archived: Bool

    /// Makes a choice.
    public init(
      where condition: String? = nil, sortBy: String? = nil, isDescending: Bool = false,
      limit: Int? = nil, children: Bool = false, archived: Bool = false
    ) {
      self.condition = condition
      self.sortBy = sortBy
      self.isDescending = isDescending
      self.limit = limit
      self.children = children
      self.archived = archived
    }
  }

  /// Exports experiments for other programs: a table, TensorBoard, MLflow.
  ///
  /// ```swift
  /// try increment.export(ExportOptions(format: .mlflow), to: "mlruns")
  /// let table = try increment.export().text
  /// ```
  ///
  /// - Parameters:
  ///   - options: The form, and what is in it.
  ///   - choice: Which experiments, in which order.
  ///   - path: A file, which is replaced, or for TensorBoard and MLflow a folder, which is not. It
  ///     is there whole or not at all. Nil returns the text.
  /// - Throws: `invalidArgument` for a folder that is there already.
  @discardableResult
  public func export(
    _ options: ExportOptions = ExportOptions(), of choice: ExportChoice = ExportChoice(),
    to path: String? = nil
  ) throws(TrackingError) -> ExportResult {
    let members: [Value.Entry] = [
      .init("where", choice.condition.map { .text($0) } ?? .null),
      .init("sort_by", choice.sortBy.map { .text($0) } ?? .null),
      .init("descending", .boolean(choice.isDescending)),
      .init("limit", choice.limit.map { .integer(Int64($0)) } ?? .null),
      .init("children", .boolean(choice.children)),
      .init("archived", .boolean(choice.archived)),
    ]
    let listing = try Increment.listing(
      of: self, json: try Value.map(members).json(layout: .compact), for: "an export")
    return try listing.export(options, to: path)
  }
}
