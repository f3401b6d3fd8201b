import ExperimentAnalysis
import Testing
import TrackingEntities

@Suite struct PipelineTests {
  private let pipeline = {
    var pipeline = experiment("full", number: 1, duration: 12)
    pipeline.identity.kind = "pipeline"
    return pipeline
  }()

  private func stage(
    _ name: String, in parent: ExperimentSnapshot, _ child: UInt64, after needed: [Value] = [],
    status: ExperimentStatus = .completed, rerun: UInt64 = 1,
    _ metrics: KeyValuePairs<Key, MetricValue> = [:]
  ) -> ExperimentSnapshot {
    let folder = rerun > 1 ? "\(name)-\(rerun)" : name
    var stage = experiment(
      name, number: 0, metrics, status: status, duration: 2, rerun: rerun,
      folder: "\(parent.folder)/\(folder)")
    stage.identity.child = child
    stage.identity.kind = "stage"
    stage.identity.parent = parent.identity.id
    stage.facts = [.init(PipelineStages.section, ["depends_on": .list(needed)])]
    return stage
  }

  @Test func `a report shows the stages, what they need and how they went`() {
    var training = stage("training", in: pipeline, 3, after: ["features"], status: .failed)
    training.failure = Failure(type: "ValueError", message: "no data", traceback: "")
    let features = stage("features", in: pipeline, 2, after: ["preprocessing"])
    let all = [
      pipeline, stage("preprocessing", in: pipeline, 1, ["rows_after": 90]), features,
      stage("scaling", in: features, 1), training,
    ]
    #expect(
      PipelineReport.document(pipeline, all) == """
        # Pipeline: full

        **completed**, 3 stages, 12s

        ```mermaid
        flowchart TD
          s1["preprocessing<br/>completed, 2s"]
          subgraph s2["features<br/>completed, 2s"]
            s2_1["scaling<br/>completed, 2s"]
          end
          s3["training<br/>failed, 2s"]
          s1 --> s2
          s2 --> s3
          classDef unfinished stroke:#c00,stroke-width:2px
          class s3 unfinished
        ```

        | Stage | Depends on | Status | Duration | Metrics |
        |---|---|---|---|---|
        | preprocessing | – | completed | 2s | rows_after 90 |
        | features | preprocessing | completed | 2s | – |
        | features / scaling | – | completed | 2s | – |
        | training | features | failed | 2s | – |

        **Not completed**
        - training: failed, `ValueError: no data`

        *Written by specweave-ml from the stages in this folder.*

        """)
  }

  @Test func `the newest attempt of a stage stands for it`() {
    let all = [
      pipeline, stage("a", in: pipeline, 1, status: .failed), stage("a", in: pipeline, 2, rerun: 2),
    ]
    let stages = PipelineStages(of: "full", all).all
    #expect(stages.map(\.snapshot.folder) == ["full/a-2"])
    #expect(stages.map(\.attempts) == [2])
    #expect(PipelineReport.document(pipeline, all).contains("| a | – | completed (attempt 2) |"))
  }

  @Test func `no name of a stage ends its label`() {
    let hostile = stage("a\"]; click x `#1` <b>", in: pipeline, 1)
    let document = PipelineReport.document(pipeline, [pipeline, hostile])
    #expect(
      document.contains("  s1[\"a#34;]#59; click x #96;#35;1#96; #60;b#62;<br/>completed, 2s\"]\n"))
  }

  @Test func `dependencies on themselves and on nothing known are left out`() {
    let all = [pipeline, stage("a", in: pipeline, 1, after: ["a", "never", .integer(3)])]
    #expect(PipelineStages(of: "full", all).all.map(\.dependsOn) == [[]])
  }
}
