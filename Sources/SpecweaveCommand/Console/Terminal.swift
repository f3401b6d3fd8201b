import CPlatform
import FileSystem
import Glibc

/// What the place is like where a command's data is shown.
package struct Terminal: Sendable {
  /// So wide is a terminal that does not say.
  static let usualWidth = 80

  /// Whether people look at it; else a program reads it.
  package var isInteractive: Bool
  /// How many columns there are.
  package var width: Int
  /// Whether colours are wanted.
  package var usesColour: Bool

  package init(isInteractive: Bool, width: Int = usualWidth, usesColour: Bool = false) {
    self.isInteractive = isInteractive
    self.width = width
    self.usesColour = usesColour
  }

  /// What a descriptor is, with the widths and wishes of the environment.
  ///
  /// - Parameter columns: What the terminal says; 0 if it says nothing.
  package init(isInteractive: Bool, columns: Int, environment: [String: String]) {
    self.isInteractive = isInteractive
    let told = environment["COLUMNS"].flatMap { Int($0) } ?? 0
    width = columns > 0 ? columns : told > 0 ? told : Self.usualWidth
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    usesColour = isInteractive && !isPlain && environment["TERM"] != "dumb"
  }

  /// Standard output.
  static func standard() -> Terminal {
    Terminal(
      isInteractive: isatty(1) == 1, columns: Int(platform_terminal_columns(1)),
      environment: ProcessContext.environment)
  }
}
