"""Repositories that Aim has written."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import (
    FormatError,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # Aim's own
    pytest.mark.skipif(sys.version_info >= (3, 13), reason="there is no Aim for it"),
]
PROGRAM = """
import warnings
warnings.simplefilter("ignore")
import os, sys
import aim
import numpy as np
run = aim.Run(repo=".", experiment="churn", system_tracking_interval=None, log_system_params=True)
run.name, run.description = "baseline", "the first"
run["hparams"] = {"lr": 0.1, "layers": [1, 2], "flag": True, "none": None}
run["best"] = 3
run.add_tag("good")
for step in range(10):
    run.track(1 / (step + 1), name="loss", step=step, epoch=step // 5, context={"subset": "train"})
    run.track(2 / (step + 1), name="loss", step=step, context={"subset": "val"})
    run.track(step, name="plain", step=10 * step)
run.track(float("nan"), name="odd", step=0)
run.track(float("inf"), name="odd", step=1)
image = aim.Image(np.zeros((4, 4, 3), dtype="uint8"), caption="a digit")
run.track(image, name="digit", step=2)
run.track([image, image], name="pair", step=3)
run.track(aim.Text("hello"), name="text", step=4)
run.track(aim.Distribution(np.arange(16.0), bin_count=4), name="weights", step=5)
run.track(aim.Audio(np.zeros(80, dtype="int16"), rate=8000, format="wav"), name="sound", step=6)
run.log_warning("careful")
with open("model.txt", "w") as file:
    file.write("a model")
os.mkdir("artifacts")
run.set_artifacts_uri("file://" + os.path.abspath("artifacts"))
run.log_artifact("model.txt", name="model", block=True)
run.close()
other = aim.Run(repo=".", experiment="churn", system_tracking_interval=None)
other["lr"] = 0.2
other.track(1.5, name="loss", step=0)
other.archived = True
other.close()
killed = aim.Run(repo=".", system_tracking_interval=None)
killed.name = "killed"
killed.track(0.5, name="loss", step=0)
sys.stdout.flush()
os._exit(9)
"""


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program, which no test changes."""
    folder = tmp_path_factory.mktemp("tracked")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 9, done.stderr
    return folder


def content_of(folder: Path) -> dict[str, Any]:
    """Return a digest and the time of every file of a folder."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_everything_of_a_run(tracked: Path) -> None:
    before = content_of(tracked)
    report = import_experiments(tracked / ".aim")
    assert content_of(tracked) == before
    assert report.ok, report
    assert report.equal
    experiment = load_experiment("baseline")
    assert experiment.params == {
        "hparams": {"lr": 0.1, "layers": [1, 2], "flag": True, "none": None}, "best": 3
    }  # fmt: skip
    train = experiment.history("loss/subset=train")
    assert list(train.steps) == list(range(10))
    assert list(train.values) == [1 / (step + 1) for step in range(10)]
    assert sorted(train.times) == list(train.times)
    assert list(experiment.history("loss/subset=train/epoch").values) == [0] * 5 + [1] * 5
    assert list(experiment.history("loss/subset=val").values) == [2 / (n + 1) for n in range(10)]
    assert list(experiment.history("plain").steps) == list(range(0, 100, 10))
    assert math.isnan(experiment.history("odd").values[0])
    assert experiment.history("odd").values[1] == math.inf
    assert experiment.tags == ["good"]
    assert experiment.status == "completed"
    assert experiment.facts["about"]["description"] == "the first"
    assert experiment.facts["aim"]["experiment"] == "churn"
    assert experiment.facts["aim"]["contexts"]["loss/subset=val"] == {
        "name": "loss", "context": {"subset": "val"}
    }  # fmt: skip
    assert len(report.left_out) == 1
    assert "variables of the environment" in report.left_out[0]
    assert "PATH" not in json.dumps(experiment.facts)


def test_values_and_files(tracked: Path) -> None:
    import_experiments(tracked / ".aim")
    experiment = load_experiment("baseline")
    lines = experiment.artifact_path("history.jsonl").read_text().splitlines()
    values = {(one["key"], one["step"]): one["value"] for one in map(json.loads, lines)}
    assert values["text", 4] == "hello"
    assert values["weights", 5] == {
        "_type": "histogram", "bins": [0.0, 3.75, 7.5, 11.25, 15.0], "values": [4.0, 4.0, 4.0, 4.0]
    }  # fmt: skip
    assert values["__log_records", 0]["message"] == "careful"
    names = [one["path"] for one in experiment.artifacts]
    for name in ("digit/step-000002.png", "pair/step-000003-0.png", "pair/step-000003-1.png"):
        assert f"media/{name}" in names
        assert experiment.artifact_path(f"media/{name}").read_bytes().startswith(b"\x89PNG")
    assert experiment.artifact_path("media/sound/step-000006.wav").read_bytes()[:4] == b"RIFF"
    details = {one["path"]: one["details"] for one in experiment.artifacts}
    assert details["media/digit/step-000002.png"]["caption"] == "a digit"
    kept = next(name for name in names if name.endswith("/model"))
    assert experiment.artifact_path(kept).read_text() == "a model"


def test_archived_and_killed_runs(tracked: Path) -> None:
    import_experiments(tracked / ".aim")
    assert sorted(one.name for one in list_experiments()) == ["baseline", "killed"]
    archived = [one for one in list_experiments(archived=True) if one.params.get("lr") == 0.2]
    assert len(archived) == 1
    assert archived[0].metrics["loss"] == 1.5
    killed = load_experiment("killed")
    assert killed.status == "unknown"
    assert list(killed.history("loss").values) == [0.5]


def test_twice_brings_nothing_twice_also_from_a_copy(tracked: Path, project: Path) -> None:
    import shutil

    import_experiments(tracked / ".aim")
    assert not any(run.changed for run in import_experiments(tracked / ".aim").runs)
    shutil.copytree(tracked / ".aim", "moved/.aim")
    assert not any(run.changed for run in import_experiments("moved/.aim").runs)
    assert [(s.path, s.kind, s.runs) for s in find_foreign_experiments()] == [
        ("moved/.aim", "aim", 3)
    ]
    assert not any(run.changed for run in import_experiments("moved", kind="aim").runs)


def test_a_run_whose_data_is_damaged_keeps_no_other_from_it(tracked: Path, project: Path) -> None:
    import shutil

    shutil.copytree(tracked / ".aim", ".aim")
    with sqlite3.connect(".aim/run_metadata.sqlite") as connection:
        (run,) = connection.execute("SELECT hash FROM run WHERE name = 'baseline'").fetchone()
    connection.close()
    for path in Path(f".aim/meta/chunks/{run}").iterdir():
        path.write_bytes(b"damaged")
    report = import_experiments(".aim")
    assert report.equal
    assert any(f"run {run}: " in problem for problem in report.all_problems)
    assert list(load_experiment("killed").history("loss").values) == [0.5]


def test_what_is_no_repository(project: Path) -> None:
    Path(".aim").mkdir()
    Path(".aim/run_metadata.sqlite").write_text("nothing")
    with pytest.raises(FormatError, match=r"run_metadata\.sqlite: byte 0: it is no database"):
        import_experiments(".aim", kind="aim")
    Path("empty").mkdir()
    with pytest.raises(FormatError, match=r"no \.aim/run_metadata\.sqlite is in it"):
        import_experiments("empty", kind="aim")
    assert len(list_experiments()) == 0


def test_without_aim_it_is_said_what_to_install(
    tracked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from specweave_ml import MissingExtraError

    monkeypatch.setitem(sys.modules, "aim", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'specweave-ml\[aim\]'"):
        import_experiments(tracked / ".aim")
    assert len(list_experiments()) == 0
