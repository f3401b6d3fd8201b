import ExperimentStore
import Testing

@Suite struct IncrementNameTests {
  @Test(arguments: [
    ("0042-topic", "0042", "topic"), ("042-topic", "0042", "topic"), ("0042E-x", "0042E", "x"),
    ("0713B-production-rollout", "0713B", "production-rollout"),
    ("0013-v0.8.0-stabilization", "0013", "v0.8.0-stabilization"), ("9999-z", "9999", "z"),
  ])
  func `a folder of an increment is recognised`(folder: String, key: String, slug: String) {
    let name = IncrementName(folder)
    #expect(name?.key == key)
    #expect(name?.slug == slug)
    #expect(name?.folder == folder)
  }

  @Test(arguments: [
    "0000-x", "42-x", "00042-x", "0042", "0042e-x", "0042EE-x", "_archive", "README.md", "0042_x",
    "_dup-0209-x", "", "-", "٠٠٤٢-x", "0042...-x",
  ])
  func `any other folder is none`(folder: String) {
    #expect(IncrementName(folder) == nil)
  }
}
