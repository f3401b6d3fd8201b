"""The documentation of the Swift API: one site with every public type a user of it meets.

The types live in several modules that `ExperimentTracker` exports again, and DocC makes a site of
one module. So the symbol graphs of all of them become one: that of the module that users import.

    python3 tools/swift_documentation.py build/docs [--modules .build/debug/Modules]

The package must be built. A warning of DocC is an error, and so is a public type without a page.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "Sources/ExperimentTracker/ExperimentTracker.docc"
PRODUCT = "ExperimentTracker"
TYPES = {"swift.class", "swift.struct", "swift.enum", "swift.protocol"}
Graph = dict[str, Any]


def exported_modules(sources: Path, product: str = PRODUCT) -> list[str]:
    """Return the product's module and those that it exports again, also through others."""
    found: list[str] = []
    waiting = [product]
    while waiting:
        module = waiting.pop()
        found.append(module)
        for path in (sources / module).rglob("*.swift"):
            for other in re.findall(
                r"^@_exported public import (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
            ):
                if other not in found + waiting:
                    waiting.append(other)
    return sorted(found)


def merge(graphs: list[Graph], product: str = PRODUCT) -> Graph:
    """Return one graph of all symbols whose parents are in one of the graphs too."""
    symbols = {
        symbol["identifier"]["precise"]: symbol for graph in graphs for symbol in graph["symbols"]
    }
    relationships = [edge for graph in graphs for edge in graph["relationships"]]
    members = {edge["source"]: edge["target"] for edge in relationships if "Of" in edge["kind"]}

    def is_ours(name: str) -> bool:
        symbol = symbols[name]
        if len(symbol["pathComponents"]) == 1:
            return True
        return members.get(name) in symbols and is_ours(members[name])

    kept = {name: symbol for name, symbol in symbols.items() if is_ours(name)}
    for symbol in kept.values():
        symbol.pop("swiftExtension", None)
    return {
        **graphs[0],
        "module": {**graphs[0]["module"], "name": product},
        "symbols": list(kept.values()),
        "relationships": [edge for edge in relationships if edge["source"] in kept],
    }


def public_types(graph: Graph) -> dict[str, str]:
    """Return each public type, as `ExperimentOptions.Sync`, with its kind."""
    kinds = {
        ".".join(symbol["pathComponents"]): symbol["kind"]["identifier"]
        for symbol in graph["symbols"]
    }
    return {name: kind for name, kind in sorted(kinds.items()) if kind in TYPES}


def missing_pages(site: Path, graph: Graph, product: str = PRODUCT) -> list[str]:
    """Return the types that have no page on the site."""
    folder = site / "data/documentation" / product.lower()
    missing = []
    for name, kind in public_types(graph).items():
        page = name.lower().replace(".", "/")
        # A property of the same name but for the case makes DocC add the kind.
        places = (folder / f"{page}.json", folder / f"{page}-{kind}.json")
        if not any(place.is_file() for place in places):
            missing.append(name)
    return missing


def extract(modules: Path, folder: Path) -> list[Graph]:
    """Return what the compiler knows of the public symbols of each module."""
    target = json.loads(
        subprocess.run(
            ["swiftc", "-print-target-info"], check=True, capture_output=True, text=True
        ).stdout
    )["target"]["triple"]
    # Where the modules written in C have their headers.
    headers = [f"-I{folder}" for folder in sorted((ROOT / "Sources").glob("*/include"))]
    for module in exported_modules(ROOT / "Sources"):
        if not (modules / f"{module}.swiftmodule").exists():
            raise SystemExit(f"'{modules}' has no module {module}: run `swift build` first")
        subprocess.run(
            [
                *("swift", "symbolgraph-extract", "-module-name", module, "-I", str(modules)),
                *(*headers, "-target", target),
                *("-minimum-access-level", "public", "-skip-synthesized-members"),
                *("-output-dir", str(folder)),
            ],
            check=True,
        )
    # What is added to types of the standard library has no page of its own.
    paths = sorted(path for path in folder.glob("*.symbols.json") if "@Swift" not in path.name)
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def build(site: Path, modules: Path) -> Graph:
    """Write the site, and return the graph that it was made from."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "all").mkdir()
        graph = merge(extract(modules, folder))
        (folder / "all" / f"{PRODUCT}.symbols.json").write_text(json.dumps(graph), encoding="utf-8")
        shutil.rmtree(site, ignore_errors=True)
        subprocess.run(
            [
                *("docc", "convert", str(CATALOGUE), "--output-path", str(site)),
                *("--additional-symbol-graph-dir", str(folder / "all"), "--warnings-as-errors"),
                *("--fallback-display-name", PRODUCT, "--fallback-bundle-identifier", PRODUCT),
            ],
            check=True,
        )
    return graph


def main() -> int:
    """Build the site and tell what is missing on it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--modules", type=Path, default=ROOT / ".build/debug/Modules")
    arguments = parser.parse_args()
    graph = build(arguments.site, arguments.modules)
    missing = missing_pages(arguments.site, graph)
    for name in missing:
        print(f"no page for {name}", file=sys.stderr)
    if not missing:
        print(f"{len(public_types(graph))} types documented in {arguments.site}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
