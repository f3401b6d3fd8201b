"""A handle that travels to another process attaches there as a writer of its own."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import joblib
import pytest

from specweave import load_experiment, track_experiment


def work(exp: Any, number: int) -> str:
    exp.log_metric(f"worker/{number}", float(number))
    exp.log_param(f"param/{number}", number)
    return str(exp.name)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_pool_of_processes(method: str) -> None:
    with track_experiment("pool", capture=False) as exp:
        exp.log_metric("own", 1.0)
        with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
            names = list(pool.map(work, [exp] * 4, range(4)))

    read = load_experiment("pool")
    assert names == ["pool"] * 4
    assert read.status == "completed"
    for number in range(4):
        assert read.metrics[f"worker/{number}"] == float(number)
        assert read.params[f"param/{number}"] == number


def test_joblib() -> None:
    with track_experiment("loky", capture=False) as exp:
        joblib.Parallel(n_jobs=2)(joblib.delayed(work)(exp, number) for number in range(4))
    assert load_experiment("loky").metrics["worker/3"] == 3.0
    assert load_experiment("loky").status == "completed"


def test_a_path_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with track_experiment("here", capture=False) as exp:
        exp.log_metric("loss", 0.5)
    path = exp.path
    del exp
    monkeypatch.chdir(tmp_path)
    assert load_experiment(path).metrics["loss"] == 0.5


def test_same_process_gets_the_same_object() -> None:
    exp = track_experiment("same", capture=False)
    assert pickle.loads(pickle.dumps(exp)) is exp  # noqa: S301 - made in this line
