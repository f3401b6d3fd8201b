/// The fields of the messages in an event file, as in `docs/format/event.proto`.
///
/// Those below 1000 are TensorBoard's, the others ours; TensorBoard skips them. A number never gets
/// another meaning.
package enum EventFormat {
  package static let fileVersion = "brain.Event:2"
  package static let writer = "specweave-ml"
  /// The newest format that this library reads.
  package static let reader: UInt64 = 1

  enum Event {
    static let wallTime: UInt64 = 1
    static let step: UInt64 = 2
    static let fileVersion: UInt64 = 3
    static let summary: UInt64 = 5
    static let sourceMetadata: UInt64 = 10
    static let record: UInt64 = 1000
  }

  enum SourceMetadata {
    static let writer: UInt64 = 1
  }

  enum Summary {
    static let value: UInt64 = 1
  }

  enum SummaryValue {
    static let tag: UInt64 = 1
    static let simpleValue: UInt64 = 2
    static let oldHistogram: UInt64 = 3
    static let image: UInt64 = 4
    static let histogram: UInt64 = 5
    static let audio: UInt64 = 6
    static let tensor: UInt64 = 8
    static let metadata: UInt64 = 9
    static let exactDouble: UInt64 = 1000
    static let exactInteger: UInt64 = 1001
    static let boolean: UInt64 = 1002
    static let rawKey: UInt64 = 1003
    static let notFinite: UInt64 = 1004
  }

  /// What a plugin of TensorBoard is told of a value.
  enum SummaryMetadata {
    static let plugin: UInt64 = 1
    static let pluginName: UInt64 = 1
    static let pluginContent: UInt64 = 2
    static let dataClass: UInt64 = 4
  }

  enum Tensor {
    static let type: UInt64 = 1
    static let shape: UInt64 = 2
    static let content: UInt64 = 4
    static let floats: UInt64 = 5
    static let doubles: UInt64 = 6
    static let strings: UInt64 = 8
  }

  enum TensorShape {
    static let dimension: UInt64 = 2
    static let size: UInt64 = 1
  }

  /// The element types of tensors.
  enum TensorType: UInt64 {
    case float = 1
    case double = 2
    case string = 7
  }

  /// No frame that is written is longer: rests of it must fit into memory while a disk is full.
  static let longestPayload = 8 << 20
  /// The longest key of a metric.
  package static let longestKey = 1 << 20
  /// The longest value that is not a number: with its frame it must fit into `longestPayload`.
  package static let longestValue = longestPayload - (1 << 12)
  /// How deep a value may be nested.
  package static let deepestValue = 250
}
