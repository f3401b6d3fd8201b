/// Random text that is the same in every run.
package func randomText(_ count: Int, _ alphabet: String, _ seed: UInt64 = 7) -> String {
  let characters = Array(alphabet)
  var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(count)
  return String(
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return characters[Int(state >> 33) % characters.count]
    })
}
