"""Seeing the calls of wandb: each does what it always did, and is recorded beside it.

The functions keep their identity (`autologging.trampolines`): ``wandb.log``, a method that a
library has stored and ``from wandb import init`` are all the same function.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ...autologging.patches import Patches
from .mirrored_run import MirroredRun
from .safely import safely

_mirrored: dict[int, MirroredRun] = {}
_patches = Patches()
_installed = False
_lock = threading.RLock()

Call = Callable[..., Any]


def mirrored(run: Any) -> MirroredRun | None:
    """Return the mirror of a run; None if it has none here."""
    found = _mirrored.get(id(run))
    return found if found is not None and found.run is run and found.is_ours else None


def remember(run: Any, made: MirroredRun) -> None:
    """See the calls of this run from now on."""
    with _lock:
        _mirrored[id(run)] = made
    see_calls()


def forget(run: Any) -> None:
    """See no more of a run that has ended."""
    with _lock:
        _mirrored.pop(id(run), None)


def see_calls() -> None:
    """See the calls of all runs; done once."""
    global _installed
    with _lock:
        if _installed:
            return
        _installed = True
        from wandb.sdk import wandb_setup
        from wandb.sdk.wandb_config import Config
        from wandb.sdk.wandb_run import Run
        from wandb.sdk.wandb_summary import Summary

        for owner, name, make in (
            (Run, "log", logging),
            (Run, "finish", finishing),
            (Run, "__exit__", leaving),
            (Run, "define_metric", after("define_metric", MirroredRun.define)),
            (Run, "alert", after("an alert", MirroredRun.alert)),
            (Run, "_log_artifact", logging_artifact),
            (Config, "update", configuring),
            (Config, "__setitem__", configuring),
            (Config, "setdefaults", configuring),
            (Config, "update_locked", configuring),
            (Config, "merge_locked", configuring),
            (Summary, "_update", summarizing),
            (wandb_setup, "teardown", tearing_down),
        ):
            safely(f"{name} of wandb", replace, owner, name, make)
        for name, act in (
            ("tags", MirroredRun.set_tags),
            ("notes", MirroredRun.set_notes),
            ("name", MirroredRun.set_name),
        ):
            safely(f"{name} of wandb", replace_setter, Run, name, after(name, act))


def replace(owner: Any, name: str, make: Callable[[Call], Call]) -> None:
    """Let a function of a class be seen, if this version of wandb has it."""
    if name in vars(owner):
        _patches.record(owner, name, make)


def replace_setter(owner: Any, name: str, make: Callable[[Call], Call]) -> None:
    """Let a property be seen when it is set."""
    setter = vars(owner)[name].fset
    holder = type("Holder", (), {name: setter})
    _patches.record(holder, name, make)


def after(what: str, act: Callable[..., None]) -> Callable[[Call], Call]:
    """Return what makes a call record itself, with its arguments, once wandb has accepted it."""

    def make(plain: Call) -> Call:
        def call(run: Any, *arguments: Any, **named: Any) -> Any:
            result = plain(run, *arguments, **named)
            found = mirrored(run)
            if found is not None:
                safely(what, lambda: act(found, *arguments, **named))
            return result

        return call

    return make


def logging(plain: Call) -> Call:
    """See ``run.log``: numbers and texts are recorded before wandb gets them, media after."""

    def log(run: Any, *arguments: Any, **named: Any) -> Any:
        found = mirrored(run)
        if found is None:
            return plain(run, *arguments, **named)
        left = safely("a row", lambda: found.log(*log_arguments(*arguments, **named)))
        result = plain(run, *arguments, **named)
        if left is not None:
            safely("a medium", found.log_media, *left)
        return result

    return log


def log_arguments(
    data: Any = None, step: Any = None, commit: Any = None, *_rest: Any, **_others: Any
) -> tuple[Any, Any, Any]:
    """Return the arguments of ``run.log`` that matter."""
    return data, step, commit


def finishing(plain: Call) -> Call:
    """See ``run.finish``; however it goes, the experiment ends too."""

    def finish(run: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return plain(run, *arguments, **named)
        finally:
            code = named.get("exit_code", arguments[0] if arguments else None)
            end(run, code, None)

    return finish


def leaving(plain: Call) -> Call:
    """See the end of a ``with`` block."""

    def leave(run: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return plain(run, *arguments, **named)
        finally:
            error = arguments[1] if len(arguments) > 1 else named.get("exc_val")
            end(run, 0 if error is None else 1, error)

    return leave


def end(run: Any, exit_code: int | None, error: BaseException | None) -> None:
    """End the experiment of a run."""
    found = mirrored(run)
    if found is not None:
        safely("the end", found.finish, exit_code, error)
        forget(run)


def configuring(plain: Call) -> Call:
    """See changes of a configuration."""

    def change(config: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return plain(config, *arguments, **named)
        finally:
            for found in list(_mirrored.values()):
                if found.is_ours and getattr(found.run, "_config", None) is config:
                    safely("the configuration", found.update_config)

    return change


def summarizing(plain: Call) -> Call:
    """See changes of a summary."""

    def update(summary: Any, *arguments: Any, **named: Any) -> Any:
        result = plain(summary, *arguments, **named)
        record = arguments[0] if arguments else named.get("record")
        for found in list(_mirrored.values()):
            if found.is_ours and vars(found.run).get("summary") is summary:
                safely("the summary", found.update_summary, record)
        return result

    return update


def logging_artifact(plain: Call) -> Call:
    """See what all ways to log an artifact, a model or code lead to.

    An artifact is kept before wandb gets it, which may remove its copies of the files; one that
    wandb makes of a path is what it returns.
    """

    def log(run: Any, *arguments: Any, **named: Any) -> Any:
        found = mirrored(run)
        given = arguments[0] if arguments else named.get("artifact_or_path")
        is_made = hasattr(given, "manifest")
        if found is not None and is_made:
            safely("an artifact", found.log_artifact, given, named.get("aliases"))
        result = plain(run, *arguments, **named)
        if found is not None and not is_made:
            safely("an artifact", found.log_artifact, result, named.get("aliases"))
        return result

    return log


def tearing_down(plain: Call) -> Call:
    """See ``wandb.teardown``, which ends all runs."""

    def teardown(*arguments: Any, **named: Any) -> Any:
        try:
            return plain(*arguments, **named)
        finally:
            code = named.get("exit_code", arguments[0] if arguments else None)
            for found in list(_mirrored.values()):
                end(found.run, code, None)

    return teardown
