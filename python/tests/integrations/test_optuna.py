"""`configure_optuna` with the real Optuna."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest

from specweave import Experiment, configure_optuna, load_experiment

optuna.logging.set_verbosity(optuna.logging.ERROR)
ORIGINAL = optuna.study.Study.optimize


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    configure_optuna(increment="0042")
    yield
    configure_optuna(False)
    assert optuna.study.Study.optimize is ORIGINAL


def children(parent: Experiment) -> list[Experiment]:
    folders = [path.parent for path in sorted(parent.path.glob("*/params.json"))]
    found = [load_experiment(folder) for folder in folders]
    return sorted(found, key=lambda child: int(child.name.partition("-")[2]))


def study(name: str, **options: Any) -> optuna.Study:
    sampler = optuna.samplers.RandomSampler(seed=0)
    return optuna.create_study(study_name=name, sampler=sampler, **options)


def parabola(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", -2, 2)
    trial.set_user_attr("note", "seen")
    return (x - 1) ** 2


def test_trials_are_experiments_in_their_study() -> None:
    searched = study("parabola")
    searched.optimize(parabola, n_trials=5)

    sweep = load_experiment("parabola")
    assert sweep.status == "completed"
    assert sweep.params["n_trials"] == 5
    assert sweep.params["x"] == searched.best_params["x"]
    assert sweep.metrics["value"] == searched.best_value
    found = children(sweep)
    assert [child.params["x"] for child in found] == [t.params["x"] for t in searched.trials]
    assert [child.metrics["value"] for child in found] == [t.value for t in searched.trials]
    assert found[0].facts["trial"]["user_attrs"] == {"note": "seen"}
    page = (sweep.path / "sweep.md").read_text("utf-8")
    assert ": 5 trials, 0 failed.\n" in page
    assert f"| 1 | trial-{searched.best_trial.number} | " in page


def test_trials_of_several_threads_are_all_there() -> None:
    searched = study("threads")
    searched.optimize(parabola, n_trials=12, n_jobs=3)

    values = [child.metrics["value"] for child in children(load_experiment("threads"))]
    assert values == [trial.value for trial in searched.trials]


def test_pruned_and_failed_trials_say_so() -> None:
    def objective(trial: optuna.Trial) -> float:
        trial.report(0.5, step=3)
        if trial.number == 0:
            raise optuna.TrialPruned
        if trial.number == 1:
            raise ValueError("no value")
        return 0.25

    study("mixed").optimize(objective, n_trials=3, catch=(ValueError,))

    pruned, failed, good = children(load_experiment("mixed"))
    assert (pruned.status, failed.status, good.status) == ("completed", "failed", "completed")
    assert pruned.facts["trial"]["state"] == "pruned"
    assert list(pruned.history("intermediate").steps) == [3]
    assert good.metrics["value"] == 0.25


def test_failure_of_the_study_passes_through() -> None:
    def objective(trial: optuna.Trial) -> float:
        raise ValueError(f"trial {trial.number} is gone")

    with pytest.raises(ValueError, match="trial 0 is gone"):
        study("failing").optimize(objective, n_trials=3)
    assert load_experiment("failing").status == "failed"
    assert [child.status for child in children(load_experiment("failing"))] == ["failed"]


def test_several_objectives_have_names() -> None:
    searched = study("two", directions=["minimize", "maximize"])

    def objective(trial: optuna.Trial) -> tuple[float, float]:
        x = trial.suggest_float("x", 0, 1)
        return x, -x

    searched.optimize(objective, n_trials=2)
    (first, _) = children(load_experiment("two"))
    assert first.metrics == {
        "value_0": searched.trials[0].values[0],
        "value_1": searched.trials[0].values[1],
    }


def test_callbacks_of_the_user_are_called_too() -> None:
    seen: list[int] = []
    searched = study("callbacks")
    searched.optimize(parabola, 2, callbacks=[lambda _, trial: seen.append(trial.number)])
    assert seen == [0, 1]
    assert len(children(load_experiment("callbacks"))) == 2


def test_undone_it_records_nothing(experiments: Path) -> None:
    configure_optuna(False)
    study("quiet").optimize(parabola, n_trials=1)
    assert not (experiments / "quiet").exists()
