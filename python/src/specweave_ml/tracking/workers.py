"""Processes that import the user's program only to find its functions.

A worker that was spawned, or comes from a fork server, imports the main module of its parent under
the name ``__mp_main__`` before it does anything; others import a module when they unpickle one of
its functions. What stands at the top of such a module runs again there, in every worker. A run that
starts there is not one that the user wants: its handle accepts every call and stores nothing.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from . import console

UNPICKLING = (
    "multiprocessing",
    "concurrent.futures",
    "joblib",
    "loky",
    "cloudpickle",
    "pickle",
    "distributed",
)
MODE = "SPECWEAVE_MODE"

_told_process = 0


def is_importing_program() -> bool:
    """Return whether the running code is a module that a worker imports for its functions."""
    process = sys.modules.get("multiprocessing.process")
    if process is not None and getattr(process.current_process(), "_inheriting", False):
        return True
    return is_imported_by_unpickling()


def is_imported_by_unpickling() -> bool:
    """Return whether an import is under way for a function that is being unpickled."""
    frame: FrameType | None = sys._getframe(1)
    importing = False
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith(("importlib._bootstrap", "_frozen_importlib")):
            importing = True
        else:
            if importing and f"{module}.".startswith(
                tuple(f"{package}." for package in UNPICKLING)
            ):
                return True
            importing = False
        frame = frame.f_back
    return False


@contextmanager
def switched_off() -> Iterator[None]:
    """Disable tracking in processes that start inside the block."""
    before = os.environ.get(MODE)
    os.environ[MODE] = "disabled"
    try:
        yield
    finally:
        if before is None:
            del os.environ[MODE]
        else:
            os.environ[MODE] = before


def tell(name: str) -> None:
    """Warn once, and in only one of the workers of a program."""
    global _told_process
    if _told_process == os.getpid():
        return
    _told_process = os.getpid()
    process = sys.modules.get("multiprocessing.process")
    worker = process.current_process().name if process is not None else "a worker"
    if is_first():
        console.say(
            f"{name} is not started again in {worker}, which imports the program for its "
            f"functions; what they log to it is not recorded. Pass the experiment to the function, "
            f'or start it below `if __name__ == "__main__":`'
        )


def is_first() -> bool:
    """Return whether no other worker of the same parent has warned, by holding a name."""
    import socket

    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0specweave-worker-of-{os.getuid()}-{os.getppid()}")
    except OSError as error:
        claim.close()
        return error.errno != errno.EADDRINUSE
    claim.detach()  # stays open as long as the process
    return True
