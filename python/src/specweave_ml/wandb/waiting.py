"""Seeing the start of wandb's runs, from when wandb is imported.

A run is recorded if `configure_wandb` was called, if `specweave.wandb` starts it, or if its project
names an increment, as ``wandb.init(project="0042-recommendation-model")`` does. All others are left
alone. Before wandb is imported this costs nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..autologging.import_hooks import Waiting

if TYPE_CHECKING:
    from pathlib import Path

STARTING = "wandb.sdk.wandb_init"

_waiting = Waiting()
_wanted = threading.local()
_seen = False


def wait_for_wandb() -> None:
    """See the starts of runs as soon as wandb is imported."""
    _waiting.when_loaded(STARTING, see_starts)


def see_starts(module: ModuleType) -> None:
    """Let ``wandb.init`` be seen."""
    global _seen
    if _seen or getattr(module, "__specweave__", False):  # the stand-in has nothing to be seen
        return
    _seen = True
    from ..autologging.patches import Patches
    from ..tracking import exit_hooks

    # wandb ends its runs when the interpreter exits, and the last hook to be registered comes
    # first: experiments end after the runs that they record.
    exit_hooks.prepare()
    Patches().record(module, "init", starting)


def starting(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return what starts a run and records it."""

    def init(*arguments: Any, **named: Any) -> Any:
        run = plain(*arguments, **completed(plain, arguments, named))
        try:
            begin(run)
        except Exception as error:
            from .mirror.safely import tell

            tell("everything", error)
        return run

    return init


def completed(
    plain: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
) -> dict[str, Any]:
    """Return the named arguments, with what wandb was configured with too late to see it."""
    configure = sys.modules.get(f"{__package__}.configure")
    unread = configure.unread_options() if configure is not None else {}
    if not unread:
        return named
    import inspect

    try:
        given = inspect.signature(plain).bind_partial(*arguments, **named).arguments
    except TypeError:
        return named
    return {key: value for key, value in unread.items() if given.get(key) is None} | {
        key: value for key, value in named.items() if key not in unread or value is not None
    }


def begin(run: Any) -> None:
    """Record a run from now on, if it is to be recorded."""
    place = place_of(getattr(run, "project", None))
    if place is None:
        return
    from .mirror import interception, run_facts
    from .mirror.mirrored_run import MirroredRun

    if run_facts.is_disabled(run) or interception.mirrored(run) is not None:
        return
    interception.remember(run, MirroredRun(run, place))


def place_of(project: str | None) -> Path | None:
    """Return the increment in which runs of a project are recorded; None if they are not."""
    from .configure import configured_increment
    from .runs.places import named_increment

    chosen: Path | None = getattr(_wanted, "increment", None)
    if chosen is not None:
        return chosen
    named = named_increment(project)
    return named.path if named is not None else configured_increment()


def names_increment(project: Any) -> bool:
    """Return whether a project names an increment."""
    from .runs.places import named_increment

    return isinstance(project, str) and named_increment(project) is not None


@contextmanager
def wanted(increment: Path | None) -> Iterator[None]:
    """Record what this thread starts in an increment, whatever its project is."""
    _wanted.increment = increment
    try:
        yield
    finally:
        _wanted.increment = None
