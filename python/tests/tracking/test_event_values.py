"""Histograms, texts and images in the event file: logged, kept, read back."""

from __future__ import annotations

import io
import os
import warnings
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.histogram.summary_v2 import histogram_pb

from specweave import (
    NotFoundError,
    SerialisationError,
    TrackingWarning,
    load_experiment,
    track_experiment,
)
from specweave_ml.values.series import flat_doubles

RANDOM = np.random.default_rng(7)


@pytest.mark.parametrize(
    "values",
    [
        RANDOM.normal(size=1000),
        RANDOM.integers(-5, 5, size=(4, 5, 6)),
        RANDOM.random(100).astype(np.float32),
        np.full(3, 2.5),
        np.zeros(0),
        np.arange(31) / 10,
    ],
    ids=["normal", "integers", "float32", "equal", "empty", "edges"],
)
@pytest.mark.parametrize("buckets", [1, 30, 64])
def test_values_are_counted_as_tensorboard_counts_them(values: Any, buckets: int) -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_histogram("h", values, buckets=buckets)
    [found] = exp.event_values("h")
    ours = Summary.Value.FromString(found.summary)
    theirs = histogram_pb("h", values, buckets=buckets).value[0]
    assert ours.metadata.plugin_data == theirs.metadata.plugin_data
    rows = [
        np.frombuffer(each.tensor.tensor_content, dtype=np.float64).reshape(-1, 3)
        if each.tensor.tensor_content
        else np.array(each.tensor.double_val).repeat(buckets * 3).reshape(-1, 3)
        for each in (ours, theirs)
    ]
    assert np.array_equal(rows[0], rows[1])
    assert ours.tensor.tensor_shape == theirs.tensor.tensor_shape


def test_a_histogram_comes_back_with_its_step_and_time() -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_histogram("h", [1, 2, 3, float("nan"), float("-inf")], buckets=2)
        exp.log_histogram("h", counts=[3, 0.5], edges=[0, 1, 4], step=10, time=1000.5)
        exp.log_histogram("h", counts=(1,), edges=(0, 1), time=datetime.now(timezone.utc))
    first, second, third = load_experiment("x").histogram("h")
    assert (first.edges, first.counts, first.not_finite) == ([1, 2, 3], [1, 2], 2)
    assert (second.edges, second.counts, second.not_finite) == ([0, 1, 4], [3, 0.5], 0)
    assert [found.step for found in (first, second, third)] == [0, 10, 11]
    assert second.time == datetime.fromtimestamp(1000.5, timezone.utc)
    assert first.time <= third.time
    assert exp.dropped == 0


class Tensor:
    """A tensor as torch has it, where numpy is not there."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def tolist(self) -> Any:
        return self.values


@pytest.mark.parametrize(
    "values",
    [
        [[1, 2], [3.0]],
        ((1, 2), 3),
        range(1, 4),
        (number for number in (1, 2, 3)),
        np.array([[1, 2, 3]], dtype=np.float16),
        np.array([1, 2, 3], dtype=object),
        [np.array([1, 2]), np.float32(3)],
        Tensor([[1, 2], [3]]),
    ],
)
def test_numbers_in_any_form_are_taken(values: Any) -> None:
    assert list(flat_doubles(values)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"values": "abc"}, "'abc' are not numbers"),
        ({"values": {"a": 1}}, "are not numbers"),
        ({"values": [1, "b"]}, "'b'"),
        ({"values": [1j]}, "not a number"),
        ({"values": 5}, "are not numbers"),
        ({}, "give either values, or counts and edges"),
        ({"values": [1], "counts": [1], "edges": [0, 1]}, "give either values"),
        ({"counts": [1]}, "counts and edges belong together"),
        ({"counts": [1, 2], "edges": [0, 1]}, "2 counts need 3 edges, not 2"),
        ({"counts": [1], "edges": [1, 0]}, "less than the one before it"),
        ({"counts": [-1], "edges": [0, 1]}, "count 0 is -1"),
        ({"counts": [1], "edges": [0, float("inf")]}, "edge 1 is inf"),
        ({"values": [1], "buckets": 0}, "buckets is an integer of at least 1"),
        ({"values": [1], "buckets": 10**6}, "1000000 buckets"),
        ({"values": [1], "step": "soon"}, "step"),
        ({"values": [1], "time": "soon"}, "soon"),
        ({"key": "", "values": [1]}, "empty"),
    ],
)
def test_what_is_no_histogram_is_refused_and_training_goes_on(
    arguments: dict[str, Any], reason: str
) -> None:
    given = {"key": "h", **arguments}
    with track_experiment("x", capture=False) as exp:
        with pytest.warns(TrackingWarning, match="was not recorded") as caught:
            exp.log_histogram(**given)
        assert reason in str(caught[0].message)
        assert exp.dropped == 1
        assert list(exp.event_values()) == []
    strict = track_experiment("y", capture=False, strict=True)
    with pytest.raises(Exception, match=r"."):
        strict.log_histogram(**given)
    strict.finish()


def test_what_was_logged_survives_a_kill(run: Any) -> None:
    done = run(
        """
        import os, signal
        from specweave import track_experiment

        exp = track_experiment("x", capture=False)
        for step in range(100):
            exp.log_metric("loss", step)
            exp.log_histogram("h", [step, step + 1])
            exp.log_text("t", f"text {step}", step=step)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert done.returncode == -9
    exp = load_experiment("x")
    assert [found.edges[0] for found in exp.histogram("h")] == list(range(100))
    assert [found.step for found in exp.event_values("t")] == list(range(100))
    assert list(exp.history("loss").values) == list(range(100))


