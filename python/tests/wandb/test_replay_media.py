"""Media through the real package, offline, and through the stand-in: JSON, paths and bytes.

These differences are meant: the stand-in adds no style sheet of a server to HTML; a medium in a
cell of a table is its JSON where the real one writes the name of its class, whose content only its
server has; what a chart draws stands in the history, not in the configuration; and there is no
``artifact_path``, by which the real server finds a copy of a table.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import public
from specweave_ml.wandb.offline_file.file import OfflineFile
from specweave_ml.wandb.offline_file.records import HistoryRow
from specweave_ml.wandb.runs.history_file import read_lines

pytest.importorskip("wandb")
pytest.importorskip("numpy")
pytest.importorskip("PIL")
load_experiment = public.load("load_experiment")
PATIENCE = 200
OF_A_SERVER = ("artifact_path", "_latest_artifact_path")

SCRIPT = """
import datetime, io, json, pathlib, sys
import numpy as np
import pandas as pd
from PIL import Image as Pillow

chance = np.random.default_rng(0)
pixels = chance.integers(0, 255, (5, 7, 3)).astype("uint8")
Pillow.fromarray(pixels).save("photo.jpg")
pathlib.Path("m.pdb").write_text("ATOM")
pathlib.Path("v.mp4").write_bytes(b"film")
pathlib.Path("a.wav").write_bytes(b"sound")
pathlib.Path("data").mkdir()
pathlib.Path("data/one.txt").write_text("1")
box = {"position": {"middle": [3, 4], "width": 2, "height": 1}, "class_id": 2, "domain": "pixel",
       "box_caption": "cat", "scores": {"p": 0.5}}
truth, scores = [0, 1, 2, 2, 1], chance.dirichlet([1, 1, 1], 5)

run = wandb.init(project="media", name="one", mode="offline")
run.log({
    "rgb": wandb.Image(pixels, caption="c\\u00e4t"),
    "grey": wandb.Image(pixels[:, :, 0] / 255 * 200),
    "rgba": wandb.Image(np.concatenate([pixels, pixels[:, :, :1]], axis=2)),
    "one/channel": wandb.Image(pixels[:, :, :1]),
    "mode": wandb.Image(pixels, mode="L"),
    "jpg": wandb.Image(pixels, file_type="jpg"),
    "pillow": wandb.Image(Pillow.fromarray(pixels)),
    "file": wandb.Image("photo.jpg", caption="of a file"),
    "copy": wandb.Image(wandb.Image(pixels, caption="again")),
    "boxes": wandb.Image(pixels, boxes={"truth": {"box_data": [box], "class_labels": {2: "cat"}}}),
    "masks": wandb.Image(
        pixels, masks={"guess": {"mask_data": chance.integers(0, 3, (5, 7)),
                                 "class_labels": {0: "a", 1: "b", 2: "c"}}}
    ),
    "several": [wandb.Image(pixels, caption="1"), wandb.Image(pixels[:3], caption="2")],
    "histogram": wandb.Histogram([1, 2, 3, 3, 9], num_bins=5),
    "from numpy": wandb.Histogram(np_histogram=np.histogram(chance.normal(size=100), bins=7)),
    "long array": np.arange(100) * 1.5,
    "short array": np.arange(3),
    "points": wandb.Object3D(chance.random((4, 6))),
    "scene": wandb.Object3D({
        "type": "lidar/beta",
        "points": np.array([[0.0, 0, 0], [1, 1, 1]]),
        "boxes": np.array([wandb.box3d(center=(0, 0, 0), size=(2, 3, 4),
                                       orientation=(0.5, 0.1, 0.2, 0.3), color=(1, 2, 3),
                                       label="car", score=0.5)]),
        "vectors": np.array([{"start": [0, 0, 0], "end": [1, 1, 1]}]),
    }),
    "bodies": [wandb.Object3D(chance.random((2, 3))), wandb.Object3D(chance.random((2, 4)))],
    "molecule": wandb.Molecule("m.pdb", caption="m"),
    "molecules": [wandb.Molecule("m.pdb")],
    "film": wandb.Video("v.mp4", caption="v"),
    "films": [wandb.Video("v.mp4"), wandb.Video(io.BytesIO(b"bytes"), format="gif")],
    "sound": wandb.Audio("a.wav", caption="a", sample_rate=3),
    "page": wandb.Html("<b>x</b>", inject=False),
    "pages": [wandb.Html("<b>y</b>", inject=False)],
    "in": {"a": {"group": wandb.Image(pixels)}},
    "table": wandb.Table(
        columns=["n", "t", "l", "d", "time", "none"],
        data=[[1, "x", [1, 2], {"a": 0.5}, 1577836800, None],
              [np.float32(0.5), "\\u00e9", [3], {"a": 1}, 0, None]],
    ),
    "frame": pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
})
same = wandb.Image(pixels[:2])
mutable = wandb.Table(columns=["a"], log_mode="MUTABLE")
fixed = wandb.Table(columns=["a"], data=[[0]])
grows = wandb.Table(columns=["a"], log_mode="INCREMENTAL")
for i in range(3):
    mutable.add_data(i)
    fixed.add_data(i)
    grows.add_data(i)
    run.log({"again": same, "mutable": mutable, "fixed": fixed, "grows": grows})
