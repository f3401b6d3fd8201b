"""Studies that Optuna has stored."""

from __future__ import annotations

import json
import math
import sqlite3
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from specweave_ml import (
    FormatError,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

optuna.logging.set_verbosity(optuna.logging.ERROR)
DATABASE, JOURNAL = "studies.db", "studies.log"
pytestmark = pytest.mark.filterwarnings("ignore")  # of Optuna's own features in trial


def storage_of(path: str) -> Any:
    """Return a storage of Optuna's."""
    if path == DATABASE:
        return optuna.storages.RDBStorage(f"sqlite:///{path}")
    return JournalStorage(JournalFileBackend(path))


def objective(trial: optuna.Trial) -> float:
    """Use every kind of parameter, report on the way, be pruned, fail."""
    x = trial.suggest_float("x", -10, 10)
    n = trial.suggest_int("n", 1, 8, log=True)
    trial.suggest_categorical("kernel", ["rbf", None, 3, True])
    trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    trial.suggest_float("share", 0, 1, step=0.25)
    trial.set_user_attr("note", {"a": [1, 2]})
    for step in range(5):
        trial.report(x * x + step, step)
    if trial.number == 3:
        raise optuna.TrialPruned
    if trial.number == 5:
        raise ValueError("no data")
    if trial.number == 6:
        trial.report(math.inf, 10)
        trial.report(math.nan, 11)
    return x * x + n


def study_in(path: str, trials: int = 9) -> optuna.Study:
    """Make a study."""
    study = optuna.create_study(
        storage=storage_of(path), study_name="forest depth", load_if_exists=True,
        sampler=optuna.samplers.RandomSampler(seed=1),
    )  # fmt: skip
    study.set_user_attr("owner", "ada")
    study.optimize(objective, n_trials=trials, catch=(ValueError,))
    return study


@pytest.mark.parametrize("path", [DATABASE, JOURNAL])
def test_a_study_equals_what_optuna_loads(project: Path, path: str) -> None:
    study = study_in(path)
    report = import_experiments(path)
    assert report.ok
    assert report.equal
    sweep = load_experiment("forest depth")
    best = study.best_trial
    assert sweep.params == {"n_trials": 9, **best.params}
    assert sweep.metrics["value"] == best.value
    assert sweep.facts["sweep"] == {"metric": "value", "direction": "lower"}
    assert sweep.facts["best"]["combination"] == best.number + 1
    assert sweep.facts["optuna"]["user_attrs"] == {"owner": "ada"}
    children = {
        one.name: one for one in list_experiments(children=True) if one.name != "forest depth"
    }
    assert len(children) == 9
    for trial in study.trials:
        child = children[f"trial-{trial.number}"]
        assert child.params == trial.params
        assert [type(value) for value in child.params.values()] == [
            type(value) for value in trial.params.values()
        ]
        assert trial.datetime_start is not None
        assert trial.datetime_complete is not None
        assert child.created.timestamp() == trial.datetime_start.astimezone().timestamp()
        assert child.duration == pytest.approx(
            (trial.datetime_complete - trial.datetime_start).total_seconds(), abs=1e-5
        )
        history = child.history("intermediate")
        assert list(history.steps) == sorted(trial.intermediate_values)
        assert list(map(str, history.values)) == [
            str(trial.intermediate_values[step]) for step in sorted(trial.intermediate_values)
        ]
        facts = child.facts["trial"]
        assert facts["state"] == trial.state.name.lower()
        assert facts["user_attrs"] == {"note": {"a": [1, 2]}}
        assert facts["distributions"]["n"] == {
            "name": "IntDistribution", "log": True, "step": 1, "low": 1, "high": 8
        }  # fmt: skip
        if trial.value is not None:
            assert child.metrics["value"] == trial.value
    assert children["trial-3"].status == "completed"
    assert children["trial-5"].status == "failed"
    assert [one.name for one in list_experiments()] == ["forest depth"]


@pytest.mark.parametrize("path", [DATABASE, JOURNAL])
def test_more_trials_are_added_and_none_twice(project: Path, path: str) -> None:
    study_in(path, 4)
    import_experiments(path)
    assert not any(run.changed for run in import_experiments(path).runs)
    study = study_in(path, 4)
    grown = import_experiments(path)
    assert grown.ok
    assert sum(run.is_new for run in grown.runs) == 4
    assert len(list_experiments(children=True)) == 9
    sweep = load_experiment("forest depth")
    assert sweep.params["n_trials"] == 8
    assert sweep.params["x"] == study.best_params["x"]


@pytest.mark.parametrize("path", [DATABASE, JOURNAL])
def test_several_objectives_names_and_trials_to_come(project: Path, path: str) -> None:
    study = optuna.create_study(
        storage=storage_of(path), study_name="both", directions=["minimize", "maximize"]
    )
    study.set_metric_names(["error", "speed"])
    study.optimize(
        lambda trial: (trial.suggest_float("a", 0, 1), trial.suggest_float("b", 0, 1)), 5
    )
    study.enqueue_trial({"a": 0.5})
    report = import_experiments(path)
    assert report.ok
    assert report.left_out == ["both: trials that wait and have not begun: 5"]
    sweep = load_experiment("both")
    assert sweep.facts["sweep"] == {"directions": {"error": "lower", "speed": "higher"}}
    assert sweep.facts["best_trials"] == {"numbers": [trial.number for trial in study.best_trials]}
    child = load_experiment("trial-2")
    assert [child.metrics["error"], child.metrics["speed"]] == study.trials[2].values
    trial = study.ask()
    trial.suggest_float("a", 0, 1)
    assert import_experiments(path).ok
    assert load_experiment("trial-5").status == "unknown"
    assert load_experiment("trial-5").params == {"a": 0.5}
    study.tell(trial, [0.25, 0.75])
    assert import_experiments(path).ok
    assert load_experiment("trial-5").status == "completed"
    assert load_experiment("trial-5").metrics["error"] == 0.25


def test_several_studies_of_which_one_was_deleted(project: Path) -> None:
    for name in ("a", "b", "c"):
        study = optuna.create_study(storage=storage_of(JOURNAL), study_name=name)
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 2)
    optuna.delete_study(study_name="b", storage=storage_of(JOURNAL))
    assert import_experiments(JOURNAL).ok
    assert sorted(one.name for one in list_experiments()) == ["a", "c"]
    assert len(list_experiments(children=True)) == 6


