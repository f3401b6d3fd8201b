"""A file is one idea: none grows beyond what is read in one sitting.

python3 tools/check_rooms.py [root]
"""

from __future__ import annotations

import sys
from pathlib import Path

LIMITS = {".swift": 250, ".py": 300, ".c": 300}
PLACES = ("Sources", "Tests", "python", "tools", "examples", "benchmarks")
GENERATED = {".venv", ".build", "build", "__pycache__", ".mypy_cache", ".ruff_cache"}


def main() -> int:
    """Check the tree and print the files that are too long."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    problems = []
    for place in PLACES:
        for path in sorted((root / place).rglob("*")):
            limit = LIMITS.get(path.suffix)
            if limit is None or not path.is_file() or GENERATED & set(path.parts):
                continue
            lines = path.read_bytes().count(b"\n")
            if lines > limit:
                problems.append(f"{path.relative_to(root)}: {lines} lines, at most {limit}")
    for problem in problems:
        print(f"{problem}; give one of its ideas a file of its own", file=sys.stderr)
    if not problems:
        print("rooms: every file is small")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
