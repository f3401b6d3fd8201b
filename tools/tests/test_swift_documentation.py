"""The graph that the Swift documentation is made from, and what is noticed to be missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from swift_documentation import (
    CATALOGUE,
    ROOT,
    exported_modules,
    merge,
    missing_pages,
    public_types,
)


def symbol(name: str, path: list[str], kind: str = "swift.struct") -> dict[str, Any]:
    """A symbol as the compiler writes it."""
    return {"identifier": {"precise": name}, "pathComponents": path, "kind": {"identifier": kind}}


def graph(module: str, symbols: list[dict[str, Any]], *edges: tuple[str, str]) -> dict[str, Any]:
    """A module's graph, with members and what they are members of."""
    return {
        "module": {"name": module},
        "symbols": symbols,
        "relationships": [{"kind": "memberOf", "source": a, "target": b} for a, b in edges],
    }


def test_modules_that_are_exported_again_are_found() -> None:
    modules = exported_modules(ROOT / "Sources")
    assert {"ExperimentTracker", "ExperimentRuntime", "TrackingEntities", "TextCodecs"} <= set(
        modules
    )
    assert "FileSystem" not in modules


def test_one_graph_has_the_members_that_other_modules_add() -> None:
    foreign = symbol("s:text", ["String", "x"], "swift.init")
    extension = symbol("s:load", ["Experiment", "load()"], "swift.method")
    extension["swiftExtension"] = {"extendedModule": "ExperimentRuntime"}
    merged = merge(
        [
            graph("ExperimentTracker", [extension], ("s:load", "s:experiment")),
            graph("ExperimentRuntime", [symbol("s:experiment", ["Experiment"], "swift.class")]),
            graph("TextCodecs", [foreign], ("s:text", "s:S")),
        ]
    )
    assert merged["module"]["name"] == "ExperimentTracker"
    assert [one["identifier"]["precise"] for one in merged["symbols"]] == ["s:load", "s:experiment"]
    assert [edge["source"] for edge in merged["relationships"]] == ["s:load"]
    assert "swiftExtension" not in merged["symbols"][0]


def test_a_type_without_a_page_is_named(tmp_path: Path) -> None:
    one = graph(
        "ExperimentTracker",
        [
            symbol("s:a", ["Options"]),
            symbol("s:b", ["Options", "Sync"], "swift.enum"),
            symbol("s:c", ["Gone"], "swift.protocol"),
            symbol("s:d", ["Options", "make()"], "swift.method"),
        ],
    )
    folder = tmp_path / "data/documentation/experimenttracker"
    (folder / "options").mkdir(parents=True)
    (folder / "options.json").touch()
    (folder / "options/sync-swift.enum.json").touch()
    assert list(public_types(one)) == ["Gone", "Options", "Options.Sync"]
    assert missing_pages(tmp_path, one) == ["Gone"]
    assert CATALOGUE.is_dir()
