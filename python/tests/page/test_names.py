"""What the page advises exists: the functions and the commands that its messages name."""

from __future__ import annotations

import re

from specweave_ml.public import NAMES
from support.c_header import ROOT
from support.page_modules import PAGE

TEXT = "\n".join(path.read_text("utf-8") for path in sorted(PAGE.glob("*.js")))


def test_functions_that_record_what_is_missing() -> None:
    advice = re.findall(r'"No \w+ yet: ([^"]+) records? [^"]+"', TEXT)
    named = {name for text in advice for name in re.findall(r"\w+", text)} - {"and"}
    assert {"ExperimentPipeline", "track_grid_search"} <= named
    assert named <= set(NAMES)


def test_commands() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    known = {*re.findall(r"^## ([\w-]+)$", page, re.MULTILINE), "ui"}
    named = set(re.findall(r"“specweave-ml ([\w-]+)", TEXT))
    assert {"ui", "sync-docs"} <= named
    assert named <= known
