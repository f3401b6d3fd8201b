"""Runs of MLflow are experiments: what is logged there comes back exactly, in both."""

from __future__ import annotations

import json
import math
import signal
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

from conftest import Run
from specweave import list_experiments, load_experiment, track_experiment
from support.mlflow_itself import mlflow

VALUES = [
    (1.5, 1_700_000_000_123, 0),
    (float("nan"), 1_700_000_000_124, 1),
    (float("inf"), 1_700_000_000_125, 2),
    (float("-inf"), 1_700_000_000_126, 3),
    (5e-324, 1, -(2**63) + 1),
    (0.1 + 0.2, 4_102_444_800_999, 2**63 - 1),
]


def loaded(run_id: str) -> Any:
    return load_experiment(run_id)


def test_points_come_back_exactly(client: Any) -> None:
    run_id = client.create_run("42").info.run_id
    client.log_batch(run_id, [Metric("loss", *point) for point in VALUES])
    found = client.get_metric_history(run_id, "loss")
    assert [(point.timestamp, point.step) for point in found] == [
        (timestamp, step) for _, timestamp, step in VALUES
    ]
    assert math.isnan(found[1].value)
    assert [point.value for point in found if point.value == point.value] == [
        value for value, _, _ in VALUES if value == value
    ]
    history = loaded(run_id).history("loss")
    assert list(history.steps) == [step for _, _, step in VALUES]
    assert [round(time * 1000) for time in history.times] == [time for _, time, _ in VALUES]


@pytest.mark.parametrize(
    ("points", "latest"),
    [
        ([(1.0, 10, 0), (2.0, 20, 1)], 2.0),
        ([(1.0, 20, 1), (2.0, 10, 0)], 1.0),
        ([(1.0, 20, 0), (2.0, 10, 0)], 1.0),
        ([(2.0, 10, 0), (1.0, 10, 0)], 2.0),
        ([(float("nan"), 10, 0), (1.0, 10, 0)], 1.0),
    ],
)
def test_the_latest_point_is_that_of_the_greatest_step_time_and_value(
    client: Any, points: list[tuple[float, int, int]], latest: float
) -> None:
    one_by_one, together = (client.create_run("42").info.run_id for _ in range(2))
    for value, time, step in points:
        client.log_metric(one_by_one, "auc", value, time, step)
    client.log_batch(together, [Metric("auc", *point) for point in points])
    for run_id in (one_by_one, together):
        assert client.get_run(run_id).data.metrics == {"auc": latest}
    found = client.search_runs(["42"])
    assert [run.data.metrics["auc"] for run in found] == [latest, latest]
    client.log_metric(one_by_one, "auc", 9.0, 30, 2)
    assert client.get_run(one_by_one).data.metrics == {"auc": 9.0}


def test_the_latest_point_of_another_program_is_read_from_its_history(client: Any) -> None:
    with track_experiment("ours", "0042", capture=False) as exp:
        for step in (0, 5, 3):
            exp.log_metric("loss", float(step), step=step)
    (run,) = client.search_runs(["42"])
    assert run.data.metrics == {"loss": 5.0}
    assert client.get_run(run.info.run_id).data.metrics == {"loss": 5.0}


PARAMS: dict[str, Any] = {
    "6": 6,
    "-3": -3,
    "06": "06",
    "0.1": 0.1,
    "1e-05": 1e-05,
    "1e5": "1e5",
    "True": True,
    "true": "true",
    "None": "None",
    "inf": float("inf"),
    "1_000": "1_000",
    "99999999999999999999": "99999999999999999999",
    "[1, 2]": "[1, 2]",
    "": "",
    "zwölf\n": "zwölf\n",
}


