"""docs/guide.md: all of its code runs, and prints what it shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import specweave
from support import guide
from support.c_header import ROOT

TEXT = guide.GUIDE.read_text(encoding="utf-8")
VOLATILE = (
    (re.compile(r"^- \w+ training time.*$", re.MULTILINE), ""),
    (re.compile(r"^- Training took.*\n", re.MULTILINE), ""),
    (re.compile(r"Decided by \S+,"), "Decided by <user>,"),
    (re.compile(r"[\d.,e-]+ ?(?:ms|s|min|h)\b"), "<time>"),
    (re.compile(r"\b[\d.,]+ (?:bytes|kB|MB)"), "<size>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b"), "<hash>"),
    (re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?"), "<date>"),
    (re.compile(r"-{3,}|─{3,}"), "---"),
)
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?%?")
pytestmark = pytest.mark.xdist_group("guide")  # it runs once for all of them


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("guide").resolve() / "project"
    folder.mkdir()
    return folder, guide.outputs(folder)


def words(text: str) -> list[str]:
    """The words of an output: without what differs from run to run, and without numbers."""
    for pattern, stand_in in VOLATILE:
        text = pattern.sub(stand_in, text)
    return NUMBER.sub("#", text).split()


def numbers(text: str) -> list[float]:
    """The numbers of an output, but for those that differ from run to run."""
    for pattern, stand_in in VOLATILE:
        text = pattern.sub(stand_in, text)
    return [float(found.rstrip("%")) for found in NUMBER.findall(text)]


def test_every_block_prints_what_it_shows(played: tuple[Path, list[str]]) -> None:
    folder, printed = played
    shown = guide.blocks(TEXT)
    assert len(shown) > 20
    for (code, expected), output in zip(shown, printed, strict=True):
        actual = output.replace(str(folder), "…")
        assert words(actual) == words(expected or ""), f"{code}\nprints now\n{actual}"
        # Versions of scikit-learn and numpy differ in the last digits of a score.
        assert numbers(actual) == pytest.approx(numbers(expected or ""), rel=0.1, abs=0.06), code


def test_every_picture_is_drawn_and_shown(played: tuple[Path, list[str]]) -> None:
    folder, _ = played
    pictures = re.findall(r"!\[[^\]]+\]\(guide/(.+?)\)", TEXT)
    assert len(pictures) >= 4
    for name in pictures:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert (guide.PICTURES / name).is_file()
    assert {file.name for file in guide.PICTURES.iterdir()} == set(pictures)


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", TEXT):
        assert (guide.GUIDE.parent / link).exists(), link


def test_every_function_for_users_is_in_the_guide() -> None:
    used = {
        node.id
        for code, _ in guide.blocks(TEXT)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Name)
    }
    mentioned = {
        name
        for name in vars(specweave)["__all__"]
        if not name.endswith(("Error", "Warning")) and name in TEXT
    }
    functions = {
        name for name in vars(specweave)["__all__"] if name[0].islower() and name[0] != "_"
    }
    assert functions <= mentioned
    assert {"track_experiment", "compare_experiments", "track_grid_search"} <= used


def test_the_readme_leads_to_it() -> None:
    assert "docs/guide.md" in (ROOT / "README.md").read_text(encoding="utf-8")