xy = wandb.Table(columns=["x", "y", "name"], data=[[1, 2.5, "a"], [2, 1.5, "b"]])
run.log({
    "line": wandb.plot.line(xy, "x", "y", stroke="name", title="T"),
    "bar": wandb.plot.bar(wandb.Table(columns=["x", "y"], data=[["a", 1]]), "x", "y"),
    "series": wandb.plot.line_series([[1, 2], [1, 3]], [[3, 4], [5, 6]], title="S", xname="epoch"),
    "matrix": wandb.plot.confusion_matrix(probs=scores, y_true=truth, class_names=["a", "b", "c"]),
    "unnamed": wandb.plot.confusion_matrix(y_true=[3, 5, 5], preds=[5, 5, 3]),
})

artifact = wandb.Artifact("set", "dataset", description="d", metadata={"a": 1, "np": np.int64(2)})
artifact.add_file("photo.jpg")
artifact.add_file("m.pdb", name="deep/er.pdb")
artifact.add_dir("data", name="pre")
with artifact.new_file("new.txt") as file:
    file.write("new")
artifact.add_reference(pathlib.Path("data").resolve().as_uri(), name="ref")
seen = {
    "digest": artifact.digest, "size": artifact.size, "metadata": artifact.metadata,
    "entries": {p: [e.digest, e.size] for p, e in artifact.manifest.entries.items()},
    "name": artifact.name, "type": artifact.type, "repr": repr(artifact),
}
cells = wandb.Table(columns=["n", "s", "b", "l", "d", "t", "none", "im"])
cells.add_data(1, "x", True, [1, 2], {"a": 1}, datetime.datetime(2020, 1, 1), None,
               wandb.Image(pixels, caption="c"))
tables = wandb.Artifact("tables", "dataset")
tables.add(cells, "t")
content = json.loads(
    pathlib.Path(tables.manifest.entries["t.table.json"].local_path).read_text()
)
for row in content["data"]:
    row[7]["path"] = "media/images/….png"
