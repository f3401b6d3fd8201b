import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

@Suite struct ValueFunctionTests {
  private static let image: [UInt8] = [
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 2, 0, 3, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C,
  ]

  private func next(_ reader: OpaquePointer?) -> OpaquePointer? {
    var value: OpaquePointer? = reader
    #expect(et_value_reader_next(reader, &value) == ET_OK)
    return value
  }

  @Test func `values that are not numbers come back as they were logged`() throws {
    let fixture = try Fixture()
    let experiment = fixture.experiment
    #expect(
      et_experiment_log_histogram(experiment, "h", [0, 1, 3], [2, 5], 2, 7, 100.5) == ET_OK)
    #expect(
      et_experiment_log_distribution(experiment, "h", [1, .nan, 3, .infinity], 4, 2, .min, 101)
        == ET_OK)
    #expect(et_experiment_log_text(experiment, "t", "# ä", .min, .nan) == ET_OK)
    #expect(et_experiment_log_image(experiment, "i", Self.image, Self.image.count, 1, 102) == ET_OK)
    #expect(et_experiment_log_metric(experiment, "m", 1, .min) == ET_OK)
    var reader: OpaquePointer?
    #expect(et_value_reader_open(experiment, nil, nil, &reader) == ET_OK)

    var value = next(reader)
    var (edges, counts): (UnsafePointer<Double>?, UnsafePointer<Double>?) = (nil, nil)
    var notFinite: UInt64 = 9
    #expect(et_value_histogram(value, &edges, &counts, &notFinite) == 2)
    #expect((0..<3).map { edges?[$0] } == [0, 1, 3])
    #expect((0..<2).map { counts?[$0] } == [2, 5])
    #expect(notFinite == 0)
    #expect(string(et_value_key(value)) == "h")
    #expect(string(et_value_kind(value)) == "histogram")
    #expect((et_value_step(value), et_value_time(value)) == (7, 100.5))
    #expect(et_value_writer(value) == 0)
    #expect(et_value_text(value) == nil)
    et_value_free(value)

    value = next(reader)
    #expect(et_value_histogram(value, &edges, nil, &notFinite) == 2)
    #expect((0..<3).map { edges?[$0] } == [1, 2, 3])
    #expect((notFinite, et_value_step(value)) == (2, 8))
    et_value_free(value)

    value = next(reader)
    #expect(string(et_value_text(value)) == "# ä")
    #expect(et_value_histogram(value, &edges, &counts, nil) == 0)
    #expect(edges == nil && counts == nil)
    #expect(et_value_time(value) > 1_700_000_000)
    et_value_free(value)

    value = next(reader)
    var size = 0
    let bytes = UnsafeRawBufferPointer(start: et_value_image(value, &size), count: size)
    #expect(Array(bytes) == Self.image)
    var whole = 0
    #expect(et_value_summary(value, &whole) != nil)
    #expect(whole > size)
    et_value_free(value)

    #expect(next(reader) == nil)
    et_value_reader_free(reader)
  }

  @Test func `what has no form there is refused and leaves nothing`() throws {
    let fixture = try Fixture()
    let experiment = fixture.experiment
    let size = eventBytes(fixture)
    func histogram(_ edges: [Double], _ counts: [Double]) -> CInt {
      et_experiment_log_histogram(experiment, "h", edges, counts, counts.count, 0, 0)
    }
    #expect(histogram([1, 0], [1]) == ET_EINVALID)
    #expect(lastError() == "that is no histogram: edge 1 is 0.0, less than the one before it")
    #expect(histogram([0, .infinity], [1]) == ET_EINVALID)
    #expect(histogram([0, 1], [-1]) == ET_EINVALID)
    #expect(histogram([0, 1], [.nan]) == ET_EINVALID)
    #expect(et_experiment_log_histogram(experiment, "h", [0], [0], 1 << 20, 0, 0) == ET_EINVALID)
    #expect(et_experiment_log_histogram(experiment, "h", [0], [0], -1, 0, 0) == ET_EINVALID)
    #expect(et_experiment_log_distribution(experiment, "h", [1], 1, 1 << 20, 0, 0) == ET_EINVALID)
    #expect(et_experiment_log_text(experiment, "", "x", 0, 0) == ET_EINVALID)
    #expect(et_experiment_log_image(experiment, "i", "no image", 8, 0, 0) == ET_ESERIALISE)
    #expect(
      lastError()
        == "the 8 bytes of 'i' are no image that TensorBoard shows; it can be PNG, JPEG or GIF")
    #expect(et_experiment_log_image(experiment, "i", nil, 0, 0, 0) == ET_ESERIALISE)
    let large = [UInt8](repeating: 0, count: 9 << 20)
    #expect(et_experiment_log_image(experiment, "i", large, large.count, 0, 0) == ET_EINVALID)
    #expect(et_experiment_log_summary(experiment, large, 100, 0, 0) == ET_ESERIALISE)
    #expect(et_experiment_log_summary(experiment, nil, 0, 0, 0) == ET_ESERIALISE)
    #expect(eventBytes(fixture) == size)
    var reader: OpaquePointer?
    #expect(et_value_reader_open(experiment, "h", nil, &reader) == ET_ENOTFOUND)
    #expect(et_value_reader_open(experiment, nil, nil, &reader) == ET_OK)
    #expect(next(reader) == nil)
    et_value_reader_free(reader)
  }

  @Test func `the functions of a value take NULL and handles of another kind`() throws {
    let fixture = try Fixture()
    for value in [nil, fixture.experiment] {
      var size = 1
      #expect(et_value_key(value) == nil && et_value_kind(value) == nil)
      #expect(et_value_text(value) == nil && et_value_image(value, &size) == nil && size == 0)
      #expect(et_value_summary(value, nil) == nil)
      #expect(et_value_histogram(value, nil, nil, nil) == 0)
      #expect((et_value_step(value), et_value_time(value), et_value_writer(value)) == (0, 0, 0))
      et_value_free(value)
      et_value_reader_free(value)
    }
    #expect(et_experiment_log_metric(fixture.experiment, "m", 1, 0) == ET_OK)
  }
}

private func string(_ text: UnsafePointer<CChar>?) -> String? { text.map { String(cString: $0) } }

private func eventBytes(_ fixture: Fixture) -> Int {
  let folder = fixture.sandbox.experiments + "/x"
  return FileTree.paths(folder).filter { $0.hasPrefix("events.") }.reduce(0) { sum, file in
    var facts = stat()
    return stat("\(folder)/\(file)", &facts) == 0 ? sum + Int(facts.st_size) : sum
  }
}
