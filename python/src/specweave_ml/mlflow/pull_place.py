"""The folder in which a pull puts experiments together, before they get their names."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NAME = ".pull"


@contextmanager
def place_in(top: str) -> Iterator[str]:
    """Give the folder, to one pull of an increment at a time.

    Two at a time would bring each experiment twice. What a pull that was killed has left is
    removed.
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
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            with suppress(OSError):  # not every network file system locks folders
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if is_at(path, descriptor):
                return descriptor
            # The pull that held the lock has removed the folder at its end.
            os.close(descriptor)


def is_at(path: str, descriptor: int) -> bool:
    """Return whether an open folder still is the one of a path."""
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))
