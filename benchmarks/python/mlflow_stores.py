"""What MLflow's calls cost on the increment folder, and on the stores that MLflow brings.

    python benchmarks/python/mlflow_stores.py --runs 1000 10000

Each store is used by a process of its own, in an environment with MLflow and specweave-ml. The
store "nothing" keeps nothing: it shows what MLflow's own code costs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

STORES = ("nothing", "specweave", "sqlite", "file")
POINTS = 100_000
BATCH = 1000
PARTS = 10
POINT_CALLS = {"sqlite": 100}
"""How many calls are measured, where fewer than a thousand are enough."""
ROWS = (
    "log_metric",
    "log_batch of 1,000",
    "log_param",
    "set_tag",
    "start_run and end_run",
    "get_metric_history of 100,000",
)


class Nothing:
    """The calls of a store that keep nothing; all others are those of MLflow's store of files."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def log_metric(self, *_: Any) -> None:
        """Keep nothing."""

    def log_batch(self, *_: Any, **__: Any) -> None:
        """Keep nothing."""

    def log_param(self, *_: Any) -> None:
        """Keep nothing."""

    def set_tag(self, *_: Any) -> None:
        """Keep nothing."""


def uri_of(kind: str, folder: Path) -> str:
    """Return the tracking URI of a new store."""
    if kind == "specweave":
        (folder / ".specweave" / "increments" / "0042-benchmark").mkdir(parents=True)
        return f"specweave:{folder}"
    if kind == "sqlite":
        return f"sqlite:///{folder}/mlflow.db"
    if kind == "nothing":
        from mlflow.store.tracking.file_store import FileStore
        from mlflow.tracking._tracking_service.utils import _tracking_store_registry

        store = Nothing(FileStore(f"{folder}/mlruns", f"{folder}/mlruns"))
        _tracking_store_registry.register("nothing", lambda **_: store)
        return "nothing:"
    return f"file://{folder}/mlruns"


def median(call: Callable[[int], Any], count: int) -> float:
    """Return how many milliseconds a call takes, of so many one after the other."""
    times = []
    for place in range(count):
        start = time.perf_counter()
        call(place)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def measure(kind: str, runs: list[int]) -> dict[str, float]:
    """Return the milliseconds of each work on one store."""
    from mlflow.entities import Metric

    mlflow: Any = import_module("mlflow")
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        mlflow.set_tracking_uri(uri_of(kind, Path(folder)))
        mlflow.set_experiment(experiment_id=mlflow.create_experiment("calls"))
        client, now = mlflow.MlflowClient(), int(time.time() * 1000)

        def batch(place: int) -> list[Any]:
            first = place * BATCH
            return [Metric("history", 0.5, now, step) for step in range(first, first + BATCH)]

        def nothing_in_it(_: int) -> None:
            with mlflow.start_run():
                pass

        with mlflow.start_run() as run:
            mlflow.log_metric("loss", 0.5, step=0)
            calls = POINT_CALLS.get(kind, 1000)
            found[ROWS[0]] = median(
                lambda place: mlflow.log_metric("loss", 0.5, step=place + 1), calls
            )
            batches = [batch(place) for place in range(POINTS // BATCH)]
            found[ROWS[1]] = median(
                lambda place: client.log_batch(run.info.run_id, batches[place]), len(batches)
            )
            found[ROWS[2]] = median(lambda place: mlflow.log_param(f"p{place}", place), 50)
            found[ROWS[3]] = median(lambda place: mlflow.set_tag(f"t{place}", place), 50)
        if kind == "nothing":
            return found
        found[ROWS[4]] = median(nothing_in_it, 30)
        store = mlflow.tracking._tracking_service.utils._get_store()
        found[ROWS[5]] = median(lambda _: store.get_metric_history(run.info.run_id, "history"), 3)
        for count in runs:
            found |= measure_search(store, count, now)
    return found


def measure_search(store: Any, count: int, now: int) -> dict[str, float]:
    """Return the milliseconds of searches among so many runs."""
    from mlflow.entities import Metric, Param, RunTag, ViewType

    experiment = store.create_experiment(f"{count} runs")
    for place in range(count):
        tags = [RunTag("mlflow.runName", f"run-{place}"), RunTag("team", "growth")]
        run_id = store.create_run(experiment, "user", now + place, tags, None).info.run_id
        metrics = [Metric(key, place / count, now, 0) for key in ("auc", "loss", "f1")]
        params = {"depth": place % 10, "lr": 0.1, "model": "xgboost", "seed": place}
        store.log_batch(
            run_id, metrics, [Param(key, str(value)) for key, value in params.items()], []
        )
        store.update_run_info(run_id, 3, now + place + 5, None)

    def search(text: str = "", most: int = 50_000, order: tuple[str, ...] = ()) -> float:
        return median(
            lambda _: store.search_runs([experiment], text, ViewType.ALL, most, list(order)), 1
        )

    some = "params.depth = '3' and metrics.auc > 0.2"
    return {
        f"search_runs, {count:,} runs, for the first time": search(),
        f"search_runs, {count:,} runs, again": search(),
        f"search_runs, {count:,} runs, the newest 100": search(most=100),
        f"search_runs, {count:,} runs, filtered, by a metric": search(some, 100, ("metrics.auc",)),
    }


def report(results: dict[str, dict[str, float]]) -> str:
    """Return the results as a table in Markdown."""
    rows = list(dict.fromkeys(row for result in results.values() for row in result))
    lines = [
        "| milliseconds | " + " | ".join(results) + " |",
        "|---" * (len(results) + 1) + "|",
    ]
    for row in rows:
        cells = [f"{result[row]:.3g}" if row in result else "" for result in results.values()]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure each store in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", nargs="+", choices=STORES, default=list(STORES))
    parser.add_argument("--runs", nargs="*", type=int, default=[1000])
    parser.add_argument("--one", choices=STORES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        warnings.simplefilter("ignore")
        print(json.dumps(measure(options.one, options.runs)))
        return
    environment = {
        **os.environ,
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "SPECWEAVE_QUIET": "1",
    }
    results = {}
    for kind in options.stores:
        command = [sys.executable, __file__, "--one", kind, "--runs", *map(str, options.runs)]
        output = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        results[kind] = json.loads(output.splitlines()[-1])
    print(report(results))


if __name__ == "__main__":
    main()
