"""An experiment that forwards what is logged to trackers of the user's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from ..values.conversion import ConversionError
from ..values.json_values import mapping_of
from ..values.nested import by_steps, flat
from ..values.several import several
from .backends import Backend, backends_for
from .experiment import Experiment

_running = threading.local()


class ForwardingExperiment(Experiment):
    """An experiment that forwards what is logged, each call of the user's once."""

    _backends: Sequence[Backend] = ()

    def _begin(self, options: Mapping[str, Any]) -> None:
        """Make the trackers, and forward what the experiment was started with."""
        self._backends = backends_for(self)
        params = together(options.get("params"), {})
        for tracker in self._backends:
            if params:
                tracker.tell_values("log_param", params)
            for tag in options.get("tags", ()):
                tracker.tell("add_tag", tag)

    def _tell(self, store: Callable[[], Any], tell: Callable[[Backend], None]) -> Any:
        """Store it, then forward it, unless it is part of a call that is forwarded as a whole."""
        inner = getattr(_running, "inside", False)
        _running.inside = True
        try:
            result = store()
        finally:
            _running.inside = inner
        if not inner:
            for tracker in self._backends:
                tell(tracker)
        return result

    def log_param(self, key: str, value: Any) -> None:
        """Log a parameter, and forward it."""
        log = super().log_param
        self._tell(
            lambda: log(key, value), lambda backend: backend.tell_values("log_param", {key: value})
        )

    def log_params(self, params: Any = None, /, **named: Any) -> None:
        """Log parameters, and forward them."""
        log, values = super().log_params, together(params, named)
        self._tell(
            lambda: log(params, **named), lambda backend: backend.tell_values("log_param", values)
        )

    def log_metric(self, key: str, value: Any, step: Any = None) -> None:
        """Log a value, and forward it."""
        log = super().log_metric
        self._tell(
            lambda: log(key, value, step),
            lambda backend: backend.tell_values("log_metric", {key: value}, step),
        )

    def log_metrics(self, metrics: Any = None, /, step: Any = None, **named: Any) -> None:
        """Log several values, and forward them."""
        log, values = super().log_metrics, flat(together(metrics, named))
        self._tell(
            lambda: log(metrics, step, **named),
            lambda backend: backend.tell_values("log_metric", values, step),
        )

    def log_series(self, key: str, values: Any, steps: Any = None, times: Any = None) -> None:
        """Log a series, and forward its values one by one."""
        log = super().log_series
        values, steps, times = kept(values), kept(steps), kept(times)
        logged = points(values, steps)

        def each(backend: Backend) -> None:
            for value, step in logged:
                backend.tell_values("log_metric", {key: value}, step)

        self._tell(lambda: log(key, values, steps, times), each)

    def log_note(self, text: object) -> None:
        """Add a note, and forward it."""
        log = super().log_note
        self._tell(lambda: log(text), lambda backend: backend.tell("log_note", text))

    def add_tag(self, *tags: Any) -> None:
        """Add tags, and forward them."""
        add = super().add_tag

        def each(backend: Backend) -> None:
            for tag in names:
                backend.tell("add_tag", tag)

        names = [tag for item in tags if not isinstance(item, Mapping) for tag in several("", item)]
        self._tell(lambda: add(*tags), each)

    def save_artifact(self, name: Any, *obj: Any) -> str:
        """Save an object, and forward its path."""
        save = super().save_artifact
        return self._saved(lambda: save(name, *obj))

    def log_artifact(
        self, path: Any, name: str | None = None, *, follow_links: bool = False
    ) -> str:
        """Copy a file or a folder, and forward its path."""
        log = super().log_artifact
        return self._saved(lambda: log(path, name, follow_links=follow_links))

    def save_model(self, model: Any, name: str | None = None) -> str:
        """Save a model, and forward its path."""
        save = super().save_model
        return self._saved(lambda: save(model, name))

    def _saved(self, save: Callable[[], str]) -> str:
        """Save something, then forward its path."""
        places: list[str] = []

        def store() -> str:
            places.append(save())
            return places[0]

        saved: str = self._tell(
            store, lambda backend: backend.tell("log_artifact", str(self.path / places[0]))
        )
        return saved

    def _finish(self, status: str | None, facts: dict[str, Any]) -> None:
        end = super()._finish
        self._tell(
            lambda: end(status, facts),
            lambda backend: backend.tell("finish", self._foreseen or self.status),
        )


def together(values: Any, named: dict[str, Any]) -> dict[Any, Any]:
    """Return the values given as one object and by name.

    What has no names is reported by the logging itself.
    """
    try:
        return {**({} if values is None else mapping_of(values)), **named}
    except ConversionError:
        return dict(named)


def kept(values: Any) -> Any:
    """Return the values, in a list if they can be gone through only once."""
    return list(values) if isinstance(values, Iterator) else values


def points(values: Any, steps: Any) -> list[tuple[Any, Any]]:
    """Return the values of a series, each with its step; none of one that the logging refuses."""
    try:
        values, steps, _ = by_steps(values, steps, None)
        return list(zip(values, repeat(None) if steps is None else steps, strict=False))
    except (ConversionError, TypeError):
        return []
