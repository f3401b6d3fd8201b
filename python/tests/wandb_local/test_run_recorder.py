"""A run's configuration, rows, definitions, summary and end, as they stand in the experiment."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import public
from specweave_ml.errors import ExperimentNotFoundError
from specweave_ml.tracking.experiment import Experiment
from specweave_ml.wandb.runs.definitions import MetricDefinition
from specweave_ml.wandb.runs.facts import RunFacts
from specweave_ml.wandb.runs.history_file import OPEN_NAME, read_lines
from specweave_ml.wandb.runs.recorder import RunRecorder

load_experiment = public.load("load_experiment")


def started(**facts: Any) -> RunRecorder:
    return RunRecorder.start(RunFacts(**{"id": "abc12345", "name": "sunny-1", **facts}))


def points(experiment: Experiment, key: str) -> list[tuple[int, float]]:
    history = experiment.history(key)
    return list(zip(list(history.steps), list(history.values), strict=True))


def test_what_a_run_is_called_and_belongs_to(project: Path) -> None:
    recorder = started(
        project="cifar", entity="team", group="g", job_type="train", notes="a note",
        tags=["a", "b"], config={"lr": 0.1, "model": {"depth": 3}, "_wandb": {}},
        further={"sweep_id": "s1"},
    )  # fmt: skip
    recorder.finish()
    found = load_experiment("sunny-1")
    assert found.increment == "0042-recommendation-model"
    assert found.params == {"lr": 0.1, "model": {"depth": 3}}
    assert found.tags == ["a", "b"]
    assert found.facts["about"]["description"] == "a note"
    assert found.facts["wandb"] == {
        "id": "abc12345", "project": "cifar", "entity": "team", "name": "sunny-1",
        "group": "g", "job_type": "train", "sweep_id": "s1",
    }  # fmt: skip
    assert found.status == "completed"


@pytest.mark.parametrize("project_name", ["0043", "0043-ranking"])
def test_a_project_that_names_an_increment_is_it(project: Path, project_name: str) -> None:
    (project / ".specweave" / "increments" / "0043-ranking").mkdir()
    (project / ".specweave" / "increments" / "0042-recommendation-model" / "metadata.json"
     ).write_text('{"status": "active"}')  # fmt: skip
    recorder = started(project=project_name)
    recorder.finish()
    assert recorder.experiment.increment == "0043-ranking"


@pytest.mark.parametrize("project_name", ["9999-unknown", "123", "mnist", "../0042", None])
def test_any_other_project_is_the_active_increment(project: Path, project_name: Any) -> None:
    recorder = started(project=project_name)
    recorder.finish()
    assert recorder.experiment.increment == "0042-recommendation-model"
    assert recorder.experiment.facts["wandb"].get("project") == project_name


def test_numbers_are_metrics_and_all_else_lines_of_a_file(project: Path) -> None:
    recorder = started()
    row = {
        "loss": 0.5, "count": 3, "flag": True, "nan": math.nan,
        "val": {"acc": 0.7, "deep": {"x": 1}},
        "text": "hello", "list": [1, math.inf], "nothing": None, "_runtime": 9, "_timestamp": 8,
        "picture": {"_type": "image-file", "path": "media/images/p.png"}, "huge": 2**70,
    }  # fmt: skip
    recorder.log_row(row, 4)
    experiment = recorder.experiment
    assert set(experiment.metrics) == {"loss", "count", "flag", "nan", "val.acc", "val.deep.x"}
    assert points(experiment, "val.deep.x") == [(4, 1.0)]
    assert experiment.metrics["flag"] is True
    assert [line["key"] for line in read_lines(experiment.path)] == [
        "text", "list", "nothing", "picture", "huge",
    ]  # fmt: skip
    recorder.finish()
    lines = {line["key"]: line for line in read_lines(experiment.path)}
    assert lines["list"]["value"] == [1, "Infinity"]
    assert lines["picture"]["value"] == row["picture"]
    assert lines["huge"]["value"] == 2**70
    assert lines["text"]["step"] == 4
    assert abs(lines["text"]["time"] - experiment.created.timestamp()) < 600
    assert "history.jsonl" in [saved["path"] for saved in experiment.artifacts]
    experiment.check_artifact("history.jsonl")
    assert not (experiment.path / OPEN_NAME).exists()


def test_numbers_of_numpy_and_torch_are_numbers(project: Path) -> None:
    numpy, torch = pytest.importorskip("numpy"), pytest.importorskip("torch")
    recorder = started()
    recorder.log_row({"a": numpy.float32(0.5), "b": numpy.array([3]), "c": torch.tensor(2.5)}, 0)
    recorder.log_row({"d": numpy.arange(3)}, 1)
    recorder.finish()
    assert dict(recorder.experiment.metrics) == {"a": 0.5, "b": 3, "c": 2.5}
    assert [line["value"] for line in read_lines(recorder.experiment.path)] == [[0, 1, 2]]


def test_a_step_metric_is_the_step(project: Path) -> None:
    recorder = started()
    recorder.define(MetricDefinition("val/*", step_metric="epoch"))
    recorder.define(MetricDefinition("val/late", step_metric="none_such"))
    recorder.log_row({"loss": 0.3}, 100)
    recorder.log_row({"val/acc": 0.5, "epoch": 1}, 101)
    recorder.log_row({"val/acc": 0.6}, 150)
    recorder.log_row({"val/acc": 0.7, "epoch": 2.0, "val/late": 1}, 201)
    recorder.log_row({"val/acc": 0.8, "epoch": 2.5}, 230)
    recorder.finish()
    experiment = recorder.experiment
    assert points(experiment, "loss") == [(100, 0.3)]
    assert points(experiment, "val/acc") == [(1, 0.5), (1, 0.6), (2, 0.7), (230, 0.8)]
    assert points(experiment, "val/late") == [(201, 1.0)]
    assert points(experiment, "epoch") == [(101, 1.0), (150, 1.0), (201, 2.0), (230, 2.5)]
    assert experiment.facts["wandb.metrics"]["val/*"] == {"step_metric": "epoch"}


def test_without_step_sync_a_row_needs_its_own_step_metric(project: Path) -> None:
    recorder = started()
    recorder.define(MetricDefinition("acc", step_metric="epoch", step_sync=False))
    recorder.log_row({"epoch": 3}, 0)
    recorder.log_row({"acc": 0.5}, 7)
    recorder.finish()
    assert points(recorder.experiment, "acc") == [(7, 0.5)]
    assert points(recorder.experiment, "epoch") == [(0, 3.0)]


def test_a_step_that_goes_back_is_kept(project: Path) -> None:
    recorder = started()
    recorder.log_row({"loss": 1.0}, 10)
    recorder.log_row({"loss": 2.0}, 3)
    recorder.finish()
    assert points(recorder.experiment, "loss") == [(10, 1.0), (3, 2.0)]
    assert recorder.last_step == 10


def test_definitions_shape_the_summary(project: Path) -> None:
    recorder = started()
    recorder.define(MetricDefinition("a", summary=("max", "min", "mean", "first", "last")))
    recorder.define(MetricDefinition("b", summary=("best",), goal="maximize"))
    recorder.define(MetricDefinition("hidden", summary=("none",)))
    for step, value in enumerate([2.0, 5.0, math.nan, 4.0]):
        recorder.log_row({"a": value, "b": value, "hidden": value, "plain": value}, step)
    shaped = {"max": 5.0, "min": 2.0, "mean": 11 / 3, "first": 2.0, "last": 4.0}
    assert recorder.summary["a"] == shaped
    assert "hidden" not in list(recorder.summary)
    recorder.finish()
    assert recorder.experiment.facts["wandb.summary"] == {"a": shaped, "b": {"best": 5.0}}
    assert recorder.experiment.metrics["hidden"] == 4.0


def test_what_the_run_sets_in_its_summary_is_kept(project: Path) -> None:
    recorder = started()
    recorder.log_row({"loss": 0.5, "acc": 0.1}, 6)
    recorder.update_summary({"loss": 0.5, "acc": 0.9, "best": 0.7, "text": "x", "d": {"e": [1]}})
    recorder.update_summary({"best": 0.8})
    experiment = recorder.experiment
    assert experiment.facts["wandb.summary"] == {"acc": 0.9, "best": 0.8, "text": "x", "d.e": [1]}
    assert experiment.facts["wandb"]["summary_only"] == ["best"]
    assert points(experiment, "best") == [(6, 0.7), (6, 0.8)]
    assert experiment.metrics["acc"] == 0.1
    assert recorder.summary["acc"] == 0.9
    recorder.log_row({"acc": 0.2}, 7)
    assert recorder.summary["acc"] == 0.2
    assert experiment.facts["wandb.summary"].get("acc") is None
    recorder.finish()


def test_rows_with_times_of_their_own_become_series(project: Path) -> None:
    recorder = RunRecorder.start(
        RunFacts(id="r", name="imported", created=1_700_000_000.0), batch=True, capture=False
    )
    for step in range(1000):
        row = {"loss": 1 / (step + 1), "big": 2**60 + 1, "note": "x"} if step % 2 else {"loss": 3}
        recorder.log_row(row, step, 1_700_000_000.0 + step)
    recorder.finish(1, ended=1_700_000_999.0)
    found = load_experiment("imported")
    history = found.history("loss")
    assert list(history.steps) == list(range(1000))
    assert history.values[3] == 0.25
    assert history.times[999] == 1_700_000_999.0
    assert found.created.timestamp() == 1_700_000_000.0
    assert found.duration == 999.0
    assert found.status == "failed"
    lines = list(read_lines(found.path))
    assert len(lines) == 1000
    assert {line["value"] for line in lines} == {"x", 2**60 + 1}
    assert lines[0]["time"] == 1_700_000_001.0


def test_tags_notes_and_config_change_while_it_runs(project: Path) -> None:
    recorder = started(tags=["a", "b"], config={"lr": 1, "m": {"a": 1}})
    recorder.set_tags(["b", "c"])
    recorder.set_notes("new")
    recorder.update_config({"lr": 2.5, "m": {"a": 2}, "_wandb": {"x": 1}})
    recorder.set_fact(group="g2")
    recorder.finish()
    experiment = recorder.experiment
    assert experiment.tags == ["b", "c"]
    assert experiment.params == {"lr": 2.5, "m": {"a": 2}}
    assert experiment.facts["about"]["description"] == "new"
    assert experiment.facts["wandb"]["group"] == "g2"


def test_a_run_is_continued_by_its_id(project: Path) -> None:
    first = started(project="p", config={"lr": 1}, tags=["a"])
    first.define(MetricDefinition("val", step_metric="epoch"))
    first.log_row({"loss": 1.0, "epoch": 4, "t": "x"}, 0)
    first.update_summary({"best": 3, "word": "w"})
    first.finish()
    other = started(project="p", id="another1")
    other.finish()
    facts = RunFacts(id="abc12345", project="p", name="ignored", config={"lr": 2}, tags=["b"])
    second = RunRecorder.start(facts, resume="must")
    assert second.experiment.path == first.experiment.path
    second.log_row({"val": 0.5, "t": "y"}, 1)
    second.finish(3)
    found = load_experiment(first.experiment.path)
    assert points(found, "val") == [(4, 0.5)]
    assert points(found, "loss") == [(0, 1.0)]
    assert [line["value"] for line in read_lines(found.path)] == ["x", "y"]
    assert found.params == {"lr": 2}
    assert found.tags == ["a", "b"]
    assert found.status == "failed"
    assert second.summary["word"] == "w"
    assert second.summary["best"] == 3


def test_a_run_that_must_continue_and_is_not_there(project: Path) -> None:
    with pytest.raises(ExperimentNotFoundError, match="no run 'nope1234' to continue"):
        RunRecorder.start(RunFacts(id="nope1234"), resume="must")
    assert not list((project / ".specweave").rglob("events.out*"))
    RunRecorder.start(RunFacts(id="nope1234", name="n"), resume="allow").finish()
    assert load_experiment("n").status == "completed"


def test_an_exception_says_how_it_failed(project: Path) -> None:
    recorder = started()
    try:
        int("bad batch")
    except ValueError as error:
        recorder.finish(1, error=error)
    assert recorder.experiment.status == "failed"
    failure = recorder.experiment.failure or {}
    assert failure["type"] == "ValueError"
    assert failure["message"].endswith("'bad batch'")


def test_a_program_that_ends_without_finish_loses_nothing(run: Any, project: Path) -> None:
    done = run(
        """
        from specweave_ml.wandb.runs.facts import RunFacts
        from specweave_ml.wandb.runs.definitions import MetricDefinition
        from specweave_ml.wandb.runs.recorder import RunRecorder
        recorder = RunRecorder.start(RunFacts(id="x", name="left open"))
        recorder.define(MetricDefinition("loss", summary=("min",)))
        recorder.log_row({"loss": 2.0, "text": "kept"}, 0)
        """
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("left open")
    assert found.status == "completed"
    assert found.facts["wandb.summary"] == {"loss": {"min": 2.0}}
    assert "history.jsonl" in [saved["path"] for saved in found.artifacts]


def test_a_killed_program_leaves_its_lines_readable(run: Any, project: Path) -> None:
    done = run(
        """
        import os, signal
        from specweave_ml.wandb.runs.facts import RunFacts
        from specweave_ml.wandb.runs.recorder import RunRecorder
        recorder = RunRecorder.start(RunFacts(id="x", name="killed"))
        recorder.log_row({"loss": 2.0, "text": "kept"}, 0)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert done.returncode == -9
    found = load_experiment("killed")
    assert found.status == "crashed"
    assert [line["value"] for line in read_lines(found.path)] == ["kept"]
    with (found.path / OPEN_NAME).open("ab") as file:
        file.write(b'{"key": "cut sh')
    assert [line["value"] for line in read_lines(found.path)] == ["kept"]
    again = RunRecorder.start(RunFacts(id="x"), resume="must")
    again.log_row({"text": "more"}, 1)
    again.finish()
    assert [line["value"] for line in read_lines(found.path)] == ["kept", "more"]


