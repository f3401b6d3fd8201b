import TrackingEntities

/// The stages and what they depend on as a Mermaid flowchart, which GitHub and many editors draw.
struct PipelineDiagram {
  private var lines = ["flowchart TD"]
  private var unfinished: [String] = []

  /// The chart in a fenced block.
  static func render(_ stages: [PipelineStages.Stage]) -> String {
    var diagram = PipelineDiagram()
    diagram.draw(stages, prefix: "s", indent: "  ")
    if !diagram.unfinished.isEmpty {
      diagram.lines.append("  classDef unfinished stroke:#c00,stroke-width:2px")
      diagram.lines.append("  class \(diagram.unfinished.joined(separator: ",")) unfinished")
    }
    return (["```mermaid"] + diagram.lines + ["```"]).joined(separator: "\n")
  }

  private mutating func draw(_ stages: [PipelineStages.Stage], prefix: String, indent: String) {
    for (place, stage) in stages.enumerated() {
      let id = "\(prefix)\(place + 1)"
      if stage.inside.isEmpty {
        lines.append("\(indent)\(id)[\"\(Self.label(stage))\"]")
      } else {
        lines.append("\(indent)subgraph \(id)[\"\(Self.label(stage))\"]")
        draw(stage.inside, prefix: id + "_", indent: indent + "  ")
        lines.append("\(indent)end")
      }
      if stage.snapshot.status != .completed { unfinished.append(id) }
    }
    for (place, stage) in stages.enumerated() {
      for other in stage.dependsOn {
        lines.append("\(indent)\(prefix)\(other + 1) --> \(prefix)\(place + 1)")
      }
    }
  }

  private static func label(_ stage: PipelineStages.Stage) -> String {
    let time = stage.snapshot.duration.map { ", " + DurationText.seconds($0) } ?? ""
    return escape(Names.shown(stage.snapshot)) + "<br/>" + stage.snapshot.status.rawValue + time
  }

  /// The text with everything as a code that Mermaid would take for markup, a line break or the end
  /// of the label.
  private static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "#", "<", ">", "&", "`", "\\", "*", "_", ";": escaped += "#\(scalar.value);"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
