"""The Swift documentation: its code is that of examples/swift/Guide, which is built and runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from specweave import list_experiments, load_experiment
from support import polyglot
from support.c_header import ROOT

PAGES = sorted((ROOT / "Sources/ExperimentTracker/ExperimentTracker.docc").glob("*.md"))
PROGRAM = ROOT / "examples/swift/Guide/main.swift"
BLOCK = re.compile(r"^```swift\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SNIPPET = re.compile(r"^ *// snippet: [\w-]+\n(.*?)^ *// end$", re.DOTALL | re.MULTILINE)
pytestmark = pytest.mark.xdist_group("examples")  # the program is built once


def snippets() -> list[str]:
    """The marked parts of the program, as they stand on a page."""
    found = SNIPPET.findall(PROGRAM.read_text(encoding="utf-8"))
    return [textwrap.dedent(snippet).strip("\n") + "\n" for snippet in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_every_block_of_a_page_is_compiled(page: Path) -> None:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        assert block in snippets(), f"not in {PROGRAM}:\n{block}"


def test_every_snippet_is_on_a_page() -> None:
    shown = {block for page in PAGES for block in BLOCK.findall(page.read_text(encoding="utf-8"))}
    assert len(PAGES) == 5
    assert set(snippets()) == shown


def test_the_program_runs_and_prints_what_its_pages_say(project: Path) -> None:
    program = polyglot.swift_program("Guide")
    lines = polyglot.run([program], project).splitlines()

    folder = project / ".specweave/increments/0042-recommendation-model/experiments"
    assert lines[:12] == [
        str(folder / "line"),
        str(folder / "line/coefficients.csv"),
        'completed ["baseline"]',
        "rate 0.5",
        "last 0.01, lowest 0.01, 100 values",
        "adam 0.1",
        "98 " + str(1 / 99),
        "99 0.01",
        "5.187377517639621",
        "5.187377517639621",
        "lowest 0.01",
        '["line", "line-slow"]',
    ]
    assert "best: line" in lines
    assert lines[-2:] == ["learning_rate changed", "seed added"]
    assert [exp.name for exp in list_experiments("0042")] == [
        "line",
        "configured",
        "folds",
        "line-slow",
        "careful",
        "long-training",
    ]
    assert load_experiment("long-training").metrics == {"loss": 0.1}
    configured = load_experiment("configured")
    assert dict(configured.params) == {
        "rate": 0.1,
        "epochs": 3,
        "optimizer": {"name": "adam", "betas": [0.9, 0.999]},
        "host": "node-3",
        "batch": 32,
    }
    assert (folder / "line/model.txt").read_text() == "slope 3\n"


def test_every_public_type_has_a_page_on_one_site(tmp_path: Path) -> None:
    polyglot.swift_program("Guide")  # whose modules are documented
    tool = [sys.executable, str(ROOT / "tools/swift_documentation.py"), str(tmp_path / "site")]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    pages = tmp_path / "site/data/documentation/experimenttracker"
    for name in ("experiment", "increment", "metrichistory", "experimentsnapshot", "value", "key"):
        assert (pages / f"{name}.json").is_file(), name
    page = json.loads((pages / "experiment.json").read_text(encoding="utf-8"))
    titles = {reference["title"] for reference in page["references"].values()}
    assert {"saveArtifact(_:text:kind:details:)", "points(of:includingEarlier:every:)"} <= titles
