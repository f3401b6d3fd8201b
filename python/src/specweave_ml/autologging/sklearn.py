"""scikit-learn: ``fit`` of everything that predicts."""

from __future__ import annotations

import copy
import functools
import inspect
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeAlias

from .._native.optional_packages import is_a
from ..integrations.base import save_model
from ..integrations.estimators import facts_of_model
from ..model_selection.scores import own_score
from ..tracking.experiment import Experiment
from ..values.estimators import model_params, short_name
from . import searches
from .callers import is_the_users
from .patches import Patches
from .training_run import Options, Training, among, within_another

Patch: TypeAlias = Callable[[ModuleType, Patches, Options], None]

MLFLOW_RUN = "_mlflow_run_id"
"""The attribute by which MLflow finds the run of a model."""
SEARCH = "sklearn.model_selection._search.BaseSearchCV"


def patch(base: ModuleType, patches: Patches, options: Options) -> None:
    """Record ``fit`` of every estimator that there is, and of those that will be defined."""
    root = base.BaseEstimator
    before = vars(root).get("__init_subclass__")

    def __init_subclass__(cls: Any, /, **named: Any) -> None:  # noqa: N807
        if before is None:
            super(root, cls).__init_subclass__(**named)
        else:
            before.__func__(cls, **named)
        record_fit(cls, patches, options)

    patches.replace(root, "__init_subclass__", classmethod(__init_subclass__))
    for kind in subclasses(root):
        record_fit(kind, patches, options)


def subclasses(kind: Any) -> set[Any]:
    """Return all classes derived from one."""
    found: set[Any] = set()
    waiting = [kind]
    while waiting:
        derived = set(waiting.pop().__subclasses__()) - found
        found |= derived
        waiting.extend(derived)
    return found


def record_fit(kind: type, patches: Patches, options: Options) -> None:
    """Record the ``fit`` that a class defines itself."""
    if is_method(vars(kind).get("fit")):
        patches.record(kind, "fit", functools.partial(recorded, options))


def is_method(value: Any) -> bool:
    """Return whether it is called with the object; it may be written in C."""
    bound = callable(value) and hasattr(type(value), "__get__")
    return bound and not isinstance(value, (staticmethod, classmethod))


def recorded(options: Options, original: Any) -> Any:
    """Return a ``fit`` that does the same and records it."""

    @functools.wraps(original)
    def fit(self: Any, *arguments: Any, **named: Any) -> Any:
        if options.idle() or not predicts(self):
            return original(self, *arguments, **named)
        if not is_the_users(self, "fit"):
            with within_another():
                return original(self, *arguments, **named)
        if among(getattr(self, "callbacks", None)) or among(named.get("callbacks")):
            return original(self, *arguments, **named)
        search = is_a(self, SEARCH)
        title = searches.title(self) if search else short_name(self)
        with Training(title, options, self) as training:
            rows, target = data_of(original, self, arguments, named)
            if search:
                training.record(searches.record_start, self)
            else:
                training.record(log_params, self)
            training.record_data("X_train", rows)
            training.record_data("y_train", target)
            result = original(self, *arguments, **named)
            training.record_time()
            if search:
                training.record(searches.record_end, self)
            training.record(log_score, self, rows, target)
            training.record(log_model, self, options)
        return result

    return fit


def predicts(model: object) -> bool:
    """Return whether it is more than a step of preparation."""
    try:
        return is_a(model, SEARCH) or hasattr(model, "predict") or hasattr(model, "fit_predict")
    except Exception:  # of a model that knows only after its training what it can do
        return True


def data_of(
    original: Any, model: Any, arguments: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, Any]:
    """Return the rows and the target among the arguments."""
    try:
        bound = dict(inspect.signature(original).bind(model, *arguments, **named).arguments)
    except TypeError:  # the call itself will say so
        return None, None
    names = list(bound)
    rows = bound[names[1]] if len(names) > 1 else None
    return rows, bound.get("y")


def log_params(experiment: Experiment, model: Any) -> None:
    """Record the settings of the model."""
    experiment.log_params(model_params(model))


def log_score(experiment: Experiment, model: Any, rows: Any, target: Any) -> None:
    """Record the model's own score on the data that it was trained on."""
    unfitted = is_a(model, SEARCH) and not hasattr(model, "best_estimator_")
    if rows is None or unfitted or not hasattr(model, "score"):
        return
    import numpy as np

    # The user's code continues with the random numbers that it would have had.
    state = np.random.get_state()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a score that the user did not ask for
            scored = unnoticed(model)
            score = scored.score(rows) if target is None else scored.score(rows, target)
    finally:
        np.random.set_state(state)
    name = searches.metric(model) if is_a(model, SEARCH) else own_score(model, None)
    experiment.log_metric(f"train_{name}", score)


def unnoticed(model: Any) -> Any:
    """Return a copy of the model that MLflow's autolog does not record when it is scored."""
    if MLFLOW_RUN not in getattr(model, "__dict__", {}):
        return model
    other = copy.copy(model)
    del vars(other)[MLFLOW_RUN]
    return other


def log_model(experiment: Experiment, model: Any, options: Options) -> None:
    """Save the trained model, of a search the best one."""
    trained = getattr(model, "best_estimator_", None) if is_a(model, SEARCH) else model
    if trained is None:
        return
    experiment._log_fact("models", {"model": facts_of_model(trained)})
    if options.models:
        save_model(experiment, trained)
