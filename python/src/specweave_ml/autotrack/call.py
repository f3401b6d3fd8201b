"""One call of a tracked function: an experiment, what it was given, what it returned."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from .._warn import warn
from ..errors import TrackingError
from ..experiment import Experiment
from . import arguments as given
from . import results
from .return_names import Names


class Call:
    """The recording of one call; nothing in it may harm the function that is called."""

    def __init__(self, experiment: Experiment, names: Names, *, data: bool, models: bool) -> None:
        self.experiment = experiment
        self.names = names
        self.data = data
        self.models = models
        self.arguments: dict[str, Any] = {}

    def record_start(
        self, function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> None:
        """Record the arguments as they are before the function can change them."""
        with Harmless(self.experiment, "the arguments"):
            self.arguments = given.bound(function, arguments, keywords)
            params = given.params_of(self.arguments)
            if params:
                self.experiment.log_params(params)
            if self.data:
                for name, value in given.data_of(function, self.arguments).items():
                    self.experiment.log_data(name, value)

    def record_result(self, result: Any) -> None:
        """Record what the function returned."""
        with Harmless(self.experiment, "the result"):
            results.record(self.experiment, self.names, result, self.arguments, self.models)


class Harmless:
    """Turns what goes wrong while recording into a warning, unless ``strict`` was asked for."""

    def __init__(self, experiment: Experiment, what: str) -> None:
        self.experiment = experiment
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception) or self.experiment._strict:
            return False
        reason = error if isinstance(error, TrackingError) else f"{type(error).__name__}: {error}"
        warn(f"{self.what} of {self.experiment.name} was not recorded completely: {reason}")
        return True
