"""What decides a comparison, what a sweep stands for, and where experiments live."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import optuna
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer, mean_squared_error
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from conftest import Run
from specweave import (
    Comparison,
    Experiment,
    ExperimentNotFoundError,
    InvalidArgumentError,
    TrackingError,
    compare_experiments,
    configure_optuna,
    load_experiment,
    track_experiment,
    track_grid_search,
)

optuna.logging.set_verbosity(optuna.logging.ERROR)
TREE = DecisionTreeClassifier(random_state=0)
GRID = {"max_depth": [1, 2, 3, 4], "min_samples_leaf": [1, 40]}


def made(name: str, increment: str | None = None, **values: Any) -> Experiment:
    params = values.pop("params", None)
    with track_experiment(name, increment, params=params, capture=False) as exp:
        exp.log_metrics(values)
    return exp


def cancer() -> tuple[Any, Any]:
    data, target = load_breast_cancer(return_X_y=True)
    return data[:200], target[:200]


def row(comparison: Comparison, sweep: str) -> dict[str, Any]:
    return next(one for one in comparison.rows if one["sweep"] == sweep)


@pytest.fixture
def other(project: Path) -> str:
    (project / ".specweave" / "increments" / "0043-other").mkdir()
    return "0043"


def test_the_first_metric_named_decides(project: Path) -> None:
    made("a", accuracy=0.9, roc_auc=0.6)
    made("b", accuracy=0.8, roc_auc=0.7)
    comparison = compare_experiments(metrics=["roc_auc"], write=False)
    assert comparison.primary_metric == "roc_auc"
    assert comparison.best is not None
    assert comparison.best.name == "b"
    series = compare_experiments(metrics="roc_auc", experiments=["a", "b"], write=False)
    heading = [column["heading"] for column in series.columns]
    assert heading[:2] == ["ROC AUC", "ROC AUC Change"]
    assert series.columns[1]["key"] == "roc_auc"
    change = (0.7 - 0.6) / 0.6 * 100
    assert series.rows[1]["cells"][1] == f"{0.7 - 0.6:+.2f} ({change:+.1f}%)"


def test_the_metric_that_decides_is_a_column(project: Path) -> None:
    made("a", accuracy=0.9, roc_auc=0.6, f1=0.5)
    made("b", accuracy=0.8, roc_auc=0.7, f1=0.4)
    comparison = compare_experiments(metrics=["f1"], sort_by="roc_auc", write=False)
    assert [column["key"] for column in comparison.columns] == ["f1", "roc_auc"]
    assert comparison.best is not None
    assert comparison.best.name == "b"
    nothing = compare_experiments(metrics=["f_1"], write=False)
    assert nothing.best is None
    assert 'No experiment has a metric "f_1"; did you mean f1?' in nothing.markdown


@pytest.mark.parametrize("refit", ["auc", "acc"])
def test_a_sweep_of_several_scores_stands_for_its_refit(project: Path, refit: str) -> None:
    data, target = cancer()
    made("baseline", acc=0.5)
    scoring = {"auc": "roc_auc", "acc": "accuracy"}
    track_grid_search(TREE, GRID, data, target, scoring=scoring, refit=refit, cv=3, name="grid")
    truth = GridSearchCV(TREE, GRID, scoring=scoring, refit=refit, cv=3).fit(data, target)

    comparison = compare_experiments(write=False)
    shown = row(comparison, "grid")
    assert shown["params"] == truth.best_params_
    assert shown["values"][refit] == truth.best_score_
    named = {"auc": "AUC", "acc": "acc"}[refit]
    place = f"{truth.best_index_ + 1:04d}"
    assert f"grid shows the best of its 8 experiments by {named}, {place}." in comparison.markdown


def test_a_sweep_with_another_score_than_the_table_stands_for_its_own_best(project: Path) -> None:
    data, target = cancer()
    made("baseline", accuracy=0.5)
    track_grid_search(TREE, GRID, data, target, scoring="roc_auc", cv=3, name="grid")
    truth = GridSearchCV(TREE, GRID, scoring="roc_auc", cv=3).fit(data, target)
    shown = row(compare_experiments(metrics=["accuracy"], write=False), "grid")
    assert shown["params"] == truth.best_params_
    assert shown["values"]["roc_auc"] == truth.best_score_


def test_what_a_function_chose_stands_for_the_sweep(project: Path) -> None:
    data, target = cancer()
    scoring = {"auc": "roc_auc", "acc": "accuracy"}

    def worst(results: dict[str, Any]) -> int:
        return int(results["rank_test_auc"].argmax())

    track_grid_search(TREE, GRID, data, target, scoring=scoring, refit=worst, cv=3, name="grid")
    truth = GridSearchCV(TREE, GRID, scoring=scoring, refit=worst, cv=3).fit(data, target)
    comparison = compare_experiments(write=False)
    assert row(comparison, "grid")["params"] == truth.best_params_
    assert "as the search chose it" in comparison.markdown


def test_a_sweep_alone_is_not_the_only_experiment(project: Path) -> None:
    data, target = cancer()
    grid = {"C": [0.01, 0.1, 1, 10]}
    model = LogisticRegression(max_iter=5000)
    track_grid_search(model, grid, data, target, scoring="roc_auc", cv=2, name="grid")
    reasons = compare_experiments(write=False).reasons
    assert reasons[0].startswith("Highest ROC AUC (0.")
    assert reasons[0].endswith(") of the 4 experiments in grid")


def test_a_loss_that_scikit_learn_turned_around_is_better_when_larger(project: Path) -> None:
    data, target = cancer()
    scoring = {"loss": make_scorer(mean_squared_error, greater_is_better=False)}
    track_grid_search(TREE, GRID, data, target, scoring=scoring, refit="loss", cv=3, name="grid")
    truth = GridSearchCV(TREE, GRID, scoring=scoring, refit="loss", cv=3).fit(data, target)
    for children in (False, True):
        best = compare_experiments(children=children, write=False).best
        assert best is not None
        assert dict(best.params) == truth.best_params_


@pytest.fixture
def studies() -> Any:
    configure_optuna(increment="0042")
    yield
    configure_optuna(False)


def study(name: str, **options: Any) -> optuna.Study:
    return optuna.create_study(
        study_name=name, sampler=optuna.samplers.RandomSampler(seed=1), **options
    )


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_study_stands_for_its_best_trial(project: Path, studies: Any, direction: str) -> None:
    made("baseline", accuracy=0.5)
    searched = study("search", direction=direction)
    searched.optimize(lambda trial: trial.suggest_float("x", -2, 2) ** 2, n_trials=12)
    comparison = compare_experiments(write=False)
    shown = row(comparison, "search")
    assert shown["params"] == searched.best_params
    assert shown["values"]["value"] == searched.best_value
    number = searched.best_trial.number
    assert f"best of its 12 experiments by value, trial-{number}." in comparison.markdown
    judged = compare_experiments(children=True, sort_by="value", write=False)
    assert judged.best is not None
    assert judged.best.name == f"trial-{number}"
    assert "assuming" not in judged.markdown


def test_a_study_of_several_objectives_knows_which_way_each_is_better(
    project: Path, studies: Any
) -> None:
    searched = study("two", directions=["minimize", "maximize"])
    searched.optimize(
        lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)), n_trials=6
    )
    for place, choose in enumerate((min, max)):
        comparison = compare_experiments(sort_by=f"value_{place}", write=False)
        best = choose(trial.values[place] for trial in searched.trials)
        assert row(comparison, "two")["values"][f"value_{place}"] == best
        assert "assuming" not in comparison.markdown


def test_of_tied_trials_the_study_says_which(project: Path, studies: Any) -> None:
    searched = study("ties")

    def objective(trial: optuna.Trial) -> float:
        trial.suggest_float("x", 0, 1)
        return float(trial.number not in (3, 5))

    searched.optimize(objective, n_trials=7)
    assert len(searched.best_trials) == 2
    sweep = load_experiment("ties")
    assert sweep.params["x"] == searched.best_trial.params["x"]
    assert sweep.metrics["value"] == searched.best_value
    assert sweep.facts["best_trials"]["numbers"] == [searched.best_trial.number]
    shown = row(compare_experiments(write=False), "ties")
    assert shown["params"] == searched.best_trial.params


def test_a_pruned_trial_never_stands_for_a_study(project: Path, studies: Any) -> None:
    searched = study("pruned")

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        if trial.number == 1:
            trial.report(-100.0, step=0)
            raise optuna.TrialPruned
        return x

    searched.optimize(objective, n_trials=4)
    shown = row(compare_experiments(write=False), "pruned")
    assert shown["values"]["value"] == searched.best_value


def test_a_study_that_was_killed_shows_the_best_of_its_trials(
    project: Path, run: Run, experiments: Path
) -> None:
    run(
        """
        import os
        import optuna
        from specweave import configure_optuna

        configure_optuna(increment="0042")

        def objective(trial):
            x = trial.suggest_float("x", 0, 1)
            if trial.number == 1:
                trial.report(-100.0, step=0)
                raise optuna.TrialPruned
            if trial.number == 5:
                os.kill(os.getpid(), 9)
            return x

        sampler = optuna.samplers.RandomSampler(seed=1)
        study = optuna.create_study(study_name="killed", sampler=sampler)
        study.optimize(objective, n_trials=9)
        """,
        warnings="ignore",
    )
    trials = [load_experiment(experiments / "killed" / f"trial-{n}") for n in (0, 2, 3, 4)]
    shown = row(compare_experiments(write=False), "killed")
    assert shown["values"]["value"] == min(trial.metrics["value"] for trial in trials)


def test_a_study_that_goes_on_shows_the_best_of_the_trials_it_has(
    project: Path, studies: Any
) -> None:
    searched = study("again")
    searched.optimize(lambda trial: trial.suggest_float("x", 0, 1) + 0.0, n_trials=3)
    searched.optimize(lambda trial: trial.suggest_float("x", 0, 1) + 10.0, n_trials=3)
    shown = row(compare_experiments(write=False), "again-2")
    assert shown["values"]["value"] == min(t.values[0] for t in searched.trials[3:])


def test_experiments_of_another_increment_are_compared_as_given(other: str) -> None:
    a = made("baseline", "0042", accuracy=0.7)
    b = made("baseline", other, accuracy=0.9)
    comparison = compare_experiments("0042", only=[a, b])
    assert [one["name"] for one in comparison.rows] == [
        "0042-recommendation-model/baseline",
        "0043-other/baseline",
    ]
    assert [one["values"]["accuracy"] for one in comparison.rows] == [0.7, 0.9]
    assert [one["increment"] for one in comparison.rows] == [
        "0042-recommendation-model",
        "0043-other",
    ]
    assert comparison.best is not None
    assert comparison.best.path == b.path
    assert "0043-other/baseline" in comparison.path.read_text("utf-8")
    assert len(comparison.plot().axes) == 1
    series = compare_experiments("0042", experiments=[b, a], write=False)
    assert [one["values"]["accuracy"] for one in series.rows] == [0.9, 0.7]


def test_objects_say_themselves_which_increment_is_meant(other: str) -> None:
    b = [made(name, other, accuracy=0.9) for name in ("x", "y")]
    made("x", "0042", accuracy=0.1)
    comparison = compare_experiments(only=b)
    assert [one["values"]["accuracy"] for one in comparison.rows] == [0.9, 0.9]
    assert comparison.path.parent.parent.name == "0043-other"
    assert [one["name"] for one in compare_experiments(only=b[0], write=False).rows] == ["x"]


def test_several_increments_are_compared_together(other: str, experiments: Path) -> None:
    made("baseline", "0042", accuracy=0.7)
    made("baseline", other, accuracy=0.9)
    comparison = compare_experiments(["0042", other])
    assert sorted(one["values"]["accuracy"] for one in comparison.rows) == [0.7, 0.9]
    assert not (experiments / "comparison.md").exists()
    frame = comparison.to_dataframe()
    assert list(frame["increment"]) == ["0042-recommendation-model", "0043-other"]
    where = compare_experiments(["0042", other], where="increment like '%other'", write=False)
    assert [one["values"]["accuracy"] for one in where.rows] == [0.9]
    with pytest.raises(ExperimentNotFoundError, match="2 of the increments"):
        compare_experiments(["0042", other], only=["baseline"], write=False)


def test_an_increment_without_experiments_hides_no_other(other: str) -> None:
    b = made("baseline", other, accuracy=0.9)
    for comparison in (
        compare_experiments(["0042", other]),
        compare_experiments("0042", only=[b]),
    ):
        assert [one["values"]["accuracy"] for one in comparison.rows] == [0.9]
        assert comparison.best is not None
        assert comparison.best.path == b.path


def test_an_archived_experiment_is_compared_where_it_is_given(project: Path) -> None:
    a, b = made("a", accuracy=0.7), made("b", accuracy=0.9)
    (b.path.parent / "_archive").mkdir()
    moved = b.path.rename(b.path.parent / "_archive" / "b")
    comparison = compare_experiments(only=[a, load_experiment(moved)], write=False)
    assert [one["values"]["accuracy"] for one in comparison.rows] == [0.7, 0.9]


def test_a_sweep_of_another_increment_is_compared_whole(other: str) -> None:
    data, target = cancer()
    track_grid_search(TREE, GRID, data, target, cv=2, name="grid", increment=other)
    baseline = made("baseline", "0042", accuracy=0.5)
    comparison = compare_experiments("0042", only=[baseline, load_experiment("grid")], write=False)
    truth = GridSearchCV(TREE, GRID, cv=2).fit(data, target)
    assert comparison.rows[1]["params"] == truth.best_params_
    assert comparison.best is not None
    assert dict(comparison.best.params) == truth.best_params_


def test_a_configuration_that_diverged_is_not_the_best(project: Path) -> None:
    for seed, value in enumerate([math.nan, math.nan, math.nan, 0.95]):
        made(f"a-{seed}", accuracy=value, params={"lr": 1, "seed": seed})
        made(f"b-{seed}", accuracy=0.9, params={"lr": 0.1, "seed": seed})
    comparison = compare_experiments(group_by="lr", sort_by="accuracy", write=False)
    assert [one["name"] for one in comparison.rows] == ["lr=0.1", "lr=1"]
    assert comparison.rows[1]["rank"] is None
    assert "1 of 4" in comparison.rows[1]["cells"]
    assert comparison.best is not None
    assert comparison.best.params["lr"] == 0.1
    assert "lr=1 (1 of 4)" in comparison.markdown


def test_an_explicit_comparison_survives_the_next_run(experiments: Path) -> None:
    made("a", accuracy=0.9, loss=0.4)
    made("b", accuracy=0.8, loss=0.2)
    compare_experiments(metrics=["loss"], sort_by="loss", notes="On the validation set.")
    made("c", accuracy=0.95, loss=0.3)
    text = (experiments / "comparison.md").read_text("utf-8")
    assert "**Best Model**: b" in text
    assert "| Experiment | Loss |" in text
    assert "- On the validation set." in text
    assert text.index("| b |") < text.index("| c |") < text.index("| a |")
    again = compare_experiments(metrics=["loss"], sort_by="loss", notes="On the validation set.")
    assert again.path.read_text("utf-8") == text


def test_parameters_are_columns_by_request(project: Path) -> None:
    made("a", accuracy=0.9, params={"model": {"depth": 3, "kind": "x"}, "lr": 0.1})
    made("b", accuracy=0.8, params={"model": {"depth": 6, "kind": "x"}, "lr": 0.1})
    differing = compare_experiments(params=True, write=False)
    assert [column["key"] for column in differing.columns][:2] == ["model.depth", "accuracy"]
    assert [one["cells"][0] for one in differing.rows] == ["3", "6"]
    named = compare_experiments(params=["lr", "model.kind"], write=False)
    assert [one["cells"][:2] for one in named.rows] == [["0.1", "x"], ["0.1", "x"]]
    assert "LR" in repr(compare_experiments(params="lr", write=False))


def test_representation_is_the_table(project: Path) -> None:
    made("a", accuracy=0.9)
    comparison = compare_experiments(write=False)
    assert repr(comparison) == str(comparison).rstrip("\n")
    assert repr(comparison).startswith("Experiment")


def test_a_text_is_one_and_both_ways_of_naming_are_refused(project: Path) -> None:
    made("dummy", accuracy=0.9)
    made("other", accuracy=0.8)
    comparison = compare_experiments(only="dummy", notes="A sentence.", write=False)
    assert [one["name"] for one in comparison.rows] == ["dummy"]
    assert comparison.markdown.count("\n- A sentence.") == 1
    with pytest.raises(InvalidArgumentError, match="'experiments' and 'only'"):
        compare_experiments(only=["dummy"], experiments=["other"], write=False)
    with pytest.raises(TrackingError) as caught:
        compare_experiments(sort_by="acuracy", write=False)
    assert list(caught.value.candidates) == ["accuracy"]
    with pytest.raises(ExperimentNotFoundError) as missing:
        compare_experiments(only=["dumy"], write=False)
    assert list(missing.value.candidates) == ["dummy"]


def test_a_decision_is_shown_everywhere(project: Path) -> None:
    made("a", accuracy=0.9)
    chosen = made("b", accuracy=0.8)
    chosen.select("quick enough")
    comparison = compare_experiments(write=False)
    for shown in (str(comparison), comparison._repr_html_(), comparison.markdown):
        assert "Selected for deployment" in shown
        assert "quick enough" in shown


def test_the_page_of_an_experiment_has_description_decision_and_figures(project: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2])
    with track_experiment("a", description="What & why", capture=False) as exp:
        exp.log_metric("accuracy", 0.7729)
        exp.save_artifact("curve.png", figure)
    exp.select("quick enough")
    page = exp._repr_html_()
    report = (exp.path / exp.save_report()).read_text("utf-8")
    assert "What &amp; why" in page
    assert "What &amp; why" in report or "What & why" in report
    for shown in (page, report):
        assert "Selected for deployment" in shown
        assert "quick enough" in shown
        assert "0.7729" in shown
    assert 'src="data:image/png;base64,iVBORw0KGgo' in page
    assert "](curve.png)" in report


def test_the_changed_parameters_of_a_series_are_named_by_their_path(project: Path) -> None:
    del project
    for name, depth in (("a", 2), ("b", 4)):
        params = {"model": {"depth": depth, "kind": "tree"}, "seed": 0}
        with track_experiment(name, params=params, capture=False) as exp:
            exp.log_metric("accuracy", 0.9)
    comparison = compare_experiments(experiments=["a", "b"])
    assert "| model.depth 2 → 4 |" in comparison.markdown
