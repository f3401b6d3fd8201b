"""Searching runs: filters, orders and pages, and nothing that is out of date."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities import Metric, Param, RunTag, ViewType

from conftest import Run
from specweave import load_experiment, track_experiment
from support.mlflow_itself import mlflow

SETTLED = 0.15
"""Seconds after which a listing trusts the time of a folder."""


def names(client: Any, filter_string: str = "", **options: Any) -> list[str]:
    return [run.info.run_name for run in client.search_runs(["42"], filter_string, **options)]


@pytest.fixture
def runs(client: Any) -> list[str]:
    """Five runs a to e, each with one more of everything."""
    ids = []
    for place, name in enumerate("abcde"):
        run_id = client.create_run("42", start_time=1000 + place, run_name=name).info.run_id
        client.log_batch(
            run_id,
            metrics=[Metric("auc", place / 10, 1000, 0)],
            params=[Param("depth", str(place)), Param("model", "xgb" if place % 2 else "svm")],
            tags=[RunTag("team", "growth" if place < 2 else "core")],
        )
        client.set_terminated(run_id, end_time=2000 + place)
        ids.append(run_id)
    return ids


def test_filters_orders_and_pages_are_mlflows(client: Any, runs: list[str]) -> None:
    assert names(client) == ["e", "d", "c", "b", "a"]
    assert names(client, "metrics.auc >= 0.3 and params.model = 'svm'") == ["e"]
    assert names(client, "tags.team LIKE 'gr%' and attributes.run_name != 'a'") == ["b"]
    assert names(client, "attributes.start_time > 1002") == ["e", "d"]
    assert names(client, f"attributes.run_id IN ('{runs[1]}', '{runs[3]}')") == ["d", "b"]
    assert names(client, order_by=["params.model ASC", "metrics.auc DESC"]) == [*"ecadb"]
    pages, token = [], None
    while True:
        page = client.search_runs(["42"], max_results=2, page_token=token)
        pages.append([run.info.run_name for run in page])
        token = page.token
        if not token:
            break
    assert pages == [["e", "d"], ["c", "b"], ["a"]]


def test_experiments_are_searched_together(client: Any, runs: list[str]) -> None:
    other = client.create_experiment("other")
    client.create_run(other, run_name="alone")
    found = client.search_runs(["42", other, "77"], "attributes.run_name LIKE '%a%'")
    assert sorted(run.info.run_name for run in found) == ["a", "alone"]


def test_a_search_sees_what_changed_since_the_last_one(
    client: Any, runs: list[str], experiments: Path
) -> None:
    time.sleep(SETTLED)
    assert names(client) == names(client) == ["e", "d", "c", "b", "a"]
    load_experiment(runs[0]).add_tag("late")
    assert names(client, "tags.late = ''") == ["a"]
    load_experiment(runs[1]).log_metric("late", 1.0)
    assert names(client, "metrics.late > 0") == ["b"]
    client.set_tag(runs[2], "late", "too")
    assert names(client, "tags.late = 'too'") == ["c"]
    load_experiment(runs[4]).archive()
    assert names(client) == ["d", "c", "b", "a"]
    with track_experiment("new", "0042", capture=False):
        assert names(client, "attributes.status = 'RUNNING'") == ["new"]
    assert names(client, "attributes.status = 'RUNNING'") == []
    time.sleep(SETTLED)
    assert len(names(client)) == 5
    with track_experiment("inside", parent=load_experiment(runs[0]), capture=False):
        assert names(client, f"tags.mlflow.parentRunId = '{runs[0]}'") == ["inside"]
    load_experiment(runs[3]).delete()
    assert sorted(names(client)) == ["a", "b", "c", "inside", "new"]
    client.delete_experiment("42")
    assert names(client) == []
    assert len(names(client, run_view_type=ViewType.ALL)) == 6


def test_a_search_sees_that_a_program_died(client: Any, run: Run) -> None:
    result = run(
        """
        import os, signal
        from specweave import track_experiment
        exp = track_experiment("dies", "0042", capture=False)
        print(exp.path, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert result.returncode == -signal.SIGKILL
    assert names(client, "attributes.status = 'FAILED'") == ["dies"]
    waits = "from specweave import track_experiment as t; e = t('alive', '0042'); input()"
    with subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE) as program:
        try:
            while not names(client, "attributes.run_name = 'alive'"):
                time.sleep(0.01)
            assert names(client, "attributes.status = 'RUNNING'") == ["alive"]
            time.sleep(SETTLED)
            assert names(client, "attributes.status = 'RUNNING'") == ["alive"]
        finally:
            program.kill()
    assert sorted(names(client, "attributes.status = 'FAILED'")) == ["alive", "dies"]


def test_what_a_caller_does_to_a_run_stays_with_the_caller(client: Any, runs: list[str]) -> None:
    found = client.search_runs(["42"])
    found[0].data.params["depth"] = "99"
    found[0].data.tags.clear()
    again = client.search_runs(["42"])
    assert again[0].data.params["depth"] == "4"
    assert again[0].data.tags["team"] == "core"


def test_a_long_history_is_thinned_for_charts_and_keeps_its_extremes(client: Any) -> None:
    run_id = client.create_run("42").info.run_id
    count = 20_000
    for first in range(0, count, 1000):
        steps = range(first, first + 1000)
        points = [Metric("loss", float(step % 7), 1000 + step, step) for step in steps]
        client.log_batch(run_id, points)
    client.log_batch(run_id, [Metric("loss", -50.0, 9_000_000, count)])
    store = mlflow.tracking._tracking_service.utils._get_store()
    found = store.get_metric_history_bulk_interval([run_id], "loss", 320, None, None)
    assert 100 < len(found) <= 320
    assert (found[0].step, found[-1].step) == (0, count)
    assert min(point.value for point in found) == -50.0
    part = store.get_metric_history_bulk_interval([run_id], "loss", 10, 100, 199)
    assert [point.step for point in part][:: len(part) - 1] == [100, 199]
    assert len(part) == 10
    page = store.get_metric_history(run_id, "loss", max_results=15_000)
    rest = store.get_metric_history(run_id, "loss", max_results=15_000, page_token=page.token)
    assert [point.step for point in (*page, *rest)] == list(range(count + 1))
    assert rest.token is None
