"""The committed store in Tests/Fixtures/, which the tests of all three languages read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.c_header import ROOT

FIXTURES = ROOT / "Tests" / "Fixtures"
STORE = FIXTURES / "store"
INCREMENT = "0042-recommendation-model"
EXPERIMENTS = STORE / ".specweave/increments" / INCREMENT / "experiments"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FIXTURES / "expected.json").read_text("utf-8"))
"""What must be found, by folder."""


def folder_of(name: str) -> Path:
    """The folder of an experiment."""
    return EXPERIMENTS / name


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a folder with mode, time and content; every folder with its mode."""
    found: dict[str, tuple[int, int, bytes]] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        changed = status.st_mtime_ns if path.is_file() else 0
        found[str(path.relative_to(root))] = (status.st_mode, changed, content)
    return found
