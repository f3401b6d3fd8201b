"""Experiments from elsewhere: put together aside, moved to a name, ended as they ended."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from .._native.folder_lock import locked_descriptor
from .._native.library import library
from .._native.status import check
from .._native.text import encoded, encoded_json
from .experiment import Experiment

NAME = ".pull"


@contextmanager
def place_in(top: str) -> Iterator[str]:
    """Give a folder in which experiments get together, to one who brings some at a time.

    Two at a time would bring each experiment twice. What one that was killed has left is removed.
    """
    path = os.path.join(top, NAME)
    descriptor = entered(path)
    try:
        for left in os.listdir(path):
            shutil.rmtree(os.path.join(path, left), ignore_errors=True)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def entered(path: str) -> int:
    """Return a descriptor that holds the lock of a folder, which is made if it is missing."""
    while True:
        os.makedirs(path, exist_ok=True)
        with suppress(FileNotFoundError):
            descriptor = locked_descriptor(path)
            if is_at(path, descriptor):
                return descriptor
            # Who held the lock has removed the folder at its end.
            os.close(descriptor)


def is_at(path: str, descriptor: int) -> bool:
    """Return whether an open folder still is the one of a path."""
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))


def moved(unfinished: str, parent: str, name: str) -> str:
    """Move a finished folder to its name, or to the next that is free."""
    number = 1
    while True:
        path = os.path.join(parent, name if number == 1 else f"{name}-{number}")
        try:
            os.mkdir(path)
        except FileExistsError:
            number += 1
            continue
        os.replace(unfinished, path)
        return path


def end(
    experiment: Experiment,
    status: str,
    ended: float | None,
    *,
    is_new: bool,
    failure: Mapping[str, str] | None = None,
) -> None:
    """End an experiment as it ended elsewhere, at a time in seconds since 1970."""
    details: dict[str, Any] = dict(failure or {})
    if ended is not None:
        details["ended"] = ended
    core = library()
    if is_new:
        facts = encoded_json(details)
        check(core.et_experiment_finish(experiment._native, encoded(status), facts))
        return
    facts = encoded_json({**details, "force": True})
    check(core.et_experiment_set_status(experiment._native, encoded(status), facts))
    experiment.flush()
