"""Several models on the same data, each an experiment, and their comparison."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, overload

from .._native.increments import IncrementName
from .._native.optional_packages import need
from .._native.warn import warn
from ..comparison.comparison import Comparison, compare_experiments
from ..display import text
from ..display.progress import Bar
from ..errors import InvalidArgumentError, TrackingError
from ..tracking.current import enclosing
from ..tracking.experiment import Experiment
from ..tracking.start import track_experiment
from ..values.estimators import model_params, short_name
from ..values.several import several
from .metrics import Asked, Metrics, Task, asked_for, scores, task_of

Models: TypeAlias = "Mapping[str, Any] | Iterable[Any]"

DATA = ("X_train", "y_train", "X_test", "y_test")


@overload
def compare_models(
    models: Models,
    X_train: Any,  # noqa: N803 - as the field writes it
    y_train: Any,
    X_test: Any,  # noqa: N803
    y_test: Any,
    *,
    metrics: Metrics | None = None,
    increment: IncrementName | None = None,
    average: str = "auto",
    pos_label: Any = None,
    save_models: bool = True,
    progress: bool = True,
    parent: Experiment | None = None,
    **options: Any,
) -> Comparison: ...
@overload
def compare_models(
    models: Models,
    X_test: Any,  # noqa: N803
    y_test: Any,
    *,
    metrics: Metrics | None = None,
    increment: IncrementName | None = None,
    average: str = "auto",
    pos_label: Any = None,
    save_models: bool = True,
    progress: bool = True,
    parent: Experiment | None = None,
    **options: Any,
) -> Comparison: ...
def compare_models(
    models: Models,
    *data: Any,
    metrics: Metrics | None = None,
    increment: IncrementName | None = None,
    average: str = "auto",
    pos_label: Any = None,
    save_models: bool = True,
    progress: bool = True,
    parent: Experiment | None = None,
    **options: Any,
) -> Comparison:
    """Train models and compare them, or compare models that are trained.

    Each model becomes an experiment with its parameters, its scores on the test data,
    ``training_time`` and ``prediction_time`` (seconds) and ``model_size_bytes``. A model that fails
    becomes a failed experiment and the others continue. comparison.md then compares exactly these.

    With four data sets (``X_train, y_train, X_test, y_test``) the models are fitted in place; with
    two (``X_test, y_test``) they are fitted already.

    Args:
        models: Models by name; or a list, named by their classes.
        data: The data sets, in this order or by name.
        metrics: Which scores; None is accuracy, precision, recall, F1 and ROC AUC for classifiers,
            R², RMSE and MAE for regressors. Else what scikit-learn takes as ``scoring``: names of
            these or of its scorers, scorers such as ``make_scorer(f1_score, pos_label="yes")``,
            functions of (model, X, y), in a list or by names of your own, or one that gives a dict
            of scores. Of a scorer higher is better. The first one named decides which is best.
        increment: The increment; None finds it.
        average: How precision, recall and F1 of several classes become one: "auto" is "binary" for
            two classes, the greater label being the positive one, else "macro"; it is recorded as
            the param ``averaging`` and said below the table.
        pos_label: The positive class of precision, recall, F1 and the scorers that are named; a
            scorer of your own keeps its own.
        save_models: Save each model, which also tells its size.
        progress: Show a bar on a terminal and in a notebook.
        parent: The experiment around them; None is the one whose block is open, if there is one.
        options: Further options of `track_experiment`.

    Raises:
        MissingExtraError: scikit-learn is not installed.
        InvalidArgumentError: A metric is unknown, or there is no model.

    Example:
        >>> comparison = compare_models(
        ...     models, X_train, y_train, X_test, y_test, increment="0042"
        ... )
        >>> comparison.best.name
    """
    need("sklearn", "compare_models", extra="sweeps")
    train, rows, truth = split(data, options)
    named = named_models(models)
    task = task_of(named.values(), truth, average, pos_label)
    asked = asked_for(metrics, task)
    around = parent or enclosing(increment)
    done = []
    found: dict[str, float | None] = {}
    with Bar("compare models", progress) as bar:
        bar.begin(len(named), "model")
        for name, model in named.items():
            bar.say(name)
            experiment = track_experiment(
                name, increment, parent=around, params=model_params(model), **options
            )
            done.append(experiment)
            try:
                with experiment:
                    found |= judge(experiment, model, train, rows, truth, asked, task, save_models)
            except Exception as error:
                warn(f"{name} failed and the others continue: {type(error).__name__}: {error}")
            bar.advance()
    keys = [key for key, value in found.items() if value is not None]
    return compare_experiments(
        done[0]._increment_path,
        only=done,
        sort_by=keys[0] if keys and asked.ordered else None,
        directions=asked.directions(keys),
        notes=notes(asked, task, row_count(rows)),
    )


def judge(
    experiment: Experiment,
    model: Any,
    train: tuple[Any, Any] | None,
    rows: Any,
    truth: Any,
    asked: Asked,
    task: Task,
    save_model: bool,
) -> dict[str, float | None]:
    """Fit one model if there is training data, and record how good, fast and large it is."""
    if task.averaging and asked.averaged():
        experiment.log_param("averaging", task.averaging)
    seconds = None
    if train is not None:
        experiment.log_data("X_train", train[0])
        experiment.log_data("y_train", train[1])
        started = time.perf_counter()
        model.fit(*train)
        seconds = time.perf_counter() - started
    experiment.log_data("X_test", rows)
    experiment.log_data("y_test", truth)
    started = time.perf_counter()
    predicted = model.predict(rows)
    prediction = time.perf_counter() - started
    found = scores(asked, model, rows, truth, predicted, task)
    for key, value in found.items():
        if value is None:
            experiment.log_note(f"{key} is not defined for this model on this data")
        else:
            experiment.log_metric(key, value)
    experiment.log_metric("prediction_time", prediction)
    if save_model:
        record_model(experiment, model)
    if seconds is not None:
        experiment.log_metric("training_time", seconds)
    return found


def record_model(experiment: Experiment, model: Any) -> None:
    """Save the model and log its size; a model that cannot be saved is compared too."""
    try:
        path = experiment.save_model(model)
    except TrackingError as error:
        experiment.log_note(f"the model was not saved: {error}")
        return
    sizes = [saved["size"] for saved in experiment.artifacts if saved["path"] == path]
    experiment.log_metric("model_size_bytes", sizes[0])


def split(data: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return training data or None, test rows and their target; names are taken from `named`."""
    by_name: dict[str, Any] = {key: named.pop(key) for key in DATA if key in named}
    count = len(data) + len(by_name)
    free = [key for key in (DATA if count == 4 else DATA[2:]) if key not in by_name]
    if count not in (2, 4) or len(free) != len(data):
        raise TypeError(
            "compare_models takes X_train, y_train, X_test, y_test to train the models, or X_test, "
            f"y_test for trained ones; got {len(data)} data sets and {list(by_name)} by name"
        )
    by_name.update(zip(free, data, strict=True))
    train = (by_name["X_train"], by_name["y_train"]) if "X_train" in by_name else None
    return train, by_name["X_test"], by_name["y_test"]


def row_count(rows: Any) -> int:
    """Count the rows of a table, an array or a list."""
    return int(rows.shape[0]) if hasattr(rows, "shape") else len(rows)


def named_models(models: Models) -> dict[str, Any]:
    """Return the models by name."""
    if isinstance(models, Mapping):
        named = {str(name): model for name, model in models.items()}
    else:
        named = {}
        # The parts of a pipeline or an ensemble are not the models that are meant.
        alone = callable(getattr(models, "predict", None))
        for model in [models] if alone else several("models", models):
            name, number = short_name(model), 2
            while name in named:
                name, number = f"{short_name(model)}-{number}", number + 1
            named[name] = model
    if not named:
        raise InvalidArgumentError("compare_models was given no model")
    return named


def notes(asked: Asked, task: Task, rows: int) -> list[str]:
    """Return what the table does not say."""
    averaged = asked.averaged()
    sentences = [f"All scores are those of the same {text.count(rows, 'test row')}."]
    if task.averaging and averaged:
        sentences.append(f"Averaging of {', '.join(averaged)}: {task.averaging}.")
    return sentences
