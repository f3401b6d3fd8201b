// swift-tools-version: 6.2
import PackageDescription

// The layers, top to bottom. A target may import only what it depends on; `make test-swift` builds
// with `--explicit-target-dependency-import-check error`, so an import against the direction fails.
//
//         ExperimentTrackerABI         the C API
//                   |
//            SpecweaveCommand          the command line
//                   |
//            ExperimentTracker         what C, Python and Swift programs may do
//                   |
//           ExperimentAnalysis         comparison, reports
//                   |
//           ExperimentRuntime          experiments being written, artifacts
//                   |
//           EnvironmentCapture         code, command and machine; knows no experiment
//                   |
//            ExperimentStore           names, claims, views, one picture of an experiment
//                   |
//               EventLog               event files and the pending buffer
//                   |
//              FileSystem              folders, system calls, locks, clocks, processes
//                   |
//            TrackingEntities          names, errors, what an experiment consists of
//                   |
//              TextCodecs              values as JSON and YAML; keys, numbers, times
//
// SecretScanner (credentials in text), ContentDigest (SHA-256) and DashboardAssets (the files of
// the dashboard's page) import nothing of ours.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),  // SE-0335
  .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
  .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
]

let exports = "\(Context.packageDirectory)/Sources/ExperimentTrackerABI/libexperimenttracker.map"

let package = Package(
  name: "experiment-tracker",
  products: [
    .library(name: "ExperimentTracker", targets: ["ExperimentTracker"]),
    .library(name: "experimenttracker", type: .dynamic, targets: ["ExperimentTrackerABI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CExperimentTracker", path: "include"),
    .target(name: "CPlatform"),
    .target(name: "TextCodecs"),
    .target(name: "TrackingEntities", dependencies: ["TextCodecs"]),
    .target(name: "FileSystem", dependencies: ["TrackingEntities", "CPlatform"]),
    .target(name: "EventLog", dependencies: ["TrackingEntities", "FileSystem", "CPlatform"]),
    .target(
      name: "ExperimentStore",
      dependencies: ["TrackingEntities", "FileSystem", "EventLog", "CPlatform"]),
    .target(
      name: "ContentDigest",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
    .target(name: "SecretScanner"),
    .target(name: "DashboardAssets", exclude: ["page"]),
    .target(
      name: "EnvironmentCapture",
      dependencies: [
        "TrackingEntities", "FileSystem", "ExperimentStore", "SecretScanner",
        "CPlatform",
      ]),
    .target(
      name: "ExperimentRuntime",
      dependencies: [
        "TrackingEntities", "FileSystem", "EventLog", "ExperimentStore", "ContentDigest",
        "SecretScanner", "EnvironmentCapture",
        "CPlatform",
      ]),
    .target(
      name: "ExperimentAnalysis",
      dependencies: [
        "TrackingEntities", "FileSystem", "ExperimentStore", "ContentDigest", "DashboardAssets",
      ]),
    .target(
      name: "ExperimentTracker",
      dependencies: [
        "TrackingEntities", "FileSystem", "EventLog", "ExperimentStore", "EnvironmentCapture",
        "ExperimentRuntime",
        "ExperimentAnalysis", "CPlatform",
      ]),
    .target(
      name: "SpecweaveCommand",
      dependencies: [
        "TrackingEntities", "FileSystem", "ExperimentStore", "ExperimentAnalysis",
        "ExperimentTracker", "CPlatform",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "ExperimentTrackerABI",
      dependencies: [
        "CExperimentTracker", "CPlatform", "EnvironmentCapture", "ExperimentTracker",
        "SpecweaveCommand",
      ],
      exclude: ["libexperimenttracker.map"],
      linkerSettings: [
        .unsafeFlags(
          [
            "-Xlinker", "--version-script=\(exports)",
            // The number is ET_ABI_VERSION of the header, as in libexperimenttracker.map.
            "-Xlinker", "-soname=libexperimenttracker.so.1",
            "-Xlinker", "--gc-sections",
            // Sources/CPlatform/older_glibc.c has the version of it that older systems have.
            "-Xlinker", "--wrap=hypotf",
            // dlclose(3) may not take the code away from threads that are in it, nor what ends with
            // them.
            "-Xlinker", "-z", "-Xlinker", "nodelete",
          ], .when(platforms: [.linux]))
      ]),
    .executableTarget(
      name: "Quickstart", dependencies: ["ExperimentTracker"], path: "examples/swift/Quickstart"),
    .executableTarget(
      name: "Guide", dependencies: ["ExperimentTracker"], path: "examples/swift/Guide"),
    .executableTarget(
      name: "TrackerBenchmark", dependencies: ["ExperimentTracker"],
      path: "benchmarks/swift/TrackerBenchmark"),

    // What several test targets need; in no layer, because nothing but tests imports it.
    .target(
      name: "TrackingTestSupport",
      dependencies: ["FileSystem", "EventLog", "ExperimentStore", "TrackingEntities"],
      path: "Tests/TrackingTestSupport"),
    .executableTarget(
      name: "Stress", dependencies: ["ExperimentTracker"], path: "Tests/Stress/Program"),
    .testTarget(name: "TextCodecsTests", dependencies: ["TextCodecs"]),
    .testTarget(
      name: "SecretScannerTests", dependencies: ["SecretScanner", "TrackingTestSupport"]),
    .testTarget(
      name: "EnvironmentCaptureTests",
      dependencies: [
        "EnvironmentCapture", "FileSystem", "ExperimentStore", "TrackingEntities",
        "TrackingTestSupport",
      ]),
    .testTarget(
      name: "ExperimentStoreTests",
      dependencies: [
        "FileSystem", "EventLog", "ExperimentStore", "TrackingEntities", "TrackingTestSupport",
        "CPlatform",
        .product(name: "Yams", package: "Yams"),
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "ExperimentRuntimeTests",
      dependencies: [
        "ExperimentRuntime", "FileSystem", "EventLog", "ExperimentStore", "TrackingEntities",
        "TrackingTestSupport",
        "ContentDigest", "SecretScanner", "CPlatform",
      ]),
    .testTarget(
      name: "ExperimentAnalysisTests",
      dependencies: ["ExperimentAnalysis", "TrackingEntities"], exclude: ["Golden"]),
    .testTarget(
      name: "ExperimentTrackerTests",
      dependencies: [
        "ExperimentTracker", "FileSystem", "EventLog", "ExperimentStore", "TrackingEntities",
        "TrackingTestSupport",
      ]),
    .testTarget(
      name: "SpecweaveCommandTests",
      dependencies: [
        "SpecweaveCommand", "ExperimentTracker", "ExperimentAnalysis", "TrackingEntities",
        "TrackingTestSupport",
      ]),
    .testTarget(
      name: "ExperimentTrackerABITests",
      dependencies: ["CExperimentTracker", "ExperimentTrackerABI", "TrackingTestSupport"]),
  ]
)

for target in package.targets
where target.type == .regular || target.type == .test
  || target.type == .executable
{
  if !["CPlatform", "DashboardAssets"].contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + strict
  }
}
