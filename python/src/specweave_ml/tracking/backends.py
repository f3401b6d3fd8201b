"""`register_tracking_backend`, and how a tracker of the user's own is called."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .._native.warn import warn
from ..errors import InvalidArgumentError
from ..values.conversion import brief

if TYPE_CHECKING:
    from .experiment import Experiment

AnyBackend = TypeVar("AnyBackend")
Form = TypeVar("Form", bound="Experiment")

METHODS = (
    "log_param",
    "log_params",
    "log_metric",
    "log_metrics",
    "log_note",
    "add_tag",
    "log_artifact",
    "finish",
)

_registered: list[Any] = []


def register_tracking_backend(backend: AnyBackend, enabled: bool = True) -> AnyBackend:
    """Forward everything that is logged from now on to a tracker of your own too.

        @register_tracking_backend
        class MyCustomTracker:
            def __init__(self, experiment): ...
            def log_param(self, key, value): ...
            def log_metric(self, key, value, step): ...
            def finish(self, status): ...

    For every experiment that is started an object is made, with the `Experiment` if the class takes
    an argument. Of the methods ``log_param(key, value)``, ``log_params(params)``,
    ``log_metric(key, value, step)``, ``log_metrics(metrics, step)``, ``log_note(text)``,
    ``add_tag(tag)``, ``log_artifact(path)`` and ``finish(status)`` it may have any, and each may
    take fewer arguments; without the one for several, the one for a single value is called for
    each. They are called after it is stored here, with the values as they were given; the step is
    None where none was. What they raise becomes a warning.

    Args:
        backend: The class, a function that makes a tracker, or a tracker for all experiments.
        enabled: False takes it back for experiments that are started later.

    Returns:
        The backend, so that this can decorate a class.

    Raises:
        InvalidArgumentError: It has none of these methods.
    """
    if isinstance(backend, type) or not callable(backend):
        require_methods(backend)
    if backend in _registered:
        _registered.remove(backend)
    if enabled:
        _registered.append(backend)
    return backend


def require_methods(backend: Any) -> None:
    """Refuse a backend that has none of the methods."""
    if not any(callable(getattr(backend, name, None)) for name in METHODS):
        raise InvalidArgumentError(
            f"{brief(backend)} is not a tracker: it has none of the methods {', '.join(METHODS)}"
        )


def form_of(form: type[Form]) -> type[Form]:
    """Return the class of a new experiment: the same, unless a backend is registered."""
    if not _registered:
        return form
    plain: Any = form
    forwarding: type[Form] = forwarding_class(plain)
    return forwarding


@functools.cache
def forwarding_class(form: Any) -> Any:
    """Return the same class, which forwards what is logged."""
    from .forwarding import ForwardingExperiment

    return type(form.__name__, (ForwardingExperiment, form), {"__module__": form.__module__})


def begin(experiment: Experiment, options: Mapping[str, Any]) -> None:
    """Report that an experiment has started, and what it was started with."""
    if not forwarding_class.cache_info().currsize:  # no backend was ever registered
        return
    from .forwarding import ForwardingExperiment

    if isinstance(experiment, ForwardingExperiment):
        experiment._begin(options)


class Backend:
    """A tracker of the user's own, which cannot harm the logging."""

    def __init__(self, tracker: Any) -> None:
        self.tracker = tracker
        self.failed: set[str] = set()

    def has(self, name: str) -> bool:
        """Return whether it has this method."""
        return callable(getattr(self.tracker, name, None))

    def tell(self, name: str, *arguments: Any) -> None:
        """Call a method with as many of the arguments as it takes."""
        if not self.has(name):
            return
        try:
            call_with(getattr(self.tracker, name), *arguments)
        except Exception as error:
            if name not in self.failed:
                self.failed.add(name)
                warn(f"{brief(self.tracker)}.{name} failed: {type(error).__name__}: {error}")

    def tell_values(self, name: str, values: Mapping[Any, Any], *more: Any) -> None:
        """Forward several values at once, or one after the other, as the tracker supports."""
        if self.has(f"{name}s") and (len(values) > 1 or not self.has(name)):
            self.tell(f"{name}s", values, *more)
            return
        for key, value in values.items():
            self.tell(name, key, value, *more)


def call_with(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result of a call with as many of the arguments as the function takes."""
    try:
        import inspect

        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function(*arguments)
    for count in range(len(arguments), -1, -1):
        try:
            signature.bind(*arguments[:count])
        except TypeError:
            continue
        return function(*arguments[:count])
    return function(*arguments)


def backends_for(experiment: Experiment) -> list[Backend]:
    """Return a tracker of each kind for an experiment."""
    found = []
    for backend in _registered:
        try:
            made = call_with(backend, experiment) if callable(backend) else backend
            found.append(Backend(made))
        except Exception as error:
            warn(f"{brief(backend)} was not started: {type(error).__name__}: {error}")
    return found
