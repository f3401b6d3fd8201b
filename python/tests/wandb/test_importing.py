"""Offline runs that Weights & Biases wrote, imported without it."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import (
    FormatError,
    check_store,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

pytest.importorskip("wandb")

EVERYTHING = """
    import math
    import numpy as np
    import wandb

    run = wandb.init(
        project="churn", name="größtes", id="abc123", config={"lr": 0.1, "deep": {"a": [1, None]}},
        tags=["best", "x"], notes="why", group="g", job_type="train",
    )
    run.define_metric("eval/*", step_metric="epoch")
    run.define_metric("loss", summary="min")
    for step in range(20):
        run.log({"loss": 1 / (step + 1), "nest": {"a": step, "text": "t"}})
        if step % 5 == 4:
            run.log({"eval/acc": step / 20, "epoch": step // 5})
    run.log({"nan": math.nan, "inf": -math.inf, "image": wandb.Image(np.zeros((4, 4), "uint8"))})
    run.log({"histogram": wandb.Histogram([1, 2, 3])})
    run.config.update({"late": 5})
    run.summary["best"] = 0.99
    run.summary["word"] = "yes"
    print("said to the console")
    artifact = wandb.Artifact("data", type="dataset", metadata={"k": 1})
    with open("f.txt", "w") as file:
        file.write("f")
    artifact.add_file("f.txt")
    run.log_artifact(artifact)
    run.finish(exit_code=EXIT)
"""


def written(code: str, folder: Path) -> Path:
    """Run a program that logs offline, and return the folder with its runs."""
    folder.mkdir(exist_ok=True)
    own = {
        f"WANDB_{name}_DIR": str(folder / name.lower())
        for name in ("DATA", "CACHE", "CONFIG", "ARTIFACT")
    }
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=folder, check=True, timeout=200,
        env={**os.environ, **own, "WANDB_MODE": "offline", "WANDB_SILENT": "true"},
    )  # fmt: skip
    return folder / "wandb"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run that has one of everything."""
    return written(EVERYTHING.replace("EXIT", "0"), tmp_path_factory.mktemp("everything"))


def values_of(experiment: Any, key: str) -> list[tuple[int, Any]]:
    lines = experiment.artifact_path("history.jsonl").read_text("utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return [(one["step"], one["value"]) for one in entries if one["key"] == key]


def test_everything_of_a_run(everything: Path) -> None:
    (found,) = find_foreign_experiments(everything)
    assert (found.kind, found.runs) == ("wandb", 1)
    report = import_experiments(everything)
    assert report.ok
    assert report.points == report.points_equal
    run = load_experiment("größtes")
    assert run.params == {"lr": 0.1, "deep": {"a": [1, None]}, "late": 5}
    assert run.tags == ["best", "x"]
    assert run.status == "completed"
    assert run.facts["about"]["description"] == "why"
    assert {key: run.facts["wandb"][key] for key in ("id", "project", "group", "job_type")} == {
        "id": "abc123", "project": "churn", "group": "g", "job_type": "train",
    }  # fmt: skip
    loss = run.history("loss")
    assert list(loss.values) == [1 / (step + 1) for step in range(20)]
    assert list(loss.steps) == [step + step // 5 for step in range(20)]
    assert all(later >= earlier for earlier, later in zip(loss.times, loss.times[1:], strict=False))
    accuracy = run.history("eval/acc")
    assert list(accuracy.steps) == [0, 1, 2, 3]
    assert list(accuracy.values) == [0.2, 0.45, 0.7, 0.95]
    assert run.metrics["nest.a"] == 19
    assert math.isnan(run.metrics["nan"])
    assert run.metrics["inf"] == -math.inf
    assert run.metrics["best"] == 0.99
    assert run.facts["wandb.summary"] == {"best": 0.99, "word": "yes", "loss": {"min": 0.05}}
    assert values_of(run, "nest.text")[0] == (0, "t")
    ((_, image),) = values_of(run, "image")
    assert run.artifact_path(image["path"]).read_bytes()[:4] == b"\x89PNG"
    ((_, histogram),) = values_of(run, "histogram")
    assert sum(histogram["values"]) == 3
    shown = [(one.key, one.step) for one in run.event_values(kind="histogram")]
    assert shown == [("histogram", 25)]
    assert "said to the console" in (run.path / "output.log").read_text()
    data = run.facts["wandb_artifacts"]["data"]
    assert (data["type"], data["metadata"], list(data["files"])) == ("dataset", {"k": 1}, ["f.txt"])
    assert run.artifact_path("wandb-artifacts/data/f.txt").read_text() == "f"
    assert check_store(artifacts=True).healthy
    assert not import_experiments(everything).runs[0].changed


def test_a_torn_end_gives_what_was_whole_and_grows_later(everything: Path, tmp_path: Path) -> None:
    (source,) = everything.rglob("*.wandb")
    content = source.read_bytes()
    folder = tmp_path / "wandb" / source.parent.name
    folder.mkdir(parents=True)
    file = folder / source.name
    points = 0
    for part in (0.5, 0.6, 0.7, 1):
        file.write_bytes(content[: int(len(content) * part)])
        report = import_experiments(tmp_path / "wandb")
        assert report.ok
        (run,) = report.runs
        assert (run.is_new, run.points_equal) == (part == 0.5, run.points)
        assert points <= run.points
        assert (len(run.left_out) > 1) == (part < 1) or len(run.left_out) == 1
        points = run.points
        assert load_experiment("größtes").status == ("completed" if part == 1 else "unknown")
    assert list(load_experiment("größtes").history("loss").values)[-1] == 0.05
    assert len(list_experiments()) == 1


def test_damage_in_the_middle_is_named_with_its_byte(everything: Path, tmp_path: Path) -> None:
    (source,) = everything.rglob("*.wandb")
    content = bytearray(source.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = b"\xff" * 40
    file = tmp_path / source.name
    file.write_bytes(content)
    report = import_experiments(file)
    assert not report.ok
    assert report.equal
    assert f"{file}: byte " in report.all_problems[0]
    assert load_experiment("größtes").params["lr"] == 0.1


@pytest.mark.parametrize("content", [b"", b":W&B", b":W&B\xe1\xbe\x09", b"no such file"])
def test_what_is_no_file_of_a_run(project: Path, content: bytes, experiments: Path) -> None:
    Path("run-x.wandb").write_bytes(content)
    with pytest.raises(FormatError, match=r"run-x\.wandb") as caught:
        import_experiments("run-x.wandb", kind="wandb")
    assert "byte" in str(caught.value) or "empty" in str(caught.value)
    assert not experiments.exists()


def test_failed_and_killed_runs(tmp_path: Path) -> None:
    failed = written(EVERYTHING.replace("EXIT", "3"), tmp_path / "failed")
    assert import_experiments(failed).ok
    assert load_experiment("größtes").status == "failed"
    code = """
        import os, time, wandb
        run = wandb.init(project="churn", id="killed")
        for step in range(10):
            run.log({"x": step}, step=2 * step)
        time.sleep(20)
        os._exit(9)
    """
    with pytest.raises(subprocess.CalledProcessError):
        written(code, tmp_path / "killed")
    report = import_experiments(tmp_path / "killed" / "wandb")
    assert report.ok
    if not report.runs:  # older versions write later
        assert "its program ended before it wrote anything" in report.left_out[0]
        return
    history = load_experiment("killed").history("x")
    assert list(history.steps) == list(range(0, 2 * len(history), 2))
    assert load_experiment("killed").status == "unknown"


def test_a_run_that_was_continued_is_one_experiment(tmp_path: Path) -> None:
    code = """
        import time, wandb
        for part in range(2):
            run = wandb.init(project="churn", id="same", resume="allow", config={f"p{part}": part})
            for step in range(3):
                run.log({"x": 10 * part + step}, step=3 * part + step)
            run.finish()
            time.sleep(1.1)
    """
    report = import_experiments(written(code, tmp_path / "resumed"))
    assert report.ok
    assert len(report.runs) == 1
    experiment = load_experiment("same")
    assert list(experiment.history("x").values) == [0, 1, 2, 10, 11, 12]
    assert experiment.params == {"p0": 0, "p1": 1}
