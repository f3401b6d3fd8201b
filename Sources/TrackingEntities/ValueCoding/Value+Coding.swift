import TextCodecs

extension Value {
  /// The value that something encodes itself as: what has properties becomes a map in their order,
  /// an array a list, nothing `null`.
  ///
  /// What has no order gets one: the keys of a dictionary and the elements of a set are sorted. A
  /// `Date` becomes text in ISO 8601, a `Duration` its seconds, a `URL` its text.
  ///
  /// - Throws: `serialisation` with the place of what cannot be stored.
  public init(encoding value: some Encodable) throws(TrackingError) {
    do {
      self = try ValueEncoder.encode(value)
    } catch let error as EncodingError {
      throw TrackingError(describing: error)
    } catch {
      throw (error as? TrackingError)
        ?? TrackingError(
          .serialisation, "\(type(of: value)) could not be encoded: \(String(describing: error))")
    }
  }

  /// Makes something of the value that can be decoded, the reverse of ``init(encoding:)``.
  ///
  /// - Throws: `serialisation` with the place of what is missing or of another type.
  public func decode<Decoded: Decodable>(
    as type: Decoded.Type = Decoded.self
  ) throws(TrackingError) -> Decoded {
    do {
      return try ValueDecoder.decode(type, from: self)
    } catch let error as DecodingError {
      throw TrackingError(describing: error)
    } catch {
      throw (error as? TrackingError)
        ?? TrackingError(
          .serialisation, "\(type) could not be decoded: \(String(describing: error))")
    }
  }
}

extension [Value.Entry] {
  /// The named values that something encodes itself as: its properties, or what a dictionary holds.
  ///
  /// - Throws: `serialisation` for what has no names, as a number or an array.
  public init(encoding value: some Encodable) throws(TrackingError) {
    guard case .map(let entries) = try Value(encoding: value) else {
      throw TrackingError(
        .serialisation,
        "\(type(of: value)) has no names for its values; give it one, as in logParam(\"name\", value)"
      )
    }
    self = entries
  }

  /// Named values in the order they are written.
  public init(encoding pairs: KeyValuePairs<String, any Encodable>) throws(TrackingError) {
    self = []
    for (key, value) in pairs {
      append(Value.Entry(Key(key), try Value(encoding: value)))
    }
  }

  /// Named values in the order they are written.
  public init(_ pairs: KeyValuePairs<String, Value>) {
    self = pairs.map { Value.Entry(Key($0.key), $0.value) }
  }
}

extension TrackingError {
  fileprivate init(describing error: EncodingError) {
    guard case .invalidValue(let value, let context) = error else {
      self.init(.serialisation, String(describing: error))
      return
    }
    let what = context.codingPath.isEmpty ? "\(value as? Any.Type ?? type(of: value))" : "the value"
    self.init(
      .serialisation,
      "\(what)\(Self.place(context.codingPath)) cannot be stored: \(context.debugDescription)")
  }

  fileprivate init(describing error: DecodingError) {
    let message: String
    switch error {
    case .keyNotFound(let key, let context):
      message = "there is no '\(Self.path(context.codingPath + [key]))'"
    case .typeMismatch(let type, let context):
      message = "\(type)\(Self.place(context.codingPath)): \(context.debugDescription)"
    case .valueNotFound(let type, let context):
      message = "\(type)\(Self.place(context.codingPath)): there is no value"
    case .dataCorrupted(let context):
      message = "the value\(Self.place(context.codingPath)): \(context.debugDescription)"
    @unknown default: message = String(describing: error)
    }
    self.init(.serialisation, "cannot be decoded: " + message)
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : " at '\(self.path(path))'"
  }

  private static func path(_ path: [any CodingKey]) -> String {
    path.prefix(10).map(\.stringValue).joined(separator: ".")
  }
}
