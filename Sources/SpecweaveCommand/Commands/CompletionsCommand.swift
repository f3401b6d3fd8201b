import ArgumentParser
import TrackingEntities

/// `specweave-ml completions`: a script by which a shell completes command lines.
struct CompletionsCommand: TrackerCommand {
  /// The shells there is a script for.
  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash
    case zsh
    case fish
  }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "completions",
      abstract: "Print the script that completes specweave-ml's commands in a shell.",
      discussion: """
        Examples:
          specweave-ml completions bash > ~/.local/share/bash-completion/completions/specweave-ml
          specweave-ml completions zsh > ~/.zfunc/_specweave-ml
          specweave-ml completions fish > ~/.config/fish/completions/specweave-ml.fish
        """)
  }

  @Argument(help: "The shell.")
  var shell: Shell

  func run(on console: Console) throws(TrackingError) {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    console.write(RootCommand.completionScript(for: kind))
  }
}
