"""A sweep that was cut off continues: nothing is lost, nothing is done twice, nothing is mixed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.tree import DecisionTreeClassifier

from specweave import InvalidArgumentError, load_experiment, track_experiment, track_grid_search
from specweave_ml._native.library import library

X, y = load_iris(return_X_y=True)
GRID = {"max_depth": [1, 2, 3, 4], "min_samples_leaf": [1, 5]}
FOLDS = 3
KILLS = int(os.environ.get("SPECWEAVE_TEST_KILLS", "2"))

PROGRAM = """
    import sys, time
    from pathlib import Path
    from sklearn.datasets import load_iris
    from sklearn.tree import DecisionTreeClassifier
    from specweave import track_grid_search

    class Counting(DecisionTreeClassifier):
        fits = 0

        def fit(self, X, y):
            Counting.fits += 1
            time.sleep(0.02 if Counting.fits <= int(sys.argv[2]) else 6000)
            if len(X) < 150:
                with open("fits.txt", "a") as file:
                    file.write(f"{self.max_depth} {self.min_samples_leaf} {X.sum()}\\n")
            return super().fit(X, y)

    X, y = load_iris(return_X_y=True)
    grid = {"max_depth": [1, 2, 3, 4], "min_samples_leaf": list(range(1, int(sys.argv[1]) + 1))}
    _, results = track_grid_search(
        Counting(random_state=0), grid, X, y, name="sweep", cv=3, resume="allow", importance=False
    )
    print(repr(list(results.cv_results_["mean_test_score"])))
    print(repr(list(results.cv_results_["std_test_score"])))
