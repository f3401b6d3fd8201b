"""Imports run downwards only, and siblings never import each other.

The compiler refuses an import of a target that the manifest does not list; this check refuses a
manifest, or an import, that points against the direction, and says which layer it was.

    python3 tools/check_layers.py [root]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# Lowest first. A module may import those of the layers below it, and none of its own.
LAYERS = (
    {"CPlatform", "TrackingEntities"},
    {"ContentDigest", "SecretScanner", "TrackingStore"},
    {"EnvironmentCapture"},
    {"ExperimentRuntime"},
    {"ExperimentAnalysis"},
    {"ExperimentTracker"},
    {
        "ExperimentTrackerABI",
        "SpecweaveCommand",
        "Quickstart",
        "Guide",
        "Stress",
        "TrackerBenchmark",
    },
)
# The C header is an interface: only the library behind it may implement it.
HEADER = "CExperimentTracker"
# The dynamic Foundation and Dispatch start threads and install signal handlers in the host.
SYSTEM = {"Glibc", "Synchronization"}
EXTERNAL = {"ContentDigest": {"Crypto"}}

RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:actor|class|enum|func|let|protocol|struct|typealias|var)\s+)?(\w+)",
    re.MULTILINE,
)
TARGET = re.compile(r'\.(?:target|executableTarget)\(\s*name: "(\w+)"')
DEPENDENCIES = re.compile(r"dependencies: \[(.*?)\]", re.DOTALL)


def objection(importer: str, imported: str) -> str | None:
    """Why `importer` may not import `imported`, or None."""
    if importer not in RANK:
        return "is in no layer; add it to LAYERS in tools/check_layers.py"
    if imported in SYSTEM or imported in EXTERNAL.get(importer, set()):
        return None
    if imported == HEADER:
        return None if importer == "ExperimentTrackerABI" else "may not use the C header"
    if imported not in RANK:
        return f"may not import {imported}, which is neither ours nor on the list of the allowed"
    if RANK[imported] == RANK[importer]:
        return f"may not import its sibling {imported}"
    if RANK[imported] > RANK[importer]:
        return f"may not import {imported}, which is above it"
    return None


def check_imports(root: Path) -> list[str]:
    """What is wrong with the imports of the sources."""
    problems = []
    for path in sorted((root / "Sources").rglob("*.swift")):
        importer = path.relative_to(root / "Sources").parts[0]
        for found in IMPORT.finditer(path.read_text(encoding="utf-8")):
            if reason := objection(importer, found[1]):
                line = path.read_text(encoding="utf-8").count("\n", 0, found.start(1)) + 1
                problems.append(f"{path.relative_to(root)}:{line}: {importer} {reason}")
    return problems


def check_manifest(root: Path) -> list[str]:
    """What is wrong with the dependencies that the manifest declares."""
    text = (root / "Package.swift").read_text(encoding="utf-8")
    starts = list(TARGET.finditer(text))
    problems = []
    for start, after in zip(starts, [*starts[1:], None], strict=True):
        declaration = text[start.end() : after.start() if after else len(text)]
        declaration = declaration.split(".testTarget(")[0]
        if 'path: "Tests/' in declaration:
            continue
        listed = DEPENDENCIES.search(declaration)
        own = re.sub(r"\.product\(.*?\)", "", listed[1] if listed else "", flags=re.DOTALL)
        for imported in re.findall(r'"(\w+)"', own):
            if reason := objection(start[1], imported):
                problems.append(f"Package.swift: {start[1]} {reason}")
    return problems


def main() -> int:
    """Check the tree and print what is wrong with it."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    problems = check_manifest(root) + check_imports(root)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("layers: every import points downwards")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
