"""The tests that the pages of promises name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.c_header import ROOT

NAMED = re.compile(r"`(?:[\w/]+/)?(\w+\.(?:py|swift))(?:::(\w+))?`")
FOLDERS = ("python/tests", "Tests", "tools/tests")


def named(page: str) -> list[tuple[str, str]]:
    """The files, and the functions in them, that a page names."""
    found = NAMED.findall((ROOT / "docs" / page).read_text("utf-8"))
    return [(file, test) for file, test in found if re.search("^test_|Tests?\\.swift$", file)]


def missing(wanted: list[tuple[str, str]]) -> list[str]:
    """Those that are nowhere."""
    files: dict[str, list[Path]] = {}
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            files.setdefault(path.name, []).append(path)
    return [
        f"{file}::{test}"
        for file, test in wanted
        if file not in files
        or (test and not any(f"def {test}(" in path.read_text("utf-8") for path in files[file]))
    ]


@pytest.mark.parametrize(("page", "least"), [("durability.md", 25), ("records/evidence.md", 25)])
def test_every_test_that_a_page_names_exists(page: str, least: int) -> None:
    wanted = named(page)
    assert len(wanted) >= least
    assert missing(wanted) == []


def test_a_test_that_is_not_there_is_noticed() -> None:
    wanted = [("test_nothing.py", ""), ("test_named_tests.py", "test_nothing")]
    assert missing(wanted) == ["test_nothing.py::", "test_named_tests.py::test_nothing"]
