"""Names: kept exactly, or refused before anything is made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from specweave import (
    AmbiguousIncrementError,
    IncrementNotFoundError,
    InvalidNameError,
    load_experiment,
    track_experiment,
)

REFUSED = [
    "",
    " ",
    "\t",
    ".",
    "..",
    "../x",
    "a/../../x",
    "a/..",
    "/abs",
    "a\0b",
    "a\nb",
    "\x1b[31m",
]
REFUSED += ["\ud800", "x\udcff", "~", "~root/x"]
KEPT = [
    "run 2026-11-22 10:30",
    "x:y",
    "CON",
    "模型",
    "depth=6, lr=0.1",
    "a/b",
    "-rf",
    "--help",
]
KEPT += ["🚀", "$(id)", "`id`", "'; DROP TABLE", "a*?[b]", "%2e%2e%2fx", "{}", "x" * 200, ".hidden"]
KEPT += ["con.txt", "trailing.", "comparison.md", "e\u0301", "\u00e9", "Model", "model"]


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_name_that_cannot_be_stored_is_refused(name: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InvalidNameError) as caught:
        track_experiment(name)
    assert caught.value.code == -2
    assert str(caught.value)
    made = set(tmp_path.rglob("*")).difference(before)
    assert {path.name for path in made} <= {"experiments", ".numbers", ".gitignore"}


def test_every_other_name_is_kept_exactly_and_apart(experiments: Path) -> None:
    paths = set()
    for name in KEPT:
        exp = track_experiment(name, capture=False)
        exp.log_param("name", name)
        exp.finish()
        assert exp.name == name
        assert exp.path.parent == experiments
        paths.add(exp.path.name.casefold())
    assert len(paths) == len(KEPT)
    for name in KEPT:
        assert load_experiment(name).params["name"] == name


@pytest.mark.parametrize("name", [7, 1.5, b"x", ["a"], True, object()])
def test_name_of_another_type_is_a_type_error(name: Any) -> None:
    with pytest.raises(TypeError, match="name"):
        track_experiment(name)


def test_path_and_str_subclass_are_names() -> None:
    class Hostile(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "../../escape"

        def encode(self, *arguments: Any) -> bytes:
            return b"../../escape"

    assert track_experiment(Path("folder"), capture=False).name == "folder"
    assert track_experiment(Hostile("real"), capture=False).name == "real"


def test_unknown_increment_lists_the_closest(project: Path) -> None:
    with pytest.raises(IncrementNotFoundError) as caught:
        track_experiment("x", increment="0042-recomendation-model")
    assert "0042-recommendation-model" in caught.value.candidates
    assert os.listdir(project / ".specweave" / "increments") == ["0042-recommendation-model"]


def test_several_increments_in_flight_are_listed(project: Path) -> None:
    for name in ("0042-recommendation-model", "0043-other"):
        folder = project / ".specweave" / "increments" / name
        folder.mkdir(exist_ok=True)
        (folder / "metadata.json").write_text(f'{{"id": "{name}", "status": "active"}}')
    with pytest.raises(AmbiguousIncrementError) as caught:
        track_experiment("x")
    assert sorted(caught.value.candidates) == ["0042-recommendation-model", "0043-other"]


@pytest.mark.parametrize("increment", [1.5, True, ["0042"], object()])
def test_increment_of_another_type_is_a_type_error(increment: Any) -> None:
    with pytest.raises(TypeError, match="increment"):
        track_experiment("x", increment=increment)
