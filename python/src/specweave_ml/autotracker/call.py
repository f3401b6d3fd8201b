"""One call of a tracked function: an experiment, what it was given, what it returned."""

from __future__ import annotations

from typing import Any

from .._native.warn import warn_on_error
from ..tracking.experiment import Experiment
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
        with self.harmless("the arguments"):
            self.arguments = given.bound(function, arguments, keywords)
            params = given.params_of(self.arguments)
            if params:
                self.experiment.log_params(params)
        if self.data:
            with self.harmless("the data"):
                for name, value in given.data_of(function, self.arguments).items():
                    self.experiment.log_data(name, value)

    def record_result(self, result: Any) -> None:
        """Record what the function returned."""
        with self.harmless("the result"):
            results.record(self.experiment, self.names, result, self.arguments, self.models)

    def harmless(self, what: str) -> warn_on_error:
        """Turn errors in a part of the recording into warnings; a strict experiment raises them."""
        return warn_on_error(f"{what} of {self.experiment.name}", strict=self.experiment._strict)
