"""Names that are hard for a file system are kept exactly, listed, found, drawn by TensorBoard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

from specweave import list_experiments, load_experiment, track_experiment
from specweave_ml.errors import InvalidNameError

NAMES = [
    "run 2026-11-22 10:30",
    "x:y",
    "CON",
    "con",
    "nul.txt",
    "模型",
    "depth=6, lr=0.1",
    "a/b",
    "a\\b",
    "a b ",
    " a b",
    "ends.",
    ".hidden",
    "-rf",
    "--help",
    "~x",
    "$(id)",
    "`id`; rm *",
    "%s {} %2F",
    "quotes \" and '",
    "<b>&amp;",
    "tab|pipe?*",
    "params.json",
    "writers",
    "_archive",
    "comparison.md",
    "e\u0301",
    "\u00e9",
    "E\u0301",
    "straße",
    "STRASSE",
    "ﬁle",
    "😀" * 40,
    "n" * 300,
    "n" * 300 + "x",
    "'; DROP TABLE runs; --",
    "[a-z]",
    "0042",
]

REFUSED = [
    "~",
    "",
    ".",
    "..",
    "/etc",
    "../x",
    "a/../b",
    "a\0b",
    "a\nb",
    "\x07",
    "\ud800",
    "a/..",
    "\u202eabc",
    "a\u2028b",
]


def test_every_name_is_logged_listed_loaded_and_drawn(experiments: Path) -> None:
    for number, name in enumerate(NAMES):
        with track_experiment(name, capture=False) as exp:
            exp.log_metric("loss", float(number), step=3)
            exp.save_artifact("note.txt", name)

    listed = list_experiments()
    assert [exp.name for exp in listed] == NAMES
    folders = [exp.path.name for exp in listed]
    assert len({name.casefold() for name in folders}) == len(NAMES)
    assert sorted(path.name for path in experiments.iterdir() if path.is_dir()) == sorted(
        [*folders, ".numbers"]
    )
    for number, (name, folder) in enumerate(zip(NAMES, folders, strict=True)):
        exp = load_experiment(name)
        assert exp.name == name
        assert exp.metrics["loss"] == number
        assert exp.load_artifact("note.txt") == name
        assert len(folder.encode()) <= 100
        assert re.search(r'[<>:"/\\|?*\x00-\x1f]|[. ]$', folder) is None

    runs = EventMultiplexer().AddRunsFromDirectory(str(experiments)).Reload()
    shown = {run: runs.Scalars(run, "loss") for run in runs.Runs()}
    assert sorted(shown) == sorted(folders)
    for number, folder in enumerate(folders):
        assert [(point.step, point.value) for point in shown[folder]] == [(3, float(number))]


@pytest.mark.parametrize("name", ["loss/train", "损失", "a b", "x" * 5000, "a\nb", "\ud800", "😀"])
def test_every_metric_key_is_kept_and_drawn(name: str) -> None:
    with track_experiment("keys", capture=False) as exp:
        exp.log_metric(name, 0.5)

    loaded = load_experiment(exp.path)
    assert [point.value for point in loaded.history(name)] == [0.5]
    reader = EventAccumulator(str(exp.path)).Reload()
    (tag,) = reader.Tags()["scalars"]
    assert [point.value for point in reader.Scalars(tag)] == [0.5]


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_escape_are_refused_and_leave_no_experiment(name: str, project: Path) -> None:
    before = set(project.parent.rglob("*"))
    with pytest.raises(InvalidNameError):
        track_experiment(name)
    left = {path.name for path in project.parent.rglob("*") if path not in before}
    assert left <= {"experiments", ".numbers", ".gitignore"}