seen["cells"] = content
for bad in (
    "wandb.Artifact('a b', 'x')", "wandb.Table(columns=['a'], data=[[1, 2]])",
    "wandb.Table(columns=['a'], data=[[1], ['x']])", "wandb.Image(np.zeros((2, 2, 7)))",
    "wandb.Image(pixels, masks={'m': {'mask_data': np.full((2, 2), 300)}})",
    "wandb.Histogram([1], num_bins=600)", "wandb.Histogram(np_histogram=([1], [1]))",
    "wandb.Object3D(np.zeros((2, 5)))", "wandb.Molecule('a.txt')", "wandb.Video('a.txt')",
    "wandb.Audio([1, 2])", "artifact.add_file('missing')", "artifact.add_dir('missing')",
    "artifact.add(3, 'x')", "artifact.version", "artifact.download()",
    "artifact.add_file('v.mp4', name='photo.jpg')", "artifact.add_reference('photo.jpg')",
    "artifact.remove('missing')", "wandb.plot.line_series([1], [[1], [2]], keys=['a'])",
    "wandb.plot.confusion_matrix(y_true=[0], preds=[0, 1])",
):
    try:
        exec(bad)
        print(bad, "accepted")
    except Exception as error:
        print(bad, [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"])
run.finish()
pathlib.Path(sys.argv[1]).write_text(json.dumps(seen))
"""


class Replay:
    """What one of the two said and stored."""

    def __init__(self, folder: Path, module: str) -> None:
        self.folder = folder
        script = folder / "script.py"
        script.write_text(f"import {module} as wandb\n{textwrap.dedent(SCRIPT)}", "utf-8")
        environment = {
            **os.environ,
            "SPECWEAVE_WANDB": "local",
            "WANDB_SILENT": "true",
            "WANDB_DIR": str(folder),
            "WANDB_DATA_DIR": str(folder),
            "WANDB_CACHE_DIR": str(folder / "cache"),
            "WANDB_ERROR_REPORTING": "false",
            "GIT_CEILING_DIRECTORIES": str(folder),
        }
        done = subprocess.run(
            [sys.executable, str(script), str(folder / "seen.json")],
            cwd=folder, env=environment, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.printed = done.stdout.splitlines()
        self.seen = json.loads((folder / "seen.json").read_text())


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return Replay(tmp_path_factory.mktemp("real"), "wandb")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    folder = tmp_path_factory.mktemp("ours")
    (folder / ".specweave" / "increments" / "0042-recommendation-model").mkdir(parents=True)
    return Replay(folder, "specweave.wandb")


@pytest.fixture
def theirs(real: Replay) -> list[tuple[str, int | None, Any]]:
    """What the real one has in its history that is no number: key, step and value."""
    (path,) = real.folder.rglob("run-*.wandb")
    return [
        (key, record.step, value)
        for record in OfflineFile(path).records()
        if isinstance(record, HistoryRow)
        for key, value in flattened(record.values)
        if not isinstance(value, (int, float))
    ]


@pytest.fixture
def lines(ours: Replay, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, Any]]:
    """What the stand-in has: key, step and value."""
    monkeypatch.chdir(ours.folder)
    found = read_lines(load_experiment("one").path)
    return [(line["key"], line["step"], line["value"]) for line in found]


def flattened(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return values by their names with dots, without the columns of the real one."""
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) and "_type" not in value:
            found += flattened(value, f"{prefix}{key}.")
        elif prefix or not key.startswith("_"):
            found.append((prefix + key, value))
    return found


def without_server(value: Any) -> Any:
    """Return JSON without what only a server of W&B reads."""
    if isinstance(value, dict):
        return {key: without_server(v) for key, v in value.items() if key not in OF_A_SERVER}
    return value


def test_the_history_is_the_same(theirs: Any, lines: Any) -> None:
    charts = [(key, step) for key, step, value in lines if is_chart(value)]
    kept = [line for line in lines if not is_chart(line[2])]
    assert len(kept) == 46
    by_place = {(key, step): without_server(value) for key, step, value in theirs}
    for key, step, value in kept:
        expected = by_place.pop((key, step))
        if key == "grows":  # the real one names increments by artifacts of its server
            assert len(value.pop("previous_increments_paths")) == len(
                expected.pop("previous_increments_paths")
            )
        assert value == expected, key
    assert by_place == {}
    assert [key for key, _ in charts] == ["line", "bar", "series", "matrix", "unnamed"]


def is_chart(value: Any) -> bool:
    return isinstance(value, dict) and value.get("_type") == "custom-chart"


def test_every_file_has_the_same_bytes(real: Replay, ours: Replay, lines: Any) -> None:
    (files,) = [path for path in real.folder.rglob("files") if path.is_dir()]
    theirs = {path.relative_to(files): path for path in files.glob("media/**/*") if path.is_file()}
    here = load_experiment("one").path
    mine = {path.relative_to(here): path for path in here.glob("media/**/*") if path.is_file()}
    assert sorted(mine) == sorted(theirs)
    assert len(mine) == 43
    assert [path for path in mine if mine[path].read_bytes() != theirs[path].read_bytes()] == []


def test_charts_say_what_the_configuration_of_the_real_one_says(lines: Any) -> None:
    charts = {key: value for key, _, value in lines if is_chart(value)}
    assert charts["line"]["panelDefId"] == "wandb/line/v0"
    assert charts["line"]["fieldSettings"] == {"x": "x", "y": "y", "stroke": "name"}
    assert charts["series"]["stringSettings"] == {"title": "S", "xname": "epoch"}
    assert charts["matrix"]["panelDefId"] == "wandb/confusion_matrix/v1"


def test_artifacts_are_the_same(real: Replay, ours: Replay) -> None:
    for name in ("digest", "size", "metadata", "entries", "name", "type", "repr", "cells"):
        assert ours.seen[name] == real.seen[name], name
    assert len(ours.seen["entries"]) == 5


def test_the_same_is_refused(real: Replay, ours: Replay) -> None:
    assert ours.printed == real.printed
    assert not any(line.endswith("accepted") for line in ours.printed)
