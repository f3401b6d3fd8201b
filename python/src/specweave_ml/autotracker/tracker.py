"""The decorator and what may be chosen about it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from .._native.increments import IncrementName
from ..tracking.current import enclosing
from ..tracking.start import track_experiment
from ..values.several import several
from .call import Call
from .return_names import Names, names_of
from .wrapping import wrapped

Function = TypeVar("Function", bound=Callable[..., Any])


class AutoTracker:
    """Records every call of a decorated function as an experiment.

        tracker = AutoTracker(increment="0042")

        @tracker.track(name="xgboost-auto")
        def train_model(depth=6):
            model = XGBClassifier(max_depth=depth).fit(X_train, y_train)
            score = model.score(X_test, y_test)
            return model, score

    Recorded are the arguments with their defaults, as params; arrays and tables among them, or read
    by the function, or by functions inside it, from around it, with shape, columns and content hash
    instead of their content; the parameters of estimators given or returned; the numbers returned,
    named by the ``return`` statement (here ``score``) or by the keys of a dict, those of a dict in
    a dict as `log_metrics` names them (``macro avg/precision``); the returned model, as a
    pickle and in its package's own format; and what every experiment
    records: git, environment, packages, code.

    The function returns exactly what it returned before, and its exceptions pass through: they make
    the experiment failed. Functions, methods, coroutines and generators can be tracked. A call
    inside an open experiment is a child of it.

    Args:
        increment: The increment; None finds it at each call as `track_experiment` does.
        tags: Tags of every experiment.
        capture: What is captured, as in `track_experiment`.
        strict: Raise where recording would warn and continue.
        data: Whether data is described; its content is hashed, about a second for two gigabytes.
        models: Whether returned models are saved.
    """

    def __init__(
        self,
        increment: IncrementName | None = None,
        *,
        tags: Iterable[str] | str = (),
        capture: bool | Iterable[str] = True,
        strict: bool = False,
        data: bool = True,
        models: bool = True,
    ) -> None:
        self.increment = increment
        self.tags = several("tags", tags)
        self.capture = capture if isinstance(capture, bool) else tuple(capture)
        self.strict = strict
        self.data = data
        self.models = models

    @overload
    def track(self, function: Function, /) -> Function: ...

    @overload
    def track(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Iterable[str] | str = (),
    ) -> Callable[[Function], Function]: ...

    def track(
        self,
        function: Any = None,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Iterable[str] | str = (),
    ) -> Any:
        """Decorate a function, with or without arguments.

        Args:
            function: The function, when the decorator stands without parentheses.
            name: The name of the experiments; None is the name of the function. The second call
                is a re-run in a folder of its own.
            description: A sentence about them; None is the first line of the function's docstring.
            tags: Tags in addition to the tracker's.
        """
        if function is None:
            return functools.partial(self._decorate, name=name, description=description, tags=tags)
        return self._decorate(function, name=name, description=description, tags=tags)

    def _decorate(
        self, function: Any, *, name: str | None, description: str | None, tags: Any
    ) -> Any:
        """Return the function that records its calls."""
        if isinstance(function, (staticmethod, classmethod)):
            inner = self._decorate(function.__func__, name=name, description=description, tags=tags)
            return type(function)(inner)
        if not callable(function):
            raise TypeError(f"track decorates a function, not a {type(function).__name__}")
        title = name or getattr(function, "__name__", None) or type(function).__name__
        if description is None:
            description = (getattr(function, "__doc__", None) or "").strip().partition("\n")[0]
        # Read now: the file, or the cell, may be another one when the function is called.
        begin = functools.partial(
            self._begin, function, names_of(function), title, description or None, tags
        )
        return wrapped(function, begin)

    def _begin(
        self,
        function: Any,
        names: Names,
        title: str,
        description: str | None,
        tags: Any,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Call:
        """Start the experiment of one call."""
        parent = enclosing(self.increment)
        further = several("tags", tags)
        experiment = track_experiment(
            title,
            self.increment if parent is None else None,
            description=description,
            tags=[*self.tags, *further],
            parent=parent,
            capture=self.capture,
            strict=self.strict,
        )
        call = Call(experiment, names, data=self.data, models=self.models)
        call.record_start(function, arguments, keywords)
        return call
