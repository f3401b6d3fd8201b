"""A sweep: its results, its experiments, its files."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from specweave import (
    compare_experiments,
    load_experiment,
    track_experiment,
    track_grid_search,
    track_hyperparameters,
)
from specweave_ml.model_selection.results import SweepResults

X, y = load_iris(return_X_y=True)
GRID = {"max_depth": [1, 2, 3], "min_samples_leaf": [1, 5]}
DEPTHS = {"max_depth": [1, 2]}
TREE = DecisionTreeClassifier(random_state=0)


Swept = tuple[Any, SweepResults]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """One sweep that many tests look at."""
    increment = tmp_path_factory.mktemp("swept") / ".specweave" / "increments" / "0042-model"
    increment.mkdir(parents=True)
    return track_grid_search(TREE, GRID, X, y, increment, cv=3)


def test_a_grid_search_gives_the_fitted_best_model_and_the_results(swept: Swept) -> None:
    model, results = swept
    plain = GridSearchCV(TREE, GRID, cv=3).fit(X, y)
    assert model is results.best_estimator_
    assert (model.predict(X) == plain.predict(X)).all()
    assert results.best_params_ == plain.best_params_
    assert results.best_score_ == plain.best_score_
    assert results.best_index_ == plain.best_index_


def test_every_combination_is_an_experiment_at_its_place_in_the_grid(swept: Swept) -> None:
    _, results = swept
    assert [child.params for child in results] == results.cv_results_["params"]
    assert [child.path.name for child in results] == [f"{n:04d}" for n in range(1, 7)]
    assert [child._facts()["child"] for child in results] == [1, 2, 3, 4, 5, 6]
    assert {child.status for child in results} == {"completed"}
    assert {child.path.parent for child in results} == {results.experiment.path}


def test_a_combination_has_the_scores_of_its_folds_and_their_summary(swept: Swept) -> None:
    _, results = swept
    for place, child in enumerate(results):
        stored = [results.cv_results_[f"split{fold}_test_score"][place] for fold in range(3)]
        history = child.history("fold/accuracy")
        assert list(history.values) == stored
        assert list(history.steps) == [0, 1, 2]
        assert child.metrics["accuracy"] == results.cv_results_["mean_test_score"][place]
        assert child.metrics["accuracy_std"] == results.cv_results_["std_test_score"][place]
        assert child.metrics["fit_time"] == results.cv_results_["mean_fit_time"][place]
        assert child.metrics["score_time"] == results.cv_results_["mean_score_time"][place]


def test_a_combination_is_an_event_file_and_its_views(swept: Swept) -> None:
    for child in swept[1]:
        names = sorted(path.name.partition(".tfevents")[0] for path in child.path.iterdir())
        assert names == [
            ".summary.json",
            "events.out",
            "metadata.yaml",
            "metrics.json",
            "params.json",
        ]


def test_the_sweep_keeps_the_best_model_the_report_and_the_picture(
    swept: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, results = swept
    monkeypatch.chdir(results.experiment.path)
    sweep = load_experiment(results.experiment.path)
    saved = sweep.load_artifact("model.pkl", trust=True)
    assert (saved.predict(X) == model.predict(X)).all()
    assert sweep.status == "completed"
    assert {"parameter_importance.png", "parameter_importance.svg"} <= {
        artifact["path"] for artifact in sweep.artifacts
    }
    assert sweep.facts["best"]["params"] == results.best_params_
    assert sweep.facts["sweep"]["space"] == GRID
    assert results.importance is not None
    assert sweep.facts["importance"]["main"] == results.importance.main


def test_the_report_shows_the_combinations_and_the_importance(swept: Swept) -> None:
    text = (swept[1].experiment.path / "sweep.md").read_text("utf-8")
    assert "6 combinations, 3 folds, 0 failed." in text
    assert "**Best accuracy**: " in text
    assert "| Rank | Experiment | accuracy | Std | max_depth |" in text
    assert "![Importance of the parameters](parameter_importance.png)" in text


def test_the_results_as_a_table_in_a_notebook_and_as_text(swept: Swept) -> None:
    _, results = swept
    frame = results.to_dataframe()
    assert list(frame["mean_test_score"]) == list(results.cv_results_["mean_test_score"])
    assert list(frame["status"]) == ["completed"] * 6
    assert results._repr_html_().partition("</table>")[0].count("</tr>") == 7
    assert repr(results).startswith("6 combinations in ")


def test_a_sweep_is_one_row_of_the_comparison_its_best(
    swept: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, results = swept
    increment = results.experiment.path.parents[1]
    monkeypatch.chdir(increment)
    with track_experiment("baseline", increment) as baseline:
        baseline.log_metric("accuracy", 0.5)

    comparison = compare_experiments(increment, sort_by="accuracy")
    assert len(comparison) == 2
    assert comparison.best is not None
    assert comparison.best.metrics["accuracy"] == results.best_score_


class Brittle(DecisionTreeClassifier):  # type: ignore[misc]
    """Fails for one depth."""

    def fit(self, X: Any, y: Any, **params: Any) -> Any:  # noqa: N803
        if self.max_depth == 2:
            raise ValueError("no depth of 2 today")
        return super().fit(X, y, **params)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
def test_a_combination_that_fails_is_a_failed_experiment_and_the_sweep_goes_on() -> None:
    _, results = track_grid_search(Brittle(random_state=0), DEPTHS, X, y)

    failed = [child for child in results if child.status == "failed"]
    assert [child.params["max_depth"] for child in failed] == [2]
    assert failed[0].failure is not None
    assert failed[0].failure["type"] == "ValueError"
    assert failed[0].failure["message"] == "no depth of 2 today"
    assert "Traceback" in failed[0].failure["traceback"]
    assert results.experiment.status == "completed"
    assert "1 failed" in (results.experiment.path / "sweep.md").read_text("utf-8")


def test_an_error_that_is_to_be_raised_fails_the_sweep() -> None:
    with pytest.raises(ValueError, match="no depth of 2"):
        track_grid_search(Brittle(), DEPTHS, X, y, error_score="raise")

    sweep = load_experiment("grid-search-brittle")
    assert sweep.status == "failed"


def test_all_models_are_saved_when_asked_for() -> None:
    _, results = track_grid_search(TREE, DEPTHS, X, y, cv=2, save_models="all")

    for child in results:
        models = [child.load_artifact(f"models/fold-{fold}.pkl", trust=True) for fold in (0, 1)]
        assert [model.max_depth for model in models] == [child.params["max_depth"]] * 2


def test_without_refit_there_is_no_model() -> None:
    model, results = track_grid_search(TREE, DEPTHS, X, y, refit=False)

    assert model is None
    assert results.best_params_ is not None
    assert not (results.experiment.path / "model.pkl").exists()


def test_several_scores_are_several_metrics() -> None:
    scoring = ["accuracy", "f1_macro"]
    _, results = track_grid_search(TREE, DEPTHS, X, y, scoring=scoring, refit="f1_macro")

    for place, child in enumerate(results):
        for name in scoring:
            assert child.metrics[name] == results.cv_results_[f"mean_test_{name}"][place]
    assert results.metric == "f1_macro"


def test_scores_on_the_training_data_are_metrics_too() -> None:
    _, results = track_grid_search(TREE, DEPTHS, X, y, return_train_score=True)

    for place, child in enumerate(results):
        assert child.metrics["train_accuracy"] == results.cv_results_["mean_train_score"][place]


@pytest.mark.parametrize(
    "model",
    [DecisionTreeClassifier, lambda: DecisionTreeClassifier(), DecisionTreeClassifier()],
    ids=["class", "function", "model"],
)
def test_a_model_may_be_a_class_a_function_or_a_model(model: Any) -> None:
    results = track_hyperparameters(model, {"max_depth": [1, 2]}, X, y)

    assert [child.params for child in results] == [{"max_depth": 1}, {"max_depth": 2}]


def test_a_class_that_needs_arguments_is_refused_with_advice() -> None:
    def make(depth: int) -> Any:
        return DecisionTreeClassifier(max_depth=depth)

    with pytest.raises(TypeError, match="pass a model instead"):
        track_hyperparameters(make, {"max_depth": [1]}, X, y)


def test_distributions_are_drawn_from() -> None:
    from scipy.stats import randint

    space = {"max_depth": randint(1, 9), "min_samples_leaf": [1, 2]}
    results = track_hyperparameters(TREE, space, X, y, n_iter=4, random_state=0)

    assert len(results) == 4
    assert results.experiment.name == "random-search-decision-tree-classifier"
    assert results.experiment.facts["sweep"]["space"]["max_depth"] == "randint(1, 9)"


def test_several_grids_and_steps_of_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    grids = [
        {"logisticregression__C": [0.1, 1.0]},
        {"standardscaler": ["passthrough"], "logisticregression": [TREE]},
    ]
    results = track_hyperparameters(pipeline, grids, X, y)

    assert len(results) == 3
    assert results[2].params["logisticregression"]["params"]["random_state"] == 0


def test_a_sweep_within_an_experiment_is_inside_it() -> None:
    with track_experiment("study") as study:
        _, results = track_grid_search(TREE, DEPTHS, X, y)

    assert results.experiment.path.parent == study.path


def test_a_wrong_name_of_a_parameter_raises_and_fails_the_sweep() -> None:
    with pytest.raises(ValueError, match="Invalid parameter 'depth'"):
        track_grid_search(TREE, {"depth": [1]}, X, y)

    assert load_experiment("grid-search-decision-tree-classifier").status == "failed"


def test_no_other_thread_sees_another_parallel() -> None:
    import sklearn.model_selection._search as module

    before = module.Parallel
    seen: list[bool] = []

    def scorer(estimator: Any, X: Any, y: Any) -> float:  # noqa: N803
        seen.append(module.Parallel is before)
        return float(estimator.score(X, y))

    track_grid_search(TREE, DEPTHS, X, y, scoring=scorer, cv=2)
    assert all(seen)
    assert len(seen) == 4


def test_what_save_models_may_be() -> None:
    with pytest.raises(ValueError, match="save_models"):
        track_grid_search(TREE, GRID, X, y, save_models="some")


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
def test_values_that_json_lacks_are_kept_as_scores() -> None:
    def scorer(estimator: Any, X: Any, y: Any) -> float:  # noqa: N803
        return float("-inf") if estimator.max_depth == 1 else 1.0

    _, results = track_grid_search(TREE, DEPTHS, X, y, scoring=scorer)

    assert np.isneginf(results[0].metrics["scorer"])
    metrics = results[0].path / "metrics.json"
    assert json.loads(metrics.read_text("utf-8"))["scorer"] == "-Infinity"


def test_a_report_that_somebody_edited_is_left_alone() -> None:
    track_grid_search(TREE, DEPTHS, X, y, name="edited")
    page = load_experiment("edited").path / "sweep.md"
    edited = page.read_text("utf-8") + "\nMy remark.\n"
    page.write_text(edited, "utf-8")
    track_grid_search(TREE, DEPTHS, X, y, name="edited", resume=True)
    assert page.read_text("utf-8") == edited


def test_a_sweep_that_fails_says_so_in_its_report() -> None:
    with pytest.raises(ValueError, match="no depth of 2"):
        track_grid_search(Brittle(), {"max_depth": [1, 2]}, X, y, error_score="raise", name="cut")

    text = (load_experiment("cut").path / "sweep.md").read_text("utf-8")
    assert "**failed** in " in text
    assert ": 1 of 2 combinations, 5 folds, 0 failed." in text
