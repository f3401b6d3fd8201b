"""What must not occur: ways to trap in Swift, ways to run a stored file's code in Python.

A Swift trap ends the user's Python process, and a store may come from a stranger. The dynamic
Foundation and Dispatch start threads and install signal handlers in the host.

    python3 tools/check_constructs.py [root]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SWIFT = (
    (r"\btry!", "use `try` and a typed error"),
    (r"\bas! ", "use `as?`"),
    (r"\b(fatalError|precondition|preconditionFailure)\(", "throw a TrackingError"),
    (r"\bunowned\b", "use a strong or weak reference"),
    (r"\bMutex[<(]", "use pthread_mutex: the thread sanitizer understands it"),
    (r"\bimport (\w+ )?(Foundation|Dispatch)\w*", "use Glibc, or the targets of this package"),
)
PYTHON = (
    (r"\b(pickle|cloudpickle|joblib|dill)\.loads?\(", "only the file in TRUSTED loads objects"),
    (r"\byaml\.(load|unsafe_load|full_load)\(", "use yaml.safe_load"),
    (r"(?<![\w.])(eval|exec)\(", "parse the text"),
)
TRUSTED = (
    # Loads an artifact's object when the caller said that he trusts the store.
    "python/src/specweave_ml/artifacts/pickles.py",
    # Evaluates a text of its own.
    "python/src/specweave_ml/tracking/exit_hooks.py",
)
COMMENT = {".swift": "//", ".py": "#"}
STRING = re.compile(r'"(?:\\.|[^"\\])*"')


def search(root: Path, place: str, suffix: str, rules: tuple[tuple[str, str], ...]) -> list[str]:
    """Return every occurrence of a forbidden construct in code, not in comments or strings."""
    problems = []
    for path in sorted((root / place).rglob(f"*{suffix}")):
        name = path.relative_to(root).as_posix()
        if name in TRUSTED:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            bare = STRING.sub('""', line)
            if bare.lstrip().startswith(COMMENT[suffix]):
                continue
            for pattern, remedy in rules:
                if found := re.search(pattern, bare):
                    problems.append(f"{name}:{number}: `{found[0].strip()}`: {remedy}")
    return problems


def main() -> int:
    """Check the tree and print what is forbidden in it."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    problems = search(root, "Sources", ".swift", SWIFT)
    problems += search(root, "python/src", ".py", PYTHON)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("constructs: nothing that traps, nothing that runs a stored file")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
