"""``sync_tensorboard=True``: what SummaryWriter writes is in the experiment."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.wandb.runs.history_file import read_lines

load_experiment = public.load("load_experiment")


def points(experiment: Any, key: str) -> list[tuple[int, float]]:
    history = experiment.history(key)
    return list(zip(list(history.steps), list(history.values), strict=True))


@pytest.mark.parametrize("keyword", ["sync_tensorboard", "tensorboard"])
def test_numbers_text_and_files_of_torch(project: Path, keyword: str) -> None:
    writer_of = pytest.importorskip("torch.utils.tensorboard").SummaryWriter
    numpy = pytest.importorskip("numpy")
    run = wandb.init(name="tb", **{keyword: True})
    writer = writer_of("runs/one")
    writer.add_text("hyperparameters", "|lr|0.1|")
    for step in range(0, 30, 10):
        writer.add_scalar("charts/return", step / 2, step)
    writer.add_histogram("weights", numpy.arange(3.0), 10)
    assert points(run.experiment, "charts/return") == [(0, 0.0), (10, 5.0), (20, 10.0)], "at once"
    second = writer_of(str(project / "runs" / "two"))
    second.add_scalar("charts/return", 7.0, 5)
    wandb.log({"own": 1})
    writer.close()
    second.close()
    run.finish()
    after = writer_of("runs/one")
    after.add_scalar("charts/return", 99.0, 99)
    after.close()
    found = load_experiment("tb")
    assert points(found, "charts/return") == [(0, 0.0), (10, 5.0), (20, 10.0)]
    assert points(found, "two/charts/return") == [(5, 7.0)]
    assert points(found, "own") == [(0, 1.0)]
    assert [line["value"] for line in read_lines(found.path)] == ["|lr|0.1|"]
    files = [saved for saved in found.artifacts if saved["path"].startswith("tensorboard/")]
    assert [saved["path"].rpartition("/")[0] for saved in files] == [
        "tensorboard/runs/one", "tensorboard/runs/two",
    ]  # fmt: skip
    data = found.artifact_path(files[0]["path"]).read_bytes()
    assert struct.unpack("<Q", data[:8])[0] < len(data)
    assert b"weights" in data, "what is no number is kept as it was written"


def test_without_it_nothing_is_taken(project: Path) -> None:
    writer_of = pytest.importorskip("torch.utils.tensorboard").SummaryWriter
    with wandb.init(name="plain"):
        writer = writer_of("runs/one")
        writer.add_scalar("a", 1.0, 0)
        writer.close()
    assert dict(load_experiment("plain").metrics) == {}
