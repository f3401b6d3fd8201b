"""What a tracked function returned: numbers, models, data."""

from __future__ import annotations

import numbers
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from .._native.warn import warn
from ..integrations.estimators import (
    facts_of_model,
    is_model,
    save_both_forms,
)
from ..tracking.experiment import Experiment
from ..values.conversion import ConversionError
from ..values.estimators import model_params
from ..values.nested import MAXIMUM_DEPTH, joined
from ..values.objects import of_class
from ..values.scalars import metric_value
from .arguments import is_data
from .return_names import Names, chosen

Path: TypeAlias = tuple[Any, ...]
"""The names around a value and its own."""


def record(
    experiment: Experiment,
    names: Names,
    result: Any,
    arguments: Mapping[str, Any],
    save: bool,
) -> None:
    """Record everything in the result that can be recognised."""
    models: dict[str, Any] = {}
    metrics: dict[Any, Any] = {}
    for path, value in unique(values_of(names, result)):
        if is_model(value):
            models[dotted(path)] = value
        elif is_data(value) and not isinstance(value, (list, tuple)):
            experiment.log_data(dotted(path), value)
        elif is_series(value):
            experiment.log_series(joined(path), value)
        elif (number := number_of(value)) is not None:
            metrics[joined(path)] = number
    if metrics:
        experiment.log_metrics(metrics)
    record_models(experiment, models, arguments, save)


class Named(NamedTuple):
    """A value, its name after those around it, and the longer one that distinguishes it."""

    path: Path
    full: Path
    value: Any


def dotted(path: Path) -> str:
    """Return the name of a model or of data, as those of params within others are made."""
    return ".".join(str(name) for name in path)


def unique(values: Iterable[Named]) -> Iterator[tuple[Path, Any]]:
    """Yield the values by name.

    Where a name occurs twice (``return train, test``) by the full one.
    """
    found = list(values)
    counts = Counter(item.path for item in found)
    for item in found:
        yield (item.path if counts[item.path] == 1 else item.full), item.value


def values_of(names: Names, result: Any) -> Iterator[Named]:
    """Yield the values of the result with their names."""
    fields = hasattr(result, "_fields")
    if isinstance(result, (tuple, list)) and not fields and not is_series(result):
        for index, (name, value) in enumerate(zip(chosen(names, len(result)), result, strict=True)):
            yield from within((name or f"result_{index}",), value)
    elif result is not None:
        (name,) = chosen(names, 1)
        yield from within((name or "result",), result)


def within(path: Path, value: Any) -> Iterator[Named]:
    """Yield a value, or the named values in it.

    The keys of the outermost dict are names of their own.
    """
    inner = named_values(value)
    if inner is None:
        yield Named(path[1:] or path, path, value)
    elif len(path) <= MAXIMUM_DEPTH:
        for key, item in inner.items():
            yield from within((*path, key), item)


def named_values(value: Any) -> Mapping[Any, Any] | None:
    """Return the values in a dict, a named tuple, a dataclass or a Keras history."""
    if is_model(value) or isinstance(value, type) or is_data(value):
        return None
    if isinstance(value, Mapping):
        return value
    history = getattr(value, "history", None)
    if isinstance(history, dict) and hasattr(value, "epoch"):
        return history
    fields = of_class(value)
    return fields if isinstance(fields, dict) else None


def is_series(value: Any) -> bool:
    """Return whether it is a list of numbers, not all whole, such as the loss of each epoch."""
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(item, numbers.Real) for item in value)
        and not all(isinstance(item, numbers.Integral) for item in value)
    )


def number_of(value: Any) -> Any:
    """Return the number, if it is one; text never is, even if it looks like one."""
    if value is None or isinstance(value, (str, bytes, list, tuple, dict)):
        return None
    try:
        return metric_value(value)
    except ConversionError:
        return None


def record_models(
    experiment: Experiment,
    models: Mapping[str, Any],
    arguments: Mapping[str, Any],
    save: bool,
) -> None:
    """Record class, params and form of each model, and save it."""
    argument_ids = {id(value) for value in arguments.values()}
    params = experiment.params if models else {}
    for name, model in models.items():
        alone = len(models) == 1
        if id(model) not in argument_ids:
            record_params(experiment, "model" if alone else name, model, params, alone)
        facts = facts_of_model(model)
        if facts:
            experiment._log_fact("models", {name: facts})
        if save:
            for problem in save_both_forms(experiment, model, "model" if alone else name):
                if experiment._strict:
                    raise problem
                warn(f"the model of {experiment.name} was not saved completely: {problem}")


def record_params(
    experiment: Experiment, name: str, model: Any, known: Mapping[str, Any], alone: bool
) -> None:
    """Record the params of a returned estimator, by their own names if it is the only one.

    An argument of the same name stays what it is.
    """
    own = model_params(model)
    kind = own.pop("model")
    params = {} if name in known else {name: kind}
    for key, value in own.items():
        free = alone and (key not in known or known[key] == value)
        params[key if free else f"{name}.{key}"] = value
    experiment.log_params(params)
