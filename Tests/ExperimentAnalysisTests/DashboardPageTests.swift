import Foundation
import Testing
import TrackingEntities

@testable import ExperimentAnalysis

@Suite struct DashboardPageTests {
  /// `Sources/DashboardAssets/page`.
  private static var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/DashboardAssets/page")
  }

  private static let frame =
    "<head><!--csp--><!--style--></head><body><!--data--><!--script--></body>"

  private func files(_ modules: [(name: String, text: String)]) -> PageFiles {
    PageFiles([("index.html", Self.frame), ("style.css", "b{}")] + modules)
  }

  // MARK: The files that the library carries

  @Test func `the library carries every file of the page as it is`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { !$0.hasPrefix(".") }
    #expect(PageFiles.carried.names.sorted() == names.sorted())
    for name in names {
      let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
      #expect(PageFiles.carried[name] == text, "\(name)")
      #expect(!text.contains("\r"), "\(name)")
    }
  }

  @Test func `every module is reached from main, after those that it imports`() throws {
    let bundle = try ModuleBundle(.carried)
    let modules = PageFiles.carried.names.filter { $0.hasSuffix(".js") }
    #expect(Set(bundle.order) == Set(modules))
    #expect(bundle.order.last == "main.js")
    for module in modules {
      let place = try #require(bundle.order.firstIndex(of: module))
      for line in (PageFiles.carried[module] ?? "").split(separator: "\n")
      where line.hasPrefix("import ") {
        let parts = line.split(separator: "\"")
        let other = String(parts[1].dropFirst(2))
        #expect(try #require(bundle.order.firstIndex(of: other)) < place, "\(module): \(line)")
        // What is imported is exported there.
        let names = parts[0].dropFirst("import {".count).prefix { $0 != "}" }
          .split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(!names.isEmpty)
        for name in names {
          #expect(
            Self.exports(of: PageFiles.carried[other] ?? "").contains(name), "\(module): \(name)")
        }
      }
    }
  }

  @Test func `no two declarations of the modules have one name`() {
    var places: [String: String] = [:]
    for module in PageFiles.carried.names where module.hasSuffix(".js") {
      for name in Self.declarations(in: PageFiles.carried[module] ?? "") {
        let other = places.updateValue(module, forKey: name)
        #expect(other == nil, "\(name) is in \(other ?? "") and in \(module)")
      }
    }
    #expect(!places.isEmpty)
  }

  private static let words = ["function", "function*", "const", "let", "var", "class"]

  /// The names that are declared at the outermost level: their lines begin with the word.
  private static func declarations(in text: String) -> [String] {
    text.split(separator: "\n").flatMap { line -> [String] in
      var words = line.split(whereSeparator: { " (=;{".contains($0) }).map(String.init)
      if words.first == "export" { words.removeFirst() }
      if words.first == "async" { words.removeFirst() }
      guard !line.hasPrefix(" "), let first = words.first, Self.words.contains(first) else {
        return []
      }
      if let open = line.firstIndex(of: "{"), ["const", "let"].contains(first),
        line[..<open].trimmingCharacters(in: .whitespaces).hasSuffix(first)
      {
        return line[line.index(after: open)...].prefix { $0 != "}" }.split(separator: ",")
          .compactMap { $0.split(separator: ":").last }
          .map { $0.trimmingCharacters(in: .whitespaces) }
      }
      return words.dropFirst().first.map { [$0] } ?? []
    }
  }

  private static func exports(of text: String) -> [String] {
    declarations(
      in: text.split(separator: "\n").filter { $0.hasPrefix("export ") }.joined(separator: "\n"))
  }

  @Test func `comments begin and end lines, and no text goes over several`() {
    for module in PageFiles.carried.names where module.hasSuffix(".js") {
      var isInComment = false
      for line in (PageFiles.carried[module] ?? "").components(separatedBy: "\n") {
        let text = line.trimmingCharacters(in: .whitespaces)
        if isInComment || text.hasPrefix("/*") {
          isInComment = !text.hasSuffix("*/")
          #expect(
            isInComment || text.components(separatedBy: "*/").count == 2, "\(module): \(line)")
          #expect(!isInComment || !text.contains("*/"), "\(module): \(line)")
          continue
        }
        if text.hasPrefix("//") { continue }
        // Quoted text and regular expressions may hold the mark that begins a template.
        let bare = text.replacingOccurrences(
          of: Self.quoted, with: "",
          options: .regularExpression)
        #expect(bare.filter { $0 == "`" }.count % 2 == 0, "\(module): \(line)")
      }
      #expect(!isInComment, "\(module)")
    }
  }

  /// Text in quotes, and a regular expression where one may stand.
  private static let quoted =
    #""(\\.|[^"\\])*"|"#
    + #"(?<=[(=,:?&|!] ?|return )/(\\.|\[(\\.|[^\]\\])*\]|[^/\\\[])+/"#

  // MARK: Joining

  @Test func `modules are joined in the order of their imports, without import and export`() throws
  {
    let bundle = try ModuleBundle(
      files([
        ("main.js", "import { b } from \"./b.js\";\nimport { a } from \"./a.js\";\nb(a);"),
        ("b.js", "import { a } from \"./a.js\";\nexport function b(x) { return x + a; }"),
        ("a.js", "export const a = 1;\nconst text = \"export it\";"),
      ]))
    #expect(bundle.order == ["a.js", "b.js", "main.js"])
    #expect(
      bundle.script
        == "const a = 1;\nconst text = \"export it\";\nfunction b(x) { return x + a; }\nb(a);\n")
  }

  @Test(arguments: [
    ("import a from \"./a.js\";", "imports in another way"),
    ("import { a as b } from \"./a.js\";", "imports in another way"),
    ("import { a } from './a.js';", "imports in another way"),
    ("import { a } from \"./a.js\"", "imports in another way"),
    ("import { a } from \"./none.js\";", "is imported, but is not there"),
    ("import { m } from \"./main.js\";", "imports itself: main.js > main.js"),
    ("export default 1;", "exports something else"),
    ("export { a };", "exports something else"),
  ])
  func `a module of another form is refused`(text: String, reason: String) {
    let error = #expect(throws: TrackingError.self) {
      try ModuleBundle(files([("main.js", text), ("a.js", "export const a = 1;")]))
    }
    #expect(error?.message.contains(reason) == true)
  }

  // MARK: The page

  @Test func `the policy allows exactly the script and the style that are in the page`() throws {
    let page = try DashboardPage(files([("main.js", "start();")]))
    let html = String(decoding: page.html(), as: UTF8.self)
    // printf 'start();\n' | openssl dgst -sha256 -binary | base64
    let script = "sha256-+ESjkQmxkyaPhtk6WP6rFWnP8sPoTyr8tWvBcXcvP/s="
    let style = "sha256-7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans="
    #expect(
      html.contains(
        "content=\"default-src 'none'; script-src '\(script)'; style-src '\(style)'; "
          + "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'\">"
      ))
    #expect(html.contains("<script type=\"module\">start();\n</script>"))
    #expect(html.contains("<style>b{}</style>"))
    #expect(page.policy.hasSuffix("frame-ancestors 'self'"))
    #expect(!html.contains("frame-ancestors"))
  }

  @Test func `data cannot end its element, and a page with data asks nobody`() throws {
    let page = try DashboardPage(files([("main.js", "start();")]))
    let data = Array(#"{"name": "</script><script>alert(1)</script><!--"}"#.utf8)
    let html = String(decoding: page.html(data: data), as: UTF8.self)
    #expect(
      html.contains(
        #"<script type="application/json" id="data">{"name": "\u003c/script>\u003cscript>alert(1)"#
          + #"\u003c/script>\u003c!--"}</script>"#))
    #expect(html.components(separatedBy: "</script>").count == 3)
    #expect(!html.contains("connect-src"))
    #expect(html.contains("img-src data: blob:;"))
  }

  @Test func `a token is escaped`() throws {
    let page = try DashboardPage(files([("main.js", "start();")]))
    let html = String(decoding: page.html(token: "a\"><b>"), as: UTF8.self)
    #expect(html.contains("<meta name=\"token\" content=\"a&quot;&gt;&lt;b&gt;\">"))
    #expect(!String(decoding: page.html(), as: UTF8.self).contains("name=\"token\""))
  }

  @Test func `a script that would end its element is refused`() {
    let error = #expect(throws: TrackingError.self) {
      try DashboardPage(files([("main.js", "let s = '</SCRIPT>';")]))
    }
    #expect(error?.message.contains("'</script'") == true)
  }

  @Test func `the page of the library is made, without handlers or styles in its text`() throws {
    let html = String(decoding: try DashboardPage.ofLibrary().html(), as: UTF8.self)
    let frame = try #require(PageFiles.carried["index.html"])
    #expect(!frame.contains(" style="))
    #expect(frame.range(of: " on[a-z]+=", options: .regularExpression) == nil)
    #expect(html.contains("Content-Security-Policy"))
  }
}
