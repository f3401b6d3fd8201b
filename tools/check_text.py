"""Text files have no trailing blanks, carriage returns or conflict marks, and end with a newline.

As `git diff --check`, but of whole files and without git: a release archive has none.

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


def main() -> int:
    """Check the tree and print where something is wrong."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    status = 0
    for path in text_files(root):
        content = path.read_bytes()
        for pattern, fault in FAULTS:
            if content and (found := pattern.search(content)):
                line = content.count(b"\n", 0, found.start()) + 1
                print(f"{path.relative_to(root)}:{line}: {fault}", file=sys.stderr)
                status = 1
    if status == 0:
        print("text: clean to the last line")
    return status


if __name__ == "__main__":
    sys.exit(main())
