import TrackingEntities

/// Pieces of HTML that look right in light and dark notebooks: colours are inherited, lines and
/// backgrounds are translucent. Styles stand on the elements, because notebooks strip style sheets.
package enum HTMLText {
  /// The text with everything escaped that HTML would take for markup.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// One line of text from a user.
  static func line(_ text: String) -> String { escape(VisibleText.line(text)) }

  /// Text of several lines from a user.
  static func block(_ text: String) -> String {
    "<span style=\"white-space:pre-wrap\">" + escape(VisibleText.block(text)) + "</span>"
  }

  /// The frame around a report.
  static func frame(_ content: [String]) -> String {
    "<div style=\"color:inherit;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;"
      + "font-size:13px;line-height:1.45;max-width:100%;overflow-x:auto;padding:2px 0\">\n"
      + content.filter { !$0.isEmpty }.joined(separator: "\n") + "\n</div>"
  }

  /// A page that stands alone, in the colours that the reader's system prefers.
  package static func page(_ title: String, _ content: String) -> String {
    "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
      + "<meta name=\"viewport\" content=\"width=device-width\">\n"
      + "<meta name=\"color-scheme\" content=\"light dark\">\n"
      + "<title>\(line(title))</title>\n</head>\n<body>\n\(content)\n</body>\n</html>\n"
  }

  /// A name above everything, and finished HTML beside it.
  static func title(_ name: String, _ beside: [String] = []) -> String {
    let name = "<strong style=\"font-size:15px\">" + line(name) + "</strong>"
    return "<div>" + ([name] + beside).joined(separator: " &nbsp;") + "</div>"
  }

  /// What is said beside something more important.
  static func aside(_ text: String) -> String {
    "<span style=\"opacity:.7\">" + line(text) + "</span>"
  }

  /// A heading above a table.
  static func caption(_ text: String) -> String {
    "<div style=\"font-weight:600;opacity:.75;margin:12px 0 2px\">" + escape(text) + "</div>"
  }

  /// A remark in small type.
  static func remark(_ html: String) -> String {
    "<div style=\"opacity:.7;font-size:12px;margin:4px 0\">" + html + "</div>"
  }

  /// A table from rows of finished cells.
  static func table(_ rows: [String]) -> String {
    "<table style=\"border-collapse:collapse;border:0;margin:0;background:transparent;"
      + "color:inherit;font-size:13px\">\n" + rows.joined(separator: "\n") + "\n</table>"
  }

  /// A row; the best one of a comparison stands out.
  static func row(_ cells: [String], isBest: Bool = false) -> String {
    let background = isBest ? "rgba(46,160,67,.16)" : "transparent"
    return "<tr style=\"background:\(background);border:0\">" + cells.joined() + "</tr>"
  }

  /// A cell with finished HTML.
  ///
  /// - Parameter wraps: Whether text is broken into lines, in a cell that is wide enough for words.
  static func cell(
    _ html: String, numeric: Bool = false, header: Bool = false, strong: Bool = false,
    wraps: Bool = true
  ) -> String {
    let tag = header ? "th" : "td"
    let line = header ? "2px solid rgba(128,128,128,.45)" : "1px solid rgba(128,128,128,.22)"
    let weight = header || strong ? "font-weight:600;" : ""
    let shape =
      if numeric {
        "font-variant-numeric:tabular-nums;white-space:nowrap"
      } else if wraps {
        "min-width:8em;max-width:32em;overflow-wrap:anywhere"
      } else {
        "white-space:nowrap"
      }
    return "<\(tag) style=\"text-align:\(numeric ? "right" : "left");vertical-align:top;"
      + "padding:4px 12px;border:0;border-bottom:\(line);\(weight)\(shape)\">\(html)</\(tag)>"
  }

  /// A cell without a line below it, of finished HTML that stays in one line.
  static func bareCell(_ html: String) -> String {
    "<td style=\"text-align:left;padding:2px 12px;border:0;white-space:nowrap\">\(html)</td>"
  }

  /// A coloured label, readable on any background.
  static func badge(_ text: String, colour: String) -> String {
    "<span style=\"display:inline-block;padding:0 8px;border-radius:9px;font-size:12px;"
      + "line-height:18px;font-weight:600;color:#fff;background:\(colour)\">"
      + escape(text) + "</span>"
  }

  /// The label of a selected experiment.
  static var selected: String { badge("selected", colour: "#8250df") }

  /// A tag.
  static func chip(_ text: String) -> String {
    "<span style=\"display:inline-block;padding:0 8px;margin:0 4px 4px 0;border-radius:9px;"
      + "font-size:12px;line-height:18px;border:1px solid rgba(128,128,128,.5)\">"
      + line(text) + "</span>"
  }

  /// Code or an identifier.
  static func code(_ text: String) -> String {
    "<code style=\"color:inherit;background:transparent;font-size:12px\">" + line(text) + "</code>"
  }
}
