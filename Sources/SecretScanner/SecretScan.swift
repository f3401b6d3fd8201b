/// Finds credentials in text that is about to be stored, and takes them out.
///
/// Works in one pass over the bytes, in time proportional to their number whatever they are. Only
/// the secret itself is replaced: names, quotes, hosts and line breaks stay, so that a command line
/// or a patch can still be read. What looks like a hash, a number or a variable stays too.
package enum SecretScan {
  /// What is written in place of a secret.
  package static let mark = "[REDACTED]"

  /// The text without credentials, and how many were taken out.
  package static func redact(_ text: String) -> (text: String, redactions: Int) {
    let (bytes, redactions) = redact(Array(text.utf8))
    return redactions == 0 ? (text, 0) : (String(decoding: bytes, as: UTF8.self), redactions)
  }

  /// As for text, for bytes that may be in any encoding that contains ASCII.
  package static func redact(_ bytes: [UInt8]) -> (bytes: [UInt8], redactions: Int) {
    var continuation = SecretContinuation.nothing
    return redact(bytes, &continuation)
  }

  /// As above, for text that comes in pieces of whole lines.
  ///
  /// - Parameter continuation: what the first line continues; then what the line after the last
  ///   does.
  package static func redact(
    _ bytes: [UInt8], _ continuation: inout SecretContinuation
  ) -> (bytes: [UInt8], redactions: Int) {
    var scanner = SecretScanner(bytes, after: continuation)
    scanner.scan()
    continuation = scanner.continuation
    guard !scanner.found.isEmpty else { return (bytes, 0) }
    var clean: [UInt8] = []
    clean.reserveCapacity(bytes.count)
    var position = 0
    for secret in scanner.found {
      clean += bytes[position..<secret.lowerBound]
      clean += mark.utf8
      position = secret.upperBound
    }
    clean += bytes[position...]
    return (clean, scanner.count)
  }

  /// Whether the value of something with this name is a credential as a whole: of a flag, of a
  /// parameter. The mark of an earlier pass is none.
  package static func isSecret(_ value: [UInt8], of name: ArraySlice<UInt8>) -> Bool {
    let known = SecretNames.kind(of: name) ?? SecretNames.flagKind(of: name)
    guard let kind = known, kind != .parameter, kind != .cookie, !SecretNames.isSwitch(name) else {
      return false
    }
    // The name is read as it stands on a command line.
    let scanner = SecretScanner(Array("--".utf8) + name + [.equals] + value)
    let start = 3 + name.count
    return scanner.isSecret(
      .init(range: start..<start + value.count, isQuoted: true),
      of: kind == .authorization ? .password : kind, named: 2..<2 + name.count, tie: .flag)
  }

  /// Whether what has this name, as a flag or a parameter, is usually a credential.
  package static func isSecretName(_ name: ArraySlice<UInt8>) -> Bool {
    SecretNames.kind(of: name) != nil
  }

  /// The arguments of a command with every credential replaced, also where a flag and its value are
  /// two arguments.
  package static func redact(arguments: [String]) -> (arguments: [String], redactions: Int) {
    var clean: [String] = []
    var redactions = 0
    var secrets = SecretArguments(takingNames: true)
    for argument in arguments {
      let bytes = Array(argument.utf8)
      if let secret = secrets.next(bytes[...]) {
        clean.append(
          String(decoding: bytes[..<secret.lowerBound], as: UTF8.self) + mark
            + String(decoding: bytes[secret.upperBound...], as: UTF8.self))
        redactions += 1
      } else {
        let (text, count) = redact(argument)
        clean.append(text)
        redactions += count
      }
    }
    return (clean, redactions)
  }
}
