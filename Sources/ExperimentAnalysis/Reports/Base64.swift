/// Bytes as text (RFC 4648).
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    let whole = bytes.count / 3 * 3
    let length = (bytes.count + 2) / 3 * 4
    return String(unsafeUninitializedCapacity: length) { text in
      alphabet.withUnsafeBufferPointer { alphabet in
        var next = 0
        func put(_ group: UInt32, _ digits: Int) {
          for digit in 0..<4 {
            let place = Int(group >> UInt32(18 - 6 * digit) & 63)
            text[next] = digit < digits ? alphabet[place] : UInt8(ascii: "=")
            next += 1
          }
        }
        var place = 0
        while place < whole {
          put(
            UInt32(bytes[place]) << 16 | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]), 4
          )
          place += 3
        }
        let rest = bytes.count - whole
        if rest > 0 {
          put(
            UInt32(bytes[whole]) << 16 | (rest > 1 ? UInt32(bytes[whole + 1]) << 8 : 0), rest + 1)
        }
      }
      return length
    }
  }
}
