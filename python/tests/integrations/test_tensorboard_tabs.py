"""TensorBoard's own servers show histograms, texts, images and the settings of every experiment."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression

from specweave import load_experiment, track_experiment, track_grid_search
from support.tensorboard_server import ask, server

STATUS = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]
LOADERS = pytest.mark.parametrize("load_fast", ["true", "false"])


def plugin(scalars: str, name: str) -> str:
    """The address of a plugin, from that of the scalars."""
    return scalars.replace("scalars", name)


def read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
        return bytes(answer.read())


def sessions(address: str, count: int) -> dict[str, dict[str, Any]]:
    """What the HParams tab shows of each run."""
    hparams = plugin(address, "hparams")
    request = {
        "experimentName": "",
        "allowedStatuses": STATUS,
        "colParams": [],
        "startIndex": 0,
        "sliceSize": 1000,
    }
    answer = ask(
        f"{hparams}/session_groups",
        lambda answer: len(answer.get("sessionGroups", ())) == count,
        body=request,
    )
    return {group["name"]: group for group in answer["sessionGroups"]}


def status(group: dict[str, Any]) -> str:
    return str(group["sessions"][0].get("status", "STATUS_UNKNOWN"))


@LOADERS
def test_the_settings_of_every_experiment_are_in_the_hparams_tab(
    experiments: Path, load_fast: str
) -> None:
    params = {"lr": 0.1, "layers": 3, "name": "adam", "nested": {"deep": True}, "sizes": [1, 2]}
    with track_experiment("good", params=params, capture=False) as good:
        good.log_metric("auc", 0.5)
        good.log_metric("auc", 0.75)
        good.log_param("after the metrics", "too")
    bad = track_experiment("bad", params={"lr": float("nan")}, capture=False)
    bad.log_metric("auc", float("nan"))
    bad.finish("failed")
    late = load_experiment("bad")
    late.log_param("later", 2**60 + 1)
    late.close()
    with server(experiments, load_fast) as address:
        found = sessions(address, 2)
        infos = ask(
            f"{plugin(address, 'hparams')}/experiment",
            lambda answer: "hparamInfos" in answer,
            body={"experimentName": ""},
        )
    assert found["good"]["hparams"] == {
        "lr": 0.1,
        "layers": 3.0,
        "name": "adam",
        "nested.deep": True,
        "sizes": "[1, 2]",
        "after the metrics": "too",
    }
    assert found["bad"]["hparams"] == {"lr": "NaN", "later": str(2**60 + 1)}
    assert (status(found["good"]), status(found["bad"])) == ("STATUS_SUCCESS", "STATUS_FAILURE")
    session = found["good"]["sessions"][0]
    assert session["startTimeSecs"] == pytest.approx(good.created.timestamp(), abs=1e-3)
    assert session["endTimeSecs"] >= session["startTimeSecs"]
    assert [value["value"] for value in session["metricValues"]] == [0.75]
    types = {info["name"]: info.get("type") for info in infos["hparamInfos"]}
    assert types["layers"] == "DATA_TYPE_FLOAT64"
    assert types["nested.deep"] == "DATA_TYPE_BOOL"
    assert types["name"] == "DATA_TYPE_STRING"


@LOADERS
def test_a_resumed_experiment_ends_as_it_did_at_last(experiments: Path, load_fast: str) -> None:
    first = track_experiment("run", params={"lr": 0.1}, capture=False)
    first.log_metric("auc", 0.5)
    first.finish("failed")
    with track_experiment("run", params={"lr": 0.2}, resume=True, capture=False) as second:
        second.log_metric("auc", 0.75)
    with server(experiments, load_fast) as address:
        found = sessions(address, 1)["run"]
    assert found["hparams"] == {"lr": 0.2}
    assert status(found) == "STATUS_SUCCESS"


def test_a_sweep_is_there_with_its_combinations(experiments: Path) -> None:
    points = np.random.default_rng(0).normal(size=(60, 3))
    labels = (points.sum(axis=1) > 0).astype(int)
    _, results = track_grid_search(
        LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, points, labels, name="grid", cv=3,
        progress=False,
    )  # fmt: skip
    with server(experiments) as address:
        found = sessions(address, 4)
    combinations = {name: group for name, group in found.items() if name != "grid"}
    assert {group["hparams"]["C"] for group in combinations.values()} == {0.1, 1.0, 10.0}
    for name, group in combinations.items():
        child = next(child for child in results if f"grid/{child.path.name}" == name)
        values = {
            value["name"]["tag"]: value["value"] for value in group["sessions"][0]["metricValues"]
        }
        for key, value in child.metrics.items():
            assert values[key] == pytest.approx(value, rel=1e-6)


@LOADERS
def test_histograms_texts_and_images_are_in_their_tabs(experiments: Path, load_fast: str) -> None:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    pixels = np.zeros((5, 7, 3), dtype=np.uint8)
    table = "  a   b\n``` x\n1.0 2.0"
    with track_experiment("run", capture=False) as exp:
        exp.log_histogram("weights", [0, 1, 2, 3, 4, 4], step=3, buckets=4)
        exp.log_histogram("weights", counts=[1, 0, 2], edges=[0, 1, 2, 3], step=4)
        exp.log_metric("loss", 0.5)
        exp.log_text("report", table)
        exp.log_text("card.md", "# Title\n\n*emphasis*")
        exp.log_figure("curve", figure, tensorboard=True)
        exp.log_figure("drawing.svg", figure, tensorboard=True)
        exp.log_figure("pixels", pixels, step=2, tensorboard=True)
        exp.log_figure("not shown", pixels)
    with server(experiments, load_fast) as address:
        histograms = ask(
            f"{plugin(address, 'histograms')}/histograms?run=run&tag=weights",
            lambda answer: len(answer) == 2,
        )
        assert [step for _, step, _ in histograms] == [3, 4]
        assert histograms[0][2] == [[0, 1, 1], [1, 2, 1], [2, 3, 1], [3, 4, 3]]
        assert histograms[1][2] == [[0, 1, 1], [1, 2, 0], [2, 3, 2]]
        texts = plugin(address, "text")
        report = ask(f"{texts}/text?run=run&tag=report", lambda answer: len(answer) == 1)
        assert f"<code>{table}\n</code>" in report[0]["text"]
        card = ask(f"{texts}/text?run=run&tag=card.md", lambda answer: len(answer) == 1)
        assert "<h1>Title</h1>" in card[0]["text"]
        assert "<em>emphasis</em>" in card[0]["text"]
        images = plugin(address, "images")
        tags = ask(f"{images}/tags", lambda answer: "run" in answer)
        assert set(tags["run"]) == {"curve", "drawing.svg", "pixels"}
        for tag, file, step in (
            ("curve", "curve.png", 0),
            ("pixels", "pixels/step-000002.png", 2),
        ):
            [listed] = ask(f"{images}/images?run=run&tag={tag}", lambda answer: len(answer) == 1)
            assert listed["step"] == step
            assert read(f"{images}/individualImage?{listed['query']}") == (
                exp.artifact_path(file).read_bytes()
            )
        scalars = ask(f"{address}/tags", lambda answer: "run" in answer)
        assert set(scalars["run"]) == {"loss"}


RUNNING = """
import time
from specweave import track_experiment
exp = track_experiment("live", params={"lr": 0.1}, capture=False)
while True:
    exp.log_metric("loss", 0.5)
    time.sleep(0.1)
"""


def test_an_experiment_that_runs_is_in_the_hparams_tab(experiments: Path, project: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", RUNNING], cwd=project) as program:
        try:
            with server(experiments) as address:
                found = sessions(address, 1)["live"]
            assert program.poll() is None
        finally:
            program.kill()
    assert found["hparams"] == {"lr": 0.1}
    assert status(found) == "STATUS_UNKNOWN"
    live = load_experiment("live")
    assert live.status == "crashed"
    assert live.params == {"lr": 0.1}
