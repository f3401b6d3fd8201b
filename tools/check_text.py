"""Text files have no trailing blanks, carriage returns or conflict marks, and end with a newline.

As `git diff --check`, but of whole files and without git: a release archive has none. Comment lines
of Swift have at most 100 characters, since swift-format wraps code only.

    python3 tools/check_text.py [root]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SUFFIXES = {
    *(".c", ".h", ".swift", ".py", ".sh", ".md", ".json", ".toml", ".txt", ".in", ".yaml", ".yml"),
    *(".map", ".modulemap", ".editorconfig", ".gitignore", ".swift-format"),
}
NAMES = {"Makefile", "LICENSE", "NOTICE", "run"}
GENERATED = {".git", ".build", ".venv", "build", "dist", "demo", "__pycache__"}
FAULTS = (
    (re.compile(rb"[ \t]+$", re.MULTILINE), "trailing blanks"),
    (re.compile(rb"\r"), "a carriage return"),
    (re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE), "a conflict mark"),
    (re.compile(rb"(?<!\n)\Z"), "no newline at the end"),
    (re.compile(rb"(?<=\n)\n\Z"), "an empty line at the end"),
)
LONGEST_COMMENT_LINE = 100
SWIFT_COMMENT = re.compile(r"^ *//.*$", re.MULTILINE)


def text_files(root: Path) -> list[Path]:
    """Return every text file of the project, in a stable order."""
    found = []
    for path in sorted(root.iterdir()):
        hidden_tool_cache = path.name.startswith(".") and path.name.endswith("_cache")
        if path.name in GENERATED or hidden_tool_cache or path.name.endswith(".egg-info"):
            continue
        if path.is_dir() and not path.is_symlink():
            found += text_files(path)
        elif path.is_file() and (path.suffix or path.name) in SUFFIXES | NAMES:
            found.append(path)
    return found


def faults(path: Path) -> list[tuple[int, str]]:
    """Return the lines of a file in which something is wrong, each with what it is."""
    content = path.read_bytes()
    if not content:
        return []
    found = [
        (content.count(b"\n", 0, match.start()) + 1, fault)
        for pattern, fault in FAULTS
        if (match := pattern.search(content))
    ]
    if path.suffix == ".swift":
        text = content.decode("utf-8", "replace")
        found += [
            (
                text.count("\n", 0, match.start()) + 1,
                f"a comment of more than {LONGEST_COMMENT_LINE} characters",
            )
            for match in SWIFT_COMMENT.finditer(text)
            if len(match[0]) > LONGEST_COMMENT_LINE
        ]
    return found


def main() -> int:
    """Check the tree and print where something is wrong."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    status = 0
    for path in text_files(root):
        for line, fault in faults(path):
            print(f"{path.relative_to(root)}:{line}: {fault}", file=sys.stderr)
            status = 1
    if status == 0:
        print("text: clean to the last line")
    return status


if __name__ == "__main__":
    sys.exit(main())
