import FileSystem
internal import TrackingEntities

/// How the files of a writer are named.
enum EventFileName: Sendable {
  /// `events.out.tfevents.<time>.<host>.<pid>.<session>`, which TensorBoard shows.
  case stamped
  /// As the caller says, for files that TensorBoard is not to see.
  case fixed(String)

  static let prefix = "events.out.tfevents."

  /// The name of the `attempt`-th file to try, from 0 on.
  ///
  /// TensorBoard follows only the file of a folder that sorts last, so a new one gets a time after
  /// all those that are there, whatever the clock says.
  func name(
    for header: SessionHeader, now: Double, after newest: UInt64, attempt: UInt64
  ) -> String {
    switch self {
    case .fixed(let name):
      return attempt == 0 ? name : EventFileName.numbered(name, attempt &+ 1)
    case .stamped:
      let seconds = UInt64(exactly: max(0, now).rounded(.down)) ?? 0
      let time = min(max(seconds, newest &+ 1) &+ attempt, EventFileName.latest)
      return EventFileName.prefix + time.zeroPadded(10)
        + ".\(EventFileName.host(header.process.host)).\(header.process.pid).\(header.session)"
    }
  }

  /// The time of the newest event file in a folder, 0 if there is none.
  static func newest(in directory: Directory) throws(TrackingError) -> UInt64 {
    var newest: UInt64 = 0
    for entry in try directory.entries() {
      guard let rest = entry.name.without(beginning: prefix) else { continue }
      if let time = UInt64(rest.prefix { $0 != "." }), time < latest { newest = max(newest, time) }
    }
    return newest
  }

  private static let latest: UInt64 = 9_999_999_999

  /// The host's name with nothing in it that a file name may not have, or that separates its parts.
  private static func host(_ name: String) -> String {
    let safe = name.utf8.prefix(64).map { byte -> UInt8 in
      byte.isLetter || byte.isDigit ? byte : UInt8(ascii: "-")
    }
    return safe.isEmpty ? "host" : String(decoding: safe, as: UTF8.self)
  }

  /// `x.tfrecord`, 2 → `x-2.tfrecord`.
  private static func numbered(_ name: String, _ number: UInt64) -> String {
    guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else {
      return "\(name)-\(number)"
    }
    return "\(name[..<dot])-\(number)\(name[dot...])"
  }
}