"""


def same_scores(one: dict[str, Any], other: dict[str, Any]) -> None:
    for key, values in other.items():
        if key == "params":
            assert one[key] == values
        elif "time" not in key:
            assert np.array_equal(np.asarray(one[key]), np.asarray(values)), key


class Plan:
    """Which fit is interrupted; pickled without it, so that it is not part of the model."""

    fits = 0
    last = -1

    def __reduce__(self) -> tuple[Any, ...]:
        return Plan, ()


PLAN = Plan()


class Interrupting(DecisionTreeClassifier):  # type: ignore[misc]
    """Is interrupted, as by Ctrl-C, at one of its fits."""

    def fit(self, X: Any, y: Any, **params: Any) -> Any:  # noqa: N803
        PLAN.fits += 1
        if PLAN.fits == PLAN.last:
            raise KeyboardInterrupt
        return super().fit(X, y, **params)


def sweep(resume: bool | str = False, **options: Any) -> Any:
    return track_grid_search(
        Interrupting(random_state=0),
        GRID,
        X,
        options.pop("y", y),
        name="sweep",
        cv=options.pop("cv", FOLDS),
        resume=resume,
        importance=False,
        **options,
    )[1]


@pytest.mark.parametrize("instant", [1, 2, 6, 20])
def test_what_was_done_is_not_done_again(instant: int) -> None:
    PLAN.fits, PLAN.last = 0, instant
    with pytest.raises(KeyboardInterrupt):
        sweep()
    cut = load_experiment("sweep")
    assert cut.status == "interrupted"

    PLAN.fits, PLAN.last = 0, -1
    results = sweep(resume=True)
    assert PLAN.fits == 8 * FOLDS - (instant - 1) + 1  # and the best one on all data
    same_scores(
        results.cv_results_,
        GridSearchCV(results.search.estimator, GRID, cv=FOLDS).fit(X, y).cv_results_,
    )
    assert results.experiment.path == cut.path
    assert {child.status for child in results} == {"completed"}
    names = sorted(path.name for path in cut.path.iterdir() if path.name.startswith("00"))
    assert names == [f"{place:04d}" for place in range(1, 9)]


def test_a_finished_sweep_is_read_and_not_repeated() -> None:
    PLAN.last = -1
    first = sweep(scoring=["accuracy", "f1_macro"], refit="accuracy", return_train_score=True)
    PLAN.fits = 0
    again = sweep(True, scoring=["accuracy", "f1_macro"], refit="accuracy", return_train_score=True)

    assert PLAN.fits == 1
    same_scores(again.cv_results_, first.cv_results_)
    assert (again.cv_results_["mean_fit_time"] == first.cv_results_["mean_fit_time"]).all()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"y": y[::-1].copy()}, "the data"),
        ({"cv": KFold(3)}, "the folds"),
        ({"scoring": "f1_macro"}, "the scoring"),
        ({"sample_weight": np.ones(150)}, "what is passed to fit"),
    ],
)
def test_another_sweep_is_refused(change: dict[str, Any], what: str) -> None:
    PLAN.last = -1
    small = {"max_depth": [1]}
    options = {"name": "sweep", "cv": FOLDS, "importance": False}
    track_grid_search(DecisionTreeClassifier(), small, X, y, **options)  # type: ignore[arg-type]
    labels = change.pop("y", y)

    with pytest.raises(InvalidArgumentError, match=what):
        track_grid_search(
            DecisionTreeClassifier(), small, X, labels, **{**options, **change}, resume=True
        )


def test_a_sweep_inside_an_experiment_is_not_resumed() -> None:
    with (
        track_experiment("study"),
        pytest.raises(InvalidArgumentError, match="inside 'study' cannot be resumed"),
    ):
        sweep(resume="allow")


def test_another_grid_is_refused() -> None:
    tree = DecisionTreeClassifier()
    track_grid_search(tree, {"max_depth": [1]}, X, y, name="sweep", importance=False)

    with pytest.raises(InvalidArgumentError, match="the combinations of parameters"):
        track_grid_search(tree, {"max_depth": [2]}, X, y, name="sweep", resume=True)
    model = DecisionTreeClassifier(criterion="entropy")
    with pytest.raises(InvalidArgumentError, match="the model"):
        track_grid_search(model, {"max_depth": [1]}, X, y, name="sweep", resume=True)


@pytest.mark.filterwarnings("ignore")
def test_failed_combinations_stay_failed() -> None:
    class Brittle(DecisionTreeClassifier):  # type: ignore[misc]
        fits = 0

        def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
            Brittle.fits += 1
            if self.max_depth == 2:
                raise ValueError("no depth of 2 today")
            return super().fit(X, y)

    def swept() -> Any:
        Brittle.fits = 0
        grid = {"max_depth": [1, 2]}
        options = {"name": "sweep", "resume": "allow", "importance": False}
        return track_grid_search(Brittle(), grid, X, y, **options)[1]  # type: ignore[arg-type]

    swept()
    results = swept()
    assert Brittle.fits == 1
    assert [child.status for child in results] == ["completed", "failed"]
    results[1]._finish("interrupted", {})  # as if it had been cut off before its end was recorded
    library().et_experiment_set_status(results[1]._native, b"interrupted", None)
    results = swept()
    assert [child.status for child in results] == ["completed", "failed"]
    assert results[1].failure is not None
    assert results[1].failure["message"] == "no depth of 2 today"


def test_killed_at_any_instant_the_resumed_sweep_equals_an_uninterrupted_one(
    project: Path,
) -> None:
    leaves = KILLS + 2
    grid = {"max_depth": [1, 2, 3, 4], "min_samples_leaf": list(range(1, leaves + 1))}
    plain = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=FOLDS).fit(X, y)
    expected = [repr(list(plain.cv_results_[key])) for key in ("mean_test_score", "std_test_score")]
    script = project / "program.py"
    script.write_text("\n".join(line[4:] for line in PROGRAM.splitlines()), "utf-8")
    command = [sys.executable, str(script), str(leaves)]
    killed_by_then = "10"  # fits after which it waits for that, however late it comes
    generator = random.Random(0)  # noqa: S311
    killed = 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [*command, killed_by_then],
            cwd=project,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            wait_for_fits(project, 1, process)
            time.sleep(generator.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
    done = subprocess.run(
        [*command, "1000000"], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == expected
    fits = (project / "fits.txt").read_text().splitlines()
    # A fit that was running when it was killed had not given a result.
    assert killed == KILLS
    assert 4 * leaves * FOLDS <= len(fits) <= 4 * leaves * FOLDS + KILLS
    assert len(set(fits)) == 4 * leaves * FOLDS


def wait_for_fits(project: Path, more: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the program has begun another fit, or has ended."""
    path = project / "fits.txt"
    before = len(path.read_bytes().splitlines()) if path.exists() else 0
    while process.poll() is None:
        if path.exists() and len(path.read_bytes().splitlines()) >= before + more:
            return
        time.sleep(0.01)
