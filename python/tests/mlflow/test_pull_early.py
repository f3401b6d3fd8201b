"""What still runs where it was sent from is brought as far as it is, and whole once it has ended.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from specweave_ml import (
    load_experiment,
    pull_from_mlflow,
    push_to_mlflow,
    track_experiment,
)
from support.mlflow_files import content

INCREMENT = "0042-early"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Stores:
    """Two projects, between which there is an MLflow."""

    def __init__(self, folder: Path, uri: str, enter: Any) -> None:
        self.here, self.there = folder / "here", folder / "there"
        for project in (self.here, self.there):
            (project / ".specweave" / "increments").mkdir(parents=True)
        self.uri = uri
        self._enter = enter

    def start(self, name: str, **options: Any) -> Any:
        self._enter(self.here)
        return track_experiment(name, increment=INCREMENT, capture=False, **options)

    def push(self) -> Any:
        self._enter(self.here)
        return push_to_mlflow(INCREMENT, to=self.uri)

    def pull(self) -> Any:
        self._enter(self.there)
        return pull_from_mlflow(INCREMENT, source=self.uri)

    def files(self, project: Path) -> dict[str, bytes]:
        top = project / ".specweave" / "increments" / INCREMENT / "experiments"
        return {name: path.read_bytes() for name, path in content(top).items()}


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)  # MLflow before version 3 looks there
    return Stores(tmp_path, uri, monkeypatch.chdir)


def test_one_that_runs_is_brought_as_it_is_and_exactly_when_it_has_ended(stores: Stores) -> None:
    long = stores.start("long", params={"depth": 3, "sizes": [1, 2]})
    long.log_series("loss", [0.5, math.inf])
    stores.push()
    report = stores.pull()
    assert (report.brought, report.points, report.left_out) == (1, 2, [])
    early = load_experiment("long")
    assert early.status in ("running", "unknown")
    assert early.params["depth"] == 3
    assert early.history("loss").steps.tolist() == [0, 1]
    assert stores.pull().brought == 0

    long.log_metric("loss", 0.25, step=2)
    long.save_artifact("table.csv", "a,b\n1,2\n")
    stores.push()
    assert stores.pull().points == 1

    long.log_note("done")
    long.finish()
    stores.push()
    report = stores.pull()
    assert (report.brought, report.left_out) == (1, [])
    assert stores.files(stores.here) == stores.files(stores.there)
    whole = load_experiment("long")
    assert (whole.status, whole.params["sizes"]) == ("completed", [1, 2])
    assert whole.history("loss").values.tolist() == [0.5, math.inf, 0.25]
    assert [str(note) for note in whole.notes] == ["done"]
    assert stores.pull().brought == 0


def test_those_inside_one_that_runs_stay_in_it(stores: Stores) -> None:
    long = stores.start("long")
    with track_experiment("fold", parent=long, capture=False) as fold:
        fold.log_metric("auc", 0.75)
    stores.push()
    assert stores.pull().brought == 2
    assert load_experiment("long/fold").status == "completed"
    with stores.start("second", parent=long):
        pass
    long.finish()
    stores.push()
    assert stores.pull().left_out == []
    assert stores.files(stores.here) == stores.files(stores.there)
    assert load_experiment("long/fold").metrics == {"auc": 0.75}
    assert load_experiment("long/second").status == "completed"


def test_what_was_added_here_meanwhile_stays(stores: Stores) -> None:
    long = stores.start("long")
    long.log_metric("loss", 0.5, step=0)
    stores.push()
    stores.pull()
    load_experiment("long").log_note("looks good so far")
    long.log_metric("loss", 0.25, step=1)
    long.finish()
    stores.push()
    (line,) = stores.pull().left_out
    assert line == (
        "long: it was changed here before it had ended there, and keeps that; what MLflow shows "
        "of it was added"
    )
    mine = load_experiment("long")
    assert mine.status == "completed"
    assert mine.history("loss").values.tolist() == [0.5, 0.25]
    assert [str(note) for note in mine.notes] == ["looks good so far"]
    report = stores.pull()
    assert (report.brought, report.left_out) == (0, [])


def test_a_part_of_one_is_not_sent(stores: Stores, tmp_path: Path) -> None:
    long = stores.start("long")
    long.log_metric("loss", 0.5, step=0)
    stores.push()
    stores.pull()
    assert push_to_mlflow(INCREMENT, to=stores.uri).sent == 0
    report = push_to_mlflow(INCREMENT, to=f"sqlite:///{tmp_path}/other.db")
    assert report.sent == 0
    assert report.left_out == [
        "long: it was brought before it had ended; the store that it is from can send it"
    ]
    long.finish()
    stores.push()
    stores.pull()
    assert push_to_mlflow(INCREMENT, to=stores.uri).sent == 0
    assert push_to_mlflow(INCREMENT, to=f"sqlite:///{tmp_path}/other.db").sent == 1


def test_a_push_that_was_cut_short_is_brought_as_far_as_it_got(stores: Stores) -> None:
    with stores.start("one", params={"depth": 3}) as one:
        one.log_series("loss", [math.inf, 1.0])
    stores.push()
    client = MlflowClient(stores.uri)
    found = client.get_experiment_by_name(INCREMENT)
    assert found is not None
    (run,) = client.search_runs([found.experiment_id])
    marks = run.data.tags["specweave.pushed"]
    client.set_tag(run.info.run_id, "specweave.pushed", '{"state":"","points":{"loss":2}}')

    assert stores.pull().brought == 1
    assert load_experiment("one").params["depth"] == 3
    client.set_tag(run.info.run_id, "specweave.pushed", marks)
    assert stores.pull().left_out == []
    assert stores.files(stores.here) == stores.files(stores.there)


def test_a_push_that_was_cut_short_changes_nothing_where_it_began(stores: Stores) -> None:
    with stores.start("one") as one:
        one.log_series("loss", [math.inf, 1.0])
    stores.push()
    client = MlflowClient(stores.uri)
    found = client.get_experiment_by_name(INCREMENT)
    assert found is not None
    (run,) = client.search_runs([found.experiment_id])
    client.set_tag(run.info.run_id, "specweave.pushed", '{"state":"","points":{}}')
    before = stores.files(stores.here)
    assert pull_from_mlflow(INCREMENT, source=stores.uri).brought == 0
    assert stores.files(stores.here) == before