def test_params_have_types_and_come_back_as_the_same_text(client: Any) -> None:
    run_id = client.create_run("42").info.run_id
    texts = {f"p{place}": text for place, text in enumerate(PARAMS)}
    client.log_batch(run_id, params=[Param(key, text) for key, text in texts.items()])
    client.log_param(run_id, "nan", "nan")
    assert client.get_run(run_id).data.params == {**texts, "nan": "nan"}
    found = loaded(run_id).params
    assert math.isnan(found.pop("nan"))
    kept = dict(zip(texts, PARAMS.values(), strict=True))
    assert found == kept
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in kept.items()
    }


def test_a_param_cannot_change(client: Any) -> None:
    run_id = client.create_run("42").info.run_id
    client.log_param(run_id, "depth", 6)
    client.log_param(run_id, "depth", 6)
    with pytest.raises(MlflowException, match="Changing param values is not allowed"):
        client.log_param(run_id, "depth", 7)
    with pytest.raises(MlflowException, match="'key': 'depth', 'old_value': '6'"):
        client.log_batch(run_id, params=[Param("lr", "0.1"), Param("depth", "7")])
    assert client.get_run(run_id).data.params == {"depth": "6"}


def test_a_param_that_looks_like_a_credential_is_not_stored(client: Any) -> None:
    run_id = client.create_run("42").info.run_id
    with pytest.warns(UserWarning, match="looks like a credential"):
        client.log_param(run_id, "api_key", "abcdef")
    client.log_param(run_id, "api_key", "abcdef")
    assert client.get_run(run_id).data.params == {"api_key": "[REDACTED]"}


def test_tags_keep_their_text_and_ours_are_tags_without_one(client: Any) -> None:
    run_id = client.create_run("42", run_name="xgb").info.run_id
    long = "ä\n" * 4000
    client.set_tag(run_id, "data/version", long)
    client.log_batch(run_id, tags=[RunTag("team", "growth"), RunTag("baseline", "")])
    loaded(run_id).add_tag("checked")
    assert loaded(run_id).tags == ["baseline", "checked"]
    expected = {"data/version": long, "team": "growth", "baseline": "", "checked": ""}
    assert client.get_run(run_id).data.tags == {**expected, "mlflow.runName": "xgb"}
    for key in ("data/version", "baseline"):
        client.delete_tag(run_id, key)
    assert loaded(run_id).tags == ["checked"]
    assert client.get_run(run_id).data.tags == {
        "team": "growth",
        "checked": "",
        "mlflow.runName": "xgb",
    }
    with pytest.raises(MlflowException, match="No tag with name: absent"):
        client.delete_tag(run_id, "absent")


def test_the_note_is_the_description_and_the_name_can_change(client: Any) -> None:
    run = client.create_run("42", run_name="first", tags={"mlflow.note.content": "baseline"})
    exp = loaded(run.info.run_id)
    assert exp.facts["about"]["description"] == "baseline"
    client.set_tag(run.info.run_id, "mlflow.note.content", "better")
    client.update_run(run.info.run_id, name="second")
    found = client.get_run(run.info.run_id)
    assert found.info.run_name == "second"
    assert found.data.tags["mlflow.note.content"] == "better"
    assert loaded(run.info.run_id).facts["about"]["description"] == "better"
    assert [run.info.run_name for run in client.search_runs(["42"], "run_name = 'second'")]


