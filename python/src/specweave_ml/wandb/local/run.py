"""A run: what ``wandb.init`` returns."""

from __future__ import annotations

from typing import Any

from .run_ending import RunEnding
from .run_saving import RunSaving
from .run_watching import RunWatching


class Run(RunWatching, RunSaving, RunEnding):
    """A run of an experiment; made by `init`."""

    def _label(self, **_: Any) -> None:
        """Ignore what other packages say of themselves."""

    @property
    def _attach_id(self) -> str:
        """How other processes would name it."""
        return self.id

    def __deepcopy__(self, memo: dict[int, Any]) -> Run:
        return self

    def __reduce__(self) -> Any:
        from .attaching import attach

        return attach, (self.id,)


class RunDisabled:
    """The class that runs of the mode "disabled" once had; none is of it."""
