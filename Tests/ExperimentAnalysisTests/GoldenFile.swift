import Glibc

/// Whether a text is the one kept in `Golden/`. With `UPDATE_GOLDEN=1` in the environment the file
/// is written anew, to be looked at in the diff.
func isGolden(_ text: String, _ name: String) -> Bool {
  let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
  let path = "\(folder)/Golden/\(name)"
  if getenv("UPDATE_GOLDEN") != nil { write(text, to: path) }
  return read(path) == text
}

private func read(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func write(_ text: String, to path: String) {
  guard let file = fopen(path, "w") else { return }
  defer { fclose(file) }
  let bytes = Array(text.utf8)
  fwrite(bytes, 1, bytes.count, file)
}
