"""A package of somebody else that depends on this one by its path."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.c_header import ROOT

MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "app",
  dependencies: [.package(name: "experiment-tracker", path: "PATH")],
  targets: [
    .executableTarget(
      name: "app",
      dependencies: [.product(name: "ExperimentTracker", package: "experiment-tracker")])
  ]
)
"""
pytestmark = pytest.mark.xdist_group("examples")


def swift_package(folder: Path, scratch: Path, *words: str) -> Any:
    """What `swift package` says as JSON; in a folder of its own it waits for no build."""
    place = ["--package-path", str(folder), "--scratch-path", str(scratch)]
    command = ["swift", "package", *place, *words]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def targets_of(product: str, scratch: Path) -> list[dict[str, Any]]:
    """The targets that a product of this package is made of."""
    manifest = swift_package(ROOT, scratch, "dump-package")
    known = {target["name"]: target for target in manifest["targets"]}
    waiting = next(one["targets"] for one in manifest["products"] if one["name"] == product)
    found: dict[str, dict[str, Any]] = {}
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = known[name]
            waiting += [one["byName"][0] for one in known[name]["dependencies"] if "byName" in one]
    return list(found.values())


def test_a_package_that_depends_on_this_one_by_path_can_be_built(tmp_path: Path) -> None:
    (tmp_path / "Sources/app").mkdir(parents=True)
    (tmp_path / "Sources/app/main.swift").write_text("import ExperimentTracker\n")
    (tmp_path / "Package.swift").write_text(MANIFEST.replace("PATH", str(ROOT)))
    # The whole graph is loaded, which refuses what a dependency may not have.
    graph = swift_package(tmp_path, tmp_path / "build", "show-dependencies", "--format", "json")
    assert [one["name"] for one in graph["dependencies"]] == ["experiment-tracker"]


def test_the_swift_product_has_no_unsafe_flags_and_needs_cryptography_only(
    tmp_path: Path,
) -> None:
    targets = targets_of("ExperimentTracker", tmp_path)
    assert {"ExperimentTracker", "EventLog", "CPlatform", "ContentDigest"} <= {
        target["name"] for target in targets
    }
    assert "unsafeFlags" not in json.dumps(targets)
    outside = {
        one["product"][0]
        for target in targets
        for one in target["dependencies"]
        if "product" in one
    }
    assert outside == {"Crypto"}