def test_a_hot_loop_keeps_its_order_and_its_points() -> None:
    with track_experiment("x", capture=False) as exp:
        for step in range(5000):
            exp.log_metric("loss", step, step)
            if step % 1000 == 0:
                exp.log_histogram("h", [step], step)
    assert list(exp.history("loss").values) == list(range(5000))
    assert [found.step for found in exp.histogram("h")] == [0, 1000, 2000, 3000, 4000]
    assert exp.metrics == {"loss": 4999}


def test_text_is_shown_as_it_is_and_markdown_as_markdown() -> None:
    with track_experiment("x", capture=False) as exp:
        assert exp.log_text("a", "x ``` y") == "a.txt"
        assert exp.log_text("b.md", "# x", step=3) == "b/step-000003.md"
        exp.log_text("large", "x" * 70_000)
        exp.log_text("wanted", "x" * 70_000, tensorboard=True)
        exp.log_text("quiet", "x", tensorboard=False)
    found = {value.key: value for value in exp.event_values(kind="text")}
    assert set(found) == {"a", "b.md", "wanted"}
    assert found["a"].value == "````\nx ``` y\n````\n"
    assert (found["b.md"].value, found["b.md"].step) == ("# x", 3)
    assert exp.dropped == 0


def test_what_is_too_large_for_tensorboard_is_still_an_artifact() -> None:
    text = "x" * (9 << 20)
    with track_experiment("x", capture=False) as exp:
        with pytest.warns(TrackingWarning, match="text 'a' for TensorBoard was not recorded"):
            assert exp.log_text("a", text, tensorboard=True) == "a.txt"
        assert exp.artifact_path("a.txt").stat().st_size == len(text)


def test_an_image_is_the_file_that_was_saved() -> None:
    pixels = RANDOM.integers(0, 255, size=(5, 7, 3), dtype=np.uint8)
    with track_experiment("x", capture=False) as exp:
        exp.log_figure("a", pixels, tensorboard=True)
        exp.log_figure("b.bmp", pixels, step=4, tensorboard=True)
        exp.log_figure("c", pixels)
    first, second = exp.event_values(kind="image")
    assert first.value == exp.artifact_path("a.png").read_bytes()
    assert (second.key, second.step) == ("b.bmp", 4)
    assert isinstance(second.value, bytes)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(second.value))), pixels)
    size = Summary.Value.FromString(first.summary).tensor.string_val[:2]
    assert list(size) == [b"7", b"5"]


def test_what_does_not_exist_is_said() -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_histogram("weights", [1])
        exp.log_metric("loss", 1)
    with pytest.raises(NotFoundError, match="has no histogram 'weight'") as caught:
        exp.histogram("weight")
    assert list(caught.value.candidates) == ["weights"]
    with pytest.raises(NotFoundError, match="has no value 'loss'"):
        exp.event_values("loss")


def test_a_worker_has_its_own(run: Any) -> None:
    done = run(
        """
        import os
        from specweave import track_experiment

        with track_experiment("x", capture=False) as exp:
            exp.log_histogram("h", [1])
            if os.fork() == 0:
                exp.log_histogram("h", [2, 3])
                os._exit(0)
            os.wait()
        """
    )
    assert done.returncode == 0, done.stderr
    exp = load_experiment("x")
    assert [(found.step, found.writer) for found in exp.event_values("h")] == [(0, 0), (0, 1)]


def test_nothing_is_warned_of_in_an_ordinary_run() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with track_experiment("x", capture=False) as exp:
            exp.log_histogram("h", [])
            exp.log_text("t", "")
    assert exp.histogram("h")[0].counts == [0.0] * 30


def test_a_large_event_file_stays_out_of_git(experiments: Path) -> None:
    image = Image.fromarray(RANDOM.integers(0, 255, size=(800, 900, 3), dtype=np.uint8))
    with track_experiment("x", capture=False) as exp:
        for step in range(3):
            exp.log_figure("noise", image, step=step, tensorboard=True)
    [event_file] = experiments.glob("x/events.out.*")
    assert event_file.stat().st_size > 5_000_000
    assert f"/{event_file.name}\n" in (experiments / "x/.gitignore").read_text("utf-8")


def test_disabled_stores_nothing(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    monkeypatch.setenv("SPECWEAVE_MODE", "disabled")
    with track_experiment("x") as exp:
        exp.log_histogram("h", [1])
        exp.log_text("t", "x")
    assert not any(os.scandir(project / ".specweave/increments/0042-recommendation-model"))


def test_strict_raises() -> None:
    exp = track_experiment("x", capture=False, strict=True)
    with pytest.raises(SerialisationError):
        exp.log_histogram("h", "abc")
    exp.finish()


def test_what_lies_in_the_place_of_the_settings_stops_nothing() -> None:
    with track_experiment("x", params={"lr": 0.1}, capture=False) as exp:
        exp.log_metric("auc", 0.5)
    (exp.path / "events.hparams.tfevents.specweave-ml" / "inside").mkdir(parents=True)
    exp.log_param("later", 1)
    exp.flush()
    assert load_experiment("x").params == {"lr": 0.1, "later": 1}
    assert '"later": 1' in (exp.path / "params.json").read_text("utf-8")
