"""The experiment that is open around the running code.

A thread that is started inside a ``with`` block does not inherit its variables of context (before
Python 3.14), and a thread of a pool may be older than the block. So code of a thread in which no
block is open belongs to the experiment that the program has open elsewhere, if it is clear which.
"""

from __future__ import annotations

import os
import sys
import threading
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from .._native.increments import Increment, IncrementName

if TYPE_CHECKING:
    from .experiment import Experiment


class Block:
    """A ``with`` block that is open somewhere in the program."""

    def __init__(self, experiment: Experiment, around: Experiment | None, shared: bool) -> None:
        self.experiment = experiment
        self.around = around
        """The experiment around it, by the program's blocks or by its folder."""
        self.shared = shared
        """Whether what other threads do belongs to it."""
        self.place = here()
        self.token: Token[Block | None] | None = None


_open: ContextVar[Block | None] = ContextVar("specweave_experiment", default=None)
_blocks: list[Block] = []


def here() -> tuple[Any, ...]:
    """Return the process, the thread and the task of asyncio that run."""
    task = None
    if asyncio := sys.modules.get("asyncio"):
        try:
            task = asyncio.current_task()
        except RuntimeError:  # no loop runs in this thread
            task = None
    return os.getpid(), threading.get_ident(), None if task is None else id(task)


def current_experiment() -> Experiment | None:
    """Return the experiment of the innermost ``with`` block around this code, or None."""
    block = _open.get()
    return None if block is None else block.experiment


def opened_here() -> bool:
    """Return whether the current block was opened by the thread, or the task, that runs."""
    block = _open.get()
    return block is not None and block.place == here()


def open_elsewhere() -> Experiment | None:
    """Return the experiment that the program has open in other threads, if they agree on it.

    Where several are open inside one it is that one, and none where they are beside each other.
    """
    process = os.getpid()
    blocks = [
        block
        for block in list(_blocks)
        if block.shared and block.place[0] == process and not block.experiment.closed
    ]
    found: Block | None = None
    while True:
        around = None if found is None else found.experiment
        inner = [block for block in blocks if block.around is around]
        # One that another thread has opened inside this one is that thread's alone.
        if len(inner) != 1 or (found is not None and inner[0].place != found.place):
            return around
        found = inner[0]


def enter(experiment: Experiment, *, shared: bool = True) -> Block:
    """Make it the current one."""
    opened = [block.experiment for block in list(_blocks)]
    around = current_experiment() or next(
        (other for other in reversed(opened) if other.path in experiment.path.parents), None
    )
    block = Block(experiment, around, shared and experiment not in opened)
    _blocks.append(block)
    block.token = _open.set(block)
    return block


def leave(block: Block) -> None:
    """Make the one before it the current one again."""
    if block in _blocks:
        _blocks.remove(block)
    try:
        if block.token is not None:
            _open.reset(block.token)
    except ValueError:
        # A generator was closed from another context; there it never was the current one.
        return


def enclosing(increment: IncrementName | None, *, other_threads: bool = True) -> Experiment | None:
    """Return the experiment whose ``with`` block is open, if it is in the increment asked for.

    Code of a thread without a block of its own is inside the one that other threads have open.
    """
    around = current_experiment() or (open_elsewhere() if other_threads else None)
    if around is None or increment is None:
        return around
    return around if Increment.find(increment).name == around.increment else None