def test_nested_runs_lie_in_the_folder_of_their_parent(client: Any, experiments: Path) -> None:
    with (
        mlflow.start_run(run_name="sweep") as parent,
        mlflow.start_run(run_name="trial", nested=True) as child,
    ):
        mlflow.log_metric("auc", 0.5)
    assert loaded(child.info.run_id).path == experiments / "sweep" / "trial"
    found = client.get_run(child.info.run_id)
    assert found.data.tags["mlflow.parentRunId"] == parent.info.run_id
    runs = client.search_runs(["42"], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert [run.info.run_id for run in runs] == [child.info.run_id]


def test_what_our_api_writes_mlflow_shows(client: Any) -> None:
    with track_experiment(
        "ours", "0042", description="by hand", params={"lr": 0.1, "model": {"depth": 3}}
    ) as exp:
        exp.log_metric("auc", 0.5, step=7)
        exp.add_tag("baseline")
        exp.log_data("train", [1, 2, 3])
        (running,) = client.search_runs(["42"])
        assert running.info.status == "RUNNING"
        assert running.data.metrics == {"auc": 0.5}
        with track_experiment("fold", parent=exp, capture=False):
            pass
    runs = {run.info.run_name: run for run in client.search_runs(["42"])}
    run, fold = runs["ours"], runs["fold"]
    assert run.info.status == "FINISHED"
    assert run.data.params == {"lr": "0.1", "model.depth": "3"}
    assert run.data.tags["baseline"] == ""
    assert run.data.tags["mlflow.note.content"] == "by hand"
    assert [one.dataset.name for one in run.inputs.dataset_inputs] == ["train"]
    assert fold.data.tags["mlflow.parentRunId"] == run.info.run_id
    client.set_tag(run.info.run_id, "seen", "in MLflow")
    assert client.get_run(run.info.run_id).data.tags["seen"] == "in MLflow"


def test_a_run_that_is_ended_without_a_time_has_none_in_mlflow_but_has_one_here(
    client: Any,
) -> None:
    run = client.create_run("42")
    client.update_run(run.info.run_id, "FINISHED")
    assert client.get_run(run.info.run_id).info.end_time is None
    exp = loaded(run.info.run_id)
    assert exp.status == "completed"
    assert exp.duration is not None
    assert exp.duration >= 0
    client.set_terminated(run.info.run_id, end_time=run.info.start_time)
    assert client.get_run(run.info.run_id).info.end_time == run.info.start_time


@pytest.mark.parametrize(
    ("mlflows", "ours"),
    [("FINISHED", "completed"), ("FAILED", "failed"), ("KILLED", "interrupted")],
)
def test_a_run_ends_as_it_is_told_and_when(client: Any, mlflows: str, ours: str) -> None:
    run = client.create_run("42", start_time=1_700_000_000_123)
    assert run.info.start_time == 1_700_000_000_123
    assert run.info.status == "RUNNING"
    client.set_terminated(run.info.run_id, mlflows, end_time=1_700_000_001_456)
    found = client.get_run(run.info.run_id).info
    assert (found.status, found.start_time, found.end_time) == (
        mlflows,
        1_700_000_000_123,
        1_700_000_001_456,
    )
    exp = loaded(run.info.run_id)
    assert exp.status == ours
    assert exp.duration == pytest.approx(1.333)
    client.update_run(run.info.run_id, "RUNNING")
    assert client.get_run(run.info.run_id).info.status == "RUNNING"
    client.set_terminated(run.info.run_id)
    assert client.get_run(run.info.run_id).info.status == "FINISHED"


PROGRAM = """
import os, signal, sys
import mlflow
mlflow.set_tracking_uri("specweave:0042")
run = mlflow.start_run(run_name="dies")
mlflow.log_metric("loss", 0.5, step=3)
print(run.info.run_id, flush=True)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "raises":
    raise ValueError("no data")
"""


@pytest.mark.parametrize(
    ("how", "code", "ours", "mlflows"),
    [
        ("killed", -signal.SIGKILL, "crashed", "FAILED"),
        ("raises", 1, "failed", "FAILED"),
        ("ends", 0, "completed", "FINISHED"),
    ],
)
def test_the_end_of_a_program_is_the_end_of_its_run(
    client: Any, run: Run, how: str, code: int, ours: str, mlflows: str
) -> None:
    result = run(PROGRAM, how, warnings="ignore")
    assert result.returncode == code, result.stderr
    run_id = result.stdout.split()[-1]
    found = client.get_run(run_id)
    assert found.info.status == mlflows
    assert found.info.end_time is not None
    assert found.data.metrics == {"loss": 0.5}
    exp = loaded(run_id)
    assert exp.status == ours
    assert (exp.failure or {}).get("message") == ("no data" if how == "raises" else None)


def test_an_exception_in_a_block_is_recorded_with_its_traceback(client: Any) -> None:
    def fail() -> None:
        with mlflow.start_run(run_name="fails"):
            raise ValueError("no data")

    with pytest.raises(ValueError, match="no data"):
        fail()
    exp = load_experiment("fails")
    assert exp.status == "failed"
    assert exp.failure is not None
    assert (exp.failure["type"], exp.failure["message"]) == ("ValueError", "no data")
    assert "test_runs.py" in exp.failure["traceback"]


def test_other_processes_see_a_run_while_it_is_written(client: Any, run: Run) -> None:
    started = client.create_run("42", run_name="live")
    client.log_metric(started.info.run_id, "loss", 0.25, step=4)
    result = run(
        """
        import json, sys
        import mlflow
        from specweave import load_experiment
        exp = load_experiment(sys.argv[1])
        seen = [exp.status, dict(exp.metrics)]
        mlflow.set_tracking_uri("specweave:")
        client = mlflow.MlflowClient()
        found = client.get_run(sys.argv[1])
        client.log_metric(sys.argv[1], "other", 2.0)
        client.set_tag(sys.argv[1], "from", "elsewhere")
        client.log_param(sys.argv[1], "lr", 0.1)
        print(json.dumps([seen, found.info.status, found.data.metrics]))
        """,
        started.info.run_id,
        warnings="ignore",
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == [
        ["running", {"loss": 0.25}],
        "RUNNING",
        {"loss": 0.25},
    ]
    found = client.get_run(started.info.run_id).data
    assert found.metrics == {"loss": 0.25, "other": 2.0}
    assert found.params == {"lr": "0.1"}
    assert found.tags["from"] == "elsewhere"


def test_a_deleted_run_is_in_the_archive_and_comes_back(client: Any, experiments: Path) -> None:
    run_id = client.create_run("42", run_name="gone").info.run_id
    client.set_terminated(run_id)
    client.delete_run(run_id)
    assert loaded(run_id).path == experiments / "_archive" / "gone"
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert client.search_runs(["42"]) == []
    deleted = client.search_runs(["42"], run_view_type=ViewType.DELETED_ONLY)
    assert [run.info.run_id for run in deleted] == [run_id]
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.log_metric(run_id, "auc", 1.0)
    client.restore_run(run_id)
    assert loaded(run_id).path == experiments / "gone"
    assert [run.info.run_id for run in client.search_runs(["42"])] == [run_id]
    client.log_metric(run_id, "auc", 1.0)


def test_a_parent_is_deleted_without_its_children_and_a_running_run_stays(client: Any) -> None:
    with mlflow.start_run(run_name="parent") as parent, mlflow.start_run(nested=True) as child:
        client.delete_run(child.info.run_id)
        assert client.get_run(child.info.run_id).info.lifecycle_stage == "deleted"
        client.restore_run(child.info.run_id)
    client.delete_run(parent.info.run_id)
    assert [run.info.run_id for run in client.search_runs(["42"])] == [child.info.run_id]
    client.restore_run(parent.info.run_id)
    assert len(client.search_runs(["42"])) == 2


def test_a_run_is_an_ordinary_experiment(client: Any, experiments: Path) -> None:
    for name, auc in (("a", 0.7), ("b", 0.9)):
        with mlflow.start_run(run_name=name):
            mlflow.log_params({"depth": 3, "lr": 0.1})
            mlflow.log_metric("auc", auc)
    found = list_experiments("0042", where="metrics.auc > 0.8 and params.depth = 3")
    assert [exp.name for exp in found] == ["b"]
    table = (experiments / "comparison.md").read_text("utf-8")
    assert "| **b** |" in table or "| b |" in table
    assert (experiments / "a" / "environment" / "requirements.txt").is_file()
