extension TrackingError {
  /// The error of a codec, as callers of the library get it.
  package init(_ error: CodecError) {
    let code: Code =
      switch error.kind {
      case .format: .format
      case .invalidArgument: .invalidArgument
      case .serialisation: .serialisation
      }
    self.init(code, error.message)
  }
}

extension Value {
  /// Reads JSON.
  package init(
    json bytes: [UInt8], options: JSONParser.Options = .strict
  ) throws(TrackingError) {
    do { self = try JSONParser.parse(bytes, options: options) } catch { throw TrackingError(error) }
  }

  /// Reads YAML.
  package init(yaml bytes: [UInt8]) throws(TrackingError) {
    do { self = try YAMLParser.parse(bytes) } catch { throw TrackingError(error) }
  }

  /// Writes the value as JSON.
  package func json(layout: JSONWriter.Layout) throws(TrackingError) -> [UInt8] {
    do { return try JSONWriter.write(self, layout: layout) } catch { throw TrackingError(error) }
  }

  /// Writes the value, which must be a map, as YAML.
  package func yaml() throws(TrackingError) -> [UInt8] {
    do { return try YAMLWriter.write(self) } catch { throw TrackingError(error) }
  }
}
