"""What is read again, and what is not: an experiment is looked at before it is read."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from specweave import Experiment, load_experiment, track_experiment
from specweave_ml._native.text import owned_json
from specweave_ml.reading import params, properties

WRITER = """
import sys
from specweave import track_experiment
experiment = track_experiment("other", capture=False)
print("ready", flush=True)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One entry for each time that a whole experiment was read."""
    made: list[Any] = []

    def counted(*arguments: Any) -> Any:
        made.append(arguments)
        return owned_json(*arguments)

    monkeypatch.setattr(properties, "owned_json", counted)
    return made


@contextmanager
def another_process() -> Iterator[Callable[[str], None]]:
    """A process that runs an experiment, line by line."""
    command = [sys.executable, "-c", WRITER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout
        assert stdout.readline() == "ready\n"

        def run(line: str) -> None:
            stdin.write(line + "\n")
            stdin.flush()
            assert stdout.readline() == "done\n"

        yield run
        process.kill()


def everything(experiment: Experiment) -> tuple[Any, ...]:
    return (
        experiment.params,
        dict(experiment.metrics),
        experiment.status,
        experiment.tags,
        experiment.notes,
        experiment.facts,
        experiment.artifacts,
        experiment.number,
    )


def test_the_writer_reads_again_only_what_it_changed(readings: list[Any]) -> None:
    with track_experiment("own", capture=False) as exp:
        exp.log_params({"depth": 6, "lr": 0.1})
        first = everything(exp)
        assert everything(exp) == first
        assert len(readings) == 1
        exp.log_metric("auc", 0.5)
        assert dict(exp.metrics) == {"auc": 0.5}
        assert exp.params == {"depth": 6, "lr": 0.1}
        assert len(readings) == 2
    assert exp.status == "completed"
    assert everything(exp) == everything(exp)
    assert len(readings) == 3


def test_one_that_is_over_is_read_once(readings: list[Any]) -> None:
    with track_experiment("over", capture=False) as exp:
        exp.log_param("depth", 6)
    del exp
    loaded = load_experiment("over")
    assert everything(loaded) == everything(loaded)
    assert len(readings) == 1


def test_what_another_process_writes_is_seen_at_once(readings: list[Any]) -> None:
    with another_process() as run:
        loaded = load_experiment("other")
        for number in range(5):
            run(f"experiment.log_param('p{number}', {number})")
            assert loaded.params == {f"p{one}": one for one in range(number + 1)}
            assert everything(loaded) == everything(loaded)
            assert len(readings) == number + 1
        # In a hot loop the points wait in memory for a while.
        for count in range(1, 6):
            run("for step in range(2000): experiment.log_metric('loss', step)")
            assert loaded.metrics.summary["loss"]["count"] == 2000 * count
            assert everything(loaded) == everything(loaded)
            assert len(readings) == 5 + count
        run("experiment.add_tag('late')")
        assert loaded.tags == ["late"]
        assert loaded.status == "running"
    assert loaded.status == "crashed"
    assert len(readings) == 12
    assert everything(loaded) == everything(loaded)
    assert len(readings) == 12


def test_what_another_process_adds_is_seen_by_the_writer(readings: list[Any]) -> None:
    program = "from specweave import load_experiment; load_experiment('own').add_tag('seen')"
    with track_experiment("own", capture=False) as exp:
        assert exp.tags == []
        subprocess.run([sys.executable, "-c", program], check=True)
        assert exp.tags == ["seen"]
        assert exp.tags == ["seen"]
        assert len(readings) == 2


@pytest.mark.parametrize("count", [3, params.MANY, 2 * params.MANY])
def test_who_changes_params_changes_a_copy(count: int, readings: list[Any]) -> None:
    given = {f"p{number}": number for number in range(count)}
    with track_experiment("own", capture=False) as exp:
        exp.log_params(given)
        changes: list[Callable[[dict[str, Any]], Any]] = [
            lambda found: found.update(p1=-1),
            lambda found: found.pop("p1"),
            lambda found: found.popitem(),
            lambda found: found.clear(),
            lambda found: found.setdefault("more", 1),
            lambda found: found.__setitem__("p1", -1),
            lambda found: found.__delitem__("p1"),
            lambda found: found.__ior__({"p1": -1}),
            lambda found: exec("x = 1", found),  # noqa: S102
        ]
        for change in changes:
            change(exp.params)
            assert exp.params == given
        kept = exp.params
        again = exp.params
        again["p1"] = -1
        assert kept == given == exp.params
        assert isinstance(kept, dict)
        assert json.loads(json.dumps(exp.params)) == given
        pickled = pickle.loads(pickle.dumps(kept))  # noqa: S301
        for same in (copy.copy(kept), copy.deepcopy(kept), pickled):
            assert same == given
            assert type(same) is dict
        assert type(kept.copy()) is type(kept | {}) is dict
        assert [exp.params[name] for name in exp.params] == list(given.values())
    assert len(readings) == 1


def test_many_params_are_not_copied_for_each_access(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[None] = []
    many = params.ManyParams

    def counted(*arguments: Any) -> params.ManyParams:
        made.append(None)
        return many(*arguments)

    given = {f"p{number}": number for number in range(params.MANY)}
    with track_experiment("own", capture=False) as exp:
        exp.log_params(given)
        monkeypatch.setattr(params, "ManyParams", counted)
        for name, value in given.items():
            assert exp.params[name] == value
        # One for the loop, and one for those who ask meanwhile.
        assert [exp.params[name] for name in exp.params] == list(given.values())
    assert len(made) == 2


def test_values_inside_params_are_copies(tmp_path: Path) -> None:
    many = {f"p{number}": number for number in range(params.MANY)}
    for name, given in (("few", {"layers": [1, [2]]}), ("many", {"layers": [1, [2]], **many})):
        with track_experiment(name, capture=False) as exp:
            exp.log_params(given)
            exp.params["layers"][1].append(3)
            assert exp.params == given
