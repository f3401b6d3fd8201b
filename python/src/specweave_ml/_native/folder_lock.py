"""The lock of a folder, held by one thread of one process at a time; no file is made for it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def locked(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Hold the lock of a folder, after waiting for whoever holds it."""
    descriptor = locked_descriptor(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def locked_descriptor(folder: str | os.PathLike[str]) -> int:
    """Return a descriptor of a folder that holds its lock until it is closed.

    Where the file system knows no locks nothing is locked.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with suppress(OSError):  # not every network file system locks folders
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor
