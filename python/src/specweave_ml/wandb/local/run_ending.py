"""How a run ends."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from . import current
from .run_state import RunState


class RunStatus:
    """What ``run.status()`` returns: nothing has to be sent anywhere."""

    sync_items_total = 0
    sync_items_pending = 0
    sync_time = None


class RunEnding(RunState):
    """The calls that end a run."""

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """End the run: completed with the code 0, or none, else failed. Idempotent."""
        self._end(exit_code, None)

    def join(self, exit_code: int | None = None) -> None:
        """Do what `finish` does."""
        self._end(exit_code, None)

    def mark_preempting(self) -> None:
        """Note that the computer is about to be taken away; the run may be continued then."""
        self._require_open("mark_preempting")
        self._recorder.set_fact(preempting=True)

    def status(self) -> RunStatus:
        """Return what is still to be sent: nothing."""
        return RunStatus()

    def display(self, height: int = 420, hidden: bool = False) -> bool:
        """Show the experiment in a notebook; return whether this is one."""
        from ...display.terminal import ipython_shell

        if ipython_shell() is None:
            return False
        from IPython.display import display  # type: ignore[import-not-found, unused-ignore]

        display(self._experiment)  # type: ignore[no-untyped-call, unused-ignore]
        return True

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """Return the experiment as HTML."""
        return str(self._experiment._repr_html_())

    def _repr_html_(self) -> str:
        return self.to_html()

    def _end(self, exit_code: int | None, error: BaseException | None) -> None:
        """End it, unless it is ended."""
        if self._is_finished:
            return
        self._is_finished = True
        try:
            self._recorder.finish(exit_code, error=error)
        finally:
            current.remove(self)  # type: ignore[arg-type]  # every run is a Run

    def _before_end(self) -> None:
        """Note that it ends, also where the end of the program does it."""
        super()._before_end()
        self._is_finished = True
        current.remove(self)  # type: ignore[arg-type]  # every run is a Run

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        failed = kind is not None and not (isinstance(error, SystemExit) and not error.code)
        self._end(1 if failed else 0, error)
