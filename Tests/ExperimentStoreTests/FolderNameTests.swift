import ExperimentStore
import Foundation
import Testing

@Suite struct FolderNameTests {
  @Test(arguments: [
    "xgboost-v1", "exp-003", "a.b_c", "0003", "model.v2", "comx", "console", "common", "x.tmpl",
  ])
  func `a plain name is its own folder`(name: String) {
    #expect(FolderName.safe(for: name) == name)
  }

  @Test(arguments: [
    ("Model", "Model~"), ("run 2026-11-22 10:30", "run-2026-11-22-10-30~"), ("a/b", "a-b~"),
    ("CON", "CON~"), ("con.txt", "con-txt~"), ("模型", "模型~"), ("🎉", "experiment~"),
    ("depth=6, lr=0.1", "depth-6-lr-0.1~"), (".hidden", "hidden~"), ("-rf", "rf~"),
    ("_archive", "archive~"), ("writers", "writers~"), ("metadata.yaml", "metadata.yaml~"),
    ("pending-x", "pending_x~"), ("my.tfevents.1", "my.tf-events.1~"), ("x.tmp", "x.tmp~"),
    ("build", "build~"), ("train.log", "train.log~"), ("end.", "end~"), ("a~b", "a-b~"),
    ("comparison.md", "comparison.md~"), ("e\u{301}", "e~"), ("\u{1100}\u{1161}", "experiment~"),
  ])
  func `any other name keeps what can be read of it and gets a hash`(name: String, start: String) {
    let folder = FolderName.safe(for: name)
    #expect(folder.hasPrefix(start))
    #expect(folder.utf8.count == start.utf8.count + 8)
  }

  @Test func `the folder of a name never changes`() {
    #expect(FolderName.safe(for: "Model") == "Model~7gyn4z5q")
    #expect(FolderName.safe(for: "模型") == "模型~o6ruency")
  }

  @Test func `a long name is cut between characters`() {
    for name in [String(repeating: "x", count: 81), String(repeating: "模", count: 4000)] {
      let folder = FolderName.safe(for: name)
      #expect(folder.utf8.count <= 89)
      #expect(folder.utf8.count >= 86)
    }
    #expect(FolderName.safe(for: String(repeating: "x", count: 80)).utf8.count == 80)
  }

  @Test func `folders differ under case folding and normalisation wherever names differ`() {
    var generator = SplitMix(state: 7)
    let alphabet = Array(
      "aAbB.-_ /:~éÉ模ß\u{301}e\u{212B}Å가\u{1100}\u{1161}n\u{F900}豈".unicodeScalars)
    var names: Set<[UInt8]> = []
    var folders: Set<String> = []
    for _ in 0..<20_000 {
      var name = String.UnicodeScalarView()
      for _ in 0...Int(generator.next() % 6) {
        name.append(alphabet[Int(generator.next() % UInt64(alphabet.count))])
      }
      guard names.insert(Array(String(name).utf8)).inserted else { continue }
      let folder = FolderName.safe(for: String(name))
      let composed = folder.precomposedStringWithCanonicalMapping
      #expect(Array(composed.utf8) == Array(folder.utf8))
      #expect(folders.insert(composed.lowercased().folding(options: [], locale: nil)).inserted)
    }
    #expect(folders.count == names.count)
  }

  @Test func `ten thousand names with one long beginning have a folder each`() {
    let start = String(repeating: "x", count: 200)
    let folders = Set((0..<10_000).map { FolderName.safe(for: start + String($0)) })
    #expect(folders.count == 10_000)
  }

  @Test func `no folder is hostile to any file system`() {
    var generator = SplitMix(state: 11)
    for _ in 0..<20_000 {
      let scalars = (0...Int(generator.next() % 12)).compactMap { _ in
        Unicode.Scalar(UInt32(generator.next() % (generator.next() % 3 == 0 ? 0x11_0000 : 0x80)))
      }
      let folder = FolderName.safe(for: String(String.UnicodeScalarView(scalars)))
      let bytes = Array(folder.utf8)
      #expect((1...89).contains(bytes.count))
      #expect(bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"/\\:*?\"<>|".utf8.contains($0) })
      #expect(bytes.first != 45 && bytes.first != 46 && bytes.last != 46)
    }
  }
}

/// A small generator of the same numbers every time.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