def test_times_of_versions_before_5_are_those_of_the_computer(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    study_in(DATABASE, 1)
    with sqlite3.connect(DATABASE) as connection:
        connection.execute("UPDATE version_info SET library_version = '4.5.0'")
        connection.execute("UPDATE trials SET datetime_start = '2026-01-02 03:04:05.500000'")
        connection.execute("UPDATE trials SET datetime_complete = '2026-01-02 03:04:06.500000'")
    connection.close()
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert import_experiments(DATABASE).ok
    finally:
        monkeypatch.undo()
        time.tzset()
    (sweep,) = list_experiments(str(project / ".specweave/increments/0042-recommendation-model"))
    assert sweep.created.isoformat() == "2026-01-02T08:04:05.500000+00:00"


def test_any_storage_through_optuna(project: Path) -> None:
    study = study_in(DATABASE, 3)
    report = import_experiments(f"sqlite:///{DATABASE}", kind="optuna")
    assert report.ok
    assert load_experiment("forest depth").metrics["value"] == study.best_value
    assert load_experiment("trial-2").params == study.trials[2].params


def test_damage_is_named_and_the_rest_is_brought(project: Path) -> None:
    study_in(JOURNAL, 3)
    lines = Path(JOURNAL).read_bytes().splitlines(keepends=True)
    place = next(at for at, line in enumerate(lines) if b'"op_code":7' in line)
    lines[place] = b'{"op_code":7,"worker_id"\n'
    lines.insert(1, b'{"op_code":99,"worker_id":"x"}\n')
    Path(JOURNAL).write_bytes(b"".join(lines) + b'{"op_code":6,"wor')
    report = import_experiments(JOURNAL)
    assert report.equal
    assert len(report.problems) == 3
    assert "studies.log: line 2: the operation 99, which is not known" in report.problems[0]
    assert f"studies.log: line {place + 2}: nothing of a journal" in report.problems[1]
    assert "the last line is cut off, 17 bytes" in report.problems[2]
    assert len(load_experiment("trial-0").history("intermediate")) == 4
    assert len(load_experiment("trial-1").history("intermediate")) == 5


def test_a_database_with_damaged_rows_and_one_from_the_future(project: Path) -> None:
    study_in(DATABASE, 3)
    with sqlite3.connect(DATABASE) as connection:
        connection.execute("UPDATE version_info SET schema_version = 99")
        connection.execute("UPDATE trial_params SET distribution_json = '{' WHERE param_id = 2")
        connection.execute("UPDATE trial_params SET param_value = 17 WHERE param_name = 'kernel'")
    connection.close()
    report = import_experiments(DATABASE)
    assert report.equal
    assert "its schema is 99, newer than 12" in report.problems[0]
    assert "trial-0: trial_params, row 2: '{' is no distribution" in report.all_problems
    assert (
        sum("17.0 is no value of CategoricalDistribution" in one for one in report.all_problems)
        == 3
    )
    assert set(load_experiment("trial-0").params) == {"x", "lr", "share"}


def test_only_storages_of_optuna_are_found(project: Path) -> None:
    study_in(DATABASE, 1)
    study_in(JOURNAL, 1)
    Path("training.log").write_text("started\n")
    Path("events.jsonl").write_text(json.dumps({"op_code": 1}) + "\n")
    with sqlite3.connect("other.db") as connection:
        connection.execute("CREATE TABLE studies (id INTEGER)")
    connection.close()
    found = [(source.path, source.kind, source.runs) for source in find_foreign_experiments()]
    assert found == [(DATABASE, "optuna", 2), (JOURNAL, "optuna", None)]
    with pytest.raises(FormatError, match=r"other\.db: it is no database of Optuna"):
        import_experiments("other.db", kind="optuna")
    with pytest.raises(FormatError, match=r"training\.log: line 1: it is neither"):
        import_experiments("training.log", kind="optuna")
    assert len(list_experiments()) == 0
