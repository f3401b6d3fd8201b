"""Searching for good parameters, every combination an experiment."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from typing import Any

from .._native.increments import IncrementName
from .._native.optional_packages import need
from .results import SweepResults
from .scores import scorers_of
from .sweep import Sweep

ITERATIONS = 10


def track_grid_search(
    estimator: Any,
    param_grid: Mapping[str, Any] | Iterable[Mapping[str, Any]],
    X: Any,  # noqa: N803
    y: Any = None,
    increment: IncrementName | None = None,
    *,
    name: str | os.PathLike[str] | None = None,
    scoring: Any = None,
    cv: Any = None,
    refit: Any = True,
    n_jobs: int | None = None,
    error_score: Any = float("nan"),
    return_train_score: bool = False,
    pre_dispatch: int | str = "2*n_jobs",
    verbose: int = 0,
    resume: bool | str = False,
    save_models: str | bool = "best",
    importance: bool = True,
    progress: bool = True,
    tags: Iterable[str] | str = (),
    **fit_params: Any,
) -> tuple[Any, SweepResults]:
    """Try every combination of a grid; return the best model, fitted on all data, and the results.

    Scores, ranks and the best model are those of scikit-learn's `GridSearchCV`, whose code runs
    here; it runs unchanged inside ``joblib.parallel_config``. Every combination is an experiment
    inside the sweep's folder with its parameters, the scores of each fold, their mean and standard
    deviation, and the times in seconds. One that fails is a failed experiment with its traceback.

        best_model, results = track_grid_search(
            XGBClassifier(), {"max_depth": [3, 6, 9]}, X_train, y_train, increment="0042"
        )

    Args:
        estimator: A scikit-learn estimator or a pipeline.
        param_grid: Lists of values by name, or several such grids.
        X: The training data.
        y: What is to be predicted.
        increment: The increment; None finds it.
        name: The name of the sweep; None is made of the estimator's class: ``grid-search-svc``.
        scoring: As in `GridSearchCV`; a list may also have scorers in it.
        cv: As in `GridSearchCV`.
        refit: As in `GridSearchCV`; with False the best model is None.
        n_jobs: As in `GridSearchCV`.
        error_score: As in `GridSearchCV`.
        return_train_score: As in `GridSearchCV`.
        pre_dispatch: As in `GridSearchCV`.
        verbose: As in `GridSearchCV`.
        resume: True continues the newest sweep of this name and repeats no fit that is done;
            "allow" continues or starts. Refused if the data, the folds, the grid, the model or the
            scoring changed. The fit of the best model on all data is repeated.
        save_models: "best" saves the best model, "all" also those of each fold, "none" none.
        importance: Rate the parameters: `results.importance`, sweep.md, parameter_importance.png.
        progress: Show a bar on a terminal and in a notebook.
        tags: Tags of the sweep.
        fit_params: Further arguments of `GridSearchCV.fit`: groups, sample_weight …

    Raises:
        InvalidArgumentError: The sweep to resume was another one.
        MissingExtraError: scikit-learn or joblib is not installed.
        ValueError: Every fit failed, or an argument is one that `GridSearchCV` refuses.
    """
    selection = need("sklearn.model_selection", "track_grid_search()", extra="sweeps")
    search = selection.GridSearchCV(
        estimator,
        listed(param_grid),
        scoring=scorers_of(scoring),
        cv=cv,
        refit=refit,
        n_jobs=n_jobs,
        error_score=error_score,
        return_train_score=return_train_score,
        pre_dispatch=pre_dispatch,
        verbose=verbose,
    )
    results = Sweep(
        search=search,
        space=search.param_grid,
        X=X,
        y=y,
        name=name,
        increment=increment,
        resume=resume,
        save_models=save_models,
        importance=importance,
        progress=progress,
        tags=tags,
        fit_params=fit_params,
    ).run()
    return results.best_estimator_, results


def track_hyperparameters(
    model: Any,
    param_grid: Mapping[str, Any] | Iterable[Mapping[str, Any]],
    X_train: Any,  # noqa: N803
    y_train: Any = None,
    increment: IncrementName | None = None,
    *,
    n_iter: int | None = None,
    random_state: Any = None,
    name: str | os.PathLike[str] | None = None,
    scoring: Any = None,
    cv: Any = None,
    refit: Any = True,
    n_jobs: int | None = None,
    error_score: Any = float("nan"),
    return_train_score: bool = False,
    pre_dispatch: int | str = "2*n_jobs",
    verbose: int = 0,
    resume: bool | str = False,
    save_models: str | bool = "best",
    importance: bool = True,
    progress: bool = True,
    tags: Iterable[str] | str = (),
    **fit_params: Any,
) -> SweepResults:
    """Try parameters of a model: all of a grid, or a sample of distributions.

        results = track_hyperparameters(
            model=XGBClassifier,
            param_grid={"max_depth": [3, 6, 9]},
            X_train=X_train,
            y_train=y_train,
            increment="0042",
        )
        results.best_params_, results.best_score_, results.importance

    Args:
        model: A class, a function that makes a model without arguments, or a model.
        param_grid: Lists of values by name, several such grids, or distributions of scipy.stats.
        X_train: The training data.
        y_train: What is to be predicted.
        increment: The increment; None finds it.
        n_iter: How many combinations are drawn, as by `RandomizedSearchCV`. None tries all of a
            grid, and draws 10 from distributions.
        random_state: For drawing; needed to resume.
        name: The name of the sweep; None is made from the kind of search and the model's class.
        scoring: As in `track_grid_search`, like all that follows.
        cv: The splitter or the number of folds.
        refit: Whether, or by which score, the best model is fitted on all data.
        n_jobs: How many fits at a time.
        error_score: The score of a fit that fails, or "raise".
        return_train_score: Whether the training data is scored too.
        pre_dispatch: How many fits are handed out ahead.
        verbose: How much scikit-learn prints.
        resume: Continue an interrupted sweep.
        save_models: "best", "all" or "none".
        importance: Rate the parameters.
        progress: Show a bar.
        tags: Tags of the sweep.
        fit_params: Further arguments of `fit`.

    Raises:
        InvalidArgumentError: The sweep to resume was another one.
        MissingExtraError: scikit-learn or joblib is not installed.
        TypeError: The model cannot be made.
        ValueError: Every fit failed, or an argument is one that scikit-learn refuses.
    """
    selection = need("sklearn.model_selection", "track_hyperparameters()", extra="sweeps")
    space = listed(param_grid)
    options: dict[str, Any] = {
        "scoring": scorers_of(scoring),
        "cv": cv,
        "refit": refit,
        "n_jobs": n_jobs,
        "error_score": error_score,
        "return_train_score": return_train_score,
        "pre_dispatch": pre_dispatch,
        "verbose": verbose,
    }
    estimator = made(model)
    if n_iter is None and not has_distribution(space):
        search = selection.GridSearchCV(estimator, space, **options)
    else:
        count = ITERATIONS if n_iter is None else n_iter
        search = selection.RandomizedSearchCV(
            estimator, space, n_iter=count, random_state=random_state, **options
        )
    return Sweep(
        search=search,
        space=space,
        X=X_train,
        y=y_train,
        name=name,
        increment=increment,
        resume=resume,
        save_models=save_models,
        importance=importance,
        progress=progress,
        tags=tags,
        fit_params=fit_params,
    ).run()


def made(model: Any) -> Any:
    """Return the estimator: as it is, or made by its class or by a function."""
    is_estimator = hasattr(model, "get_params") and not inspect.isclass(model)
    if is_estimator or not callable(model):
        return model
    try:
        return model()
    except TypeError as error:
        raise TypeError(
            f"{getattr(model, '__name__', model)}() cannot be called without arguments ({error}); "
            f"pass a model instead"
        ) from error


def listed(space: Any) -> Any:
    """Return a grid, or grids as a list, so that an iterator can be used more than once."""
    return space if isinstance(space, Mapping) else list(space)


def has_distribution(space: Any) -> bool:
    """Return whether the space has a distribution to draw from."""
    grids = [space] if isinstance(space, Mapping) else space
    return any(hasattr(values, "rvs") for grid in grids for values in grid.values())