def test_a_file_of_the_run_is_an_artifact_of_the_same_name(project: Path) -> None:
    (project / "plot.txt").write_text("x")
    recorder = started()
    recorder.save_file(project / "plot.txt", "media/text/plot.txt")
    recorder.finish()
    assert (recorder.experiment.path / "media" / "text" / "plot.txt").read_text() == "x"
    assert json.loads((recorder.experiment.path / "metrics.json").read_text()) is not None


def test_tensorboard_shows_histograms_and_texts(project: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    numpy = pytest.importorskip("numpy")
    recorder = started()
    counted = {"_type": "histogram", "values": [1, 2, 0], "bins": [0.0, 1.0, 2.0, 4.0]}
    bins = {"min": 1, "size": 2, "count": 2}
    packed = {"_type": "histogram", "values": [3, 4], "packedBins": bins}
    recorder.log_row({"h": counted, "p": packed, "note": "# seen"}, 7)
    recorder.log_row({"h": {"_type": "histogram", "values": [1], "bins": "damaged"}}, 8)
    recorder.finish()
    events = accumulator.EventAccumulator(str(recorder.experiment.path)).Reload()
    (found,) = events.Tensors("h")
    buckets = numpy.array(found.tensor_proto.double_val).reshape(-1, 3)
    if not len(buckets):
        buckets = numpy.frombuffer(found.tensor_proto.tensor_content).reshape(-1, 3)
    assert found.step == 7
    assert buckets.tolist() == [[0.0, 1.0, 1.0], [1.0, 2.0, 2.0], [2.0, 4.0, 0.0]]
    assert "p" in events.Tags()["tensors"]
    assert b"# seen" in events.Tensors("note")[0].tensor_proto.string_val[0]
    values = [line["value"] for line in read_lines(recorder.experiment.path)]
    assert values[:3] == [counted, packed, "# seen"]
    assert len(values) == 4
