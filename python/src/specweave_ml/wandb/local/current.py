"""Which run is open in this process: the one that ``wandb.log`` writes to, and all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import Error

if TYPE_CHECKING:
    from .run import Run

_open: list[Run] = []
_global: Run | None = None
sweep: Any = None
"""The sweep whose function runs now: it has ``sweep_id`` and ``config``; None if none does."""


def run() -> Run | None:
    """Return the run of ``wandb.run``."""
    return _global


def newest() -> Run | None:
    """Return the run that was started last and is not finished."""
    return _open[-1] if _open else None


def opened() -> list[Run]:
    """Return all runs that are not finished."""
    return list(_open)


def by_id(run_id: str) -> Run | None:
    """Return the open run of an id."""
    return next((found for found in reversed(_open) if found.id == run_id), None)


def add(started: Run, *, is_global: bool) -> None:
    """Note a run that was started."""
    global _global
    _open.append(started)
    if is_global:
        _global = started


def remove(finished: Run) -> None:
    """Note that a run was finished."""
    global _global
    if finished in _open:
        _open.remove(finished)
    if _global is finished:
        _global = None


def require(what: str) -> Run:
    """Return the run of ``wandb.run``.

    Raises:
        Error: There is none.
    """
    if _global is None:
        raise Error(f"You must call wandb.init() before {what}")
    return _global


class BeforeInit:
    """Stands for ``wandb.config`` and ``wandb.summary`` while no run is open."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getitem__(self, key: object) -> Any:
        raise Error(f"You must call wandb.init() before {self._name}[{key!r}]")

    def __setitem__(self, key: object, value: Any) -> None:
        raise Error(f"You must call wandb.init() before {self._name}[{key!r}]")

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError(key)
        raise Error(f"You must call wandb.init() before {self._name}.{key}")

    def __setattr__(self, key: str, value: Any) -> None:
        raise Error(f"You must call wandb.init() before {self._name}.{key}")

    def __repr__(self) -> str:
        return f"<{self._name}, before wandb.init()>"
