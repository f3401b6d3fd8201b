"""Experiments that are still open are finished when the interpreter exits normally.

An uncaught exception makes them failed: the interpreter leaves it in ``sys.last_value``, so no hook
of the host is replaced for it. Nothing is left of ``SystemExit`` by then: the library learns the
exit status at the very end, and changes what ended as completed. A message given to ``sys.exit`` is
noted by a stand-in for that function, which is installed only while experiments are open outside of
``with``. argparse and unittest call it too, and their exception is often caught, so the message is
used only as the reason, and only if the program ended there. Only the process that started an
experiment does this; a forked child does nothing.
"""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn, Protocol

from ..display.terminal import ipython_shell
from ..errors import TrackingError
from .params import safe_text


class Unfinished(Protocol):
    """An experiment that has to be ended."""

    _foreseen: str | None

    @property
    def closed(self) -> bool:
        """Whether its handle was closed."""

    def _finish(self, status: str | None, facts: dict[str, Any]) -> None:
        """End it with what is known of the failure."""


_open: dict[int, Unfinished] = {}
_unattended: set[int] = set()
_process = 0
_exit_code: object = None
_exit_at = -1
_real_exit: Any = None
_program: FrameType | None = None
RETURNS = ("RETURN_VALUE", "RETURN_CONST")


def prepare() -> None:
    """Arrange for the end of experiments to come; what is arranged for later comes earlier."""
    global _process
    if _process != os.getpid():
        _process = os.getpid()
        _open.clear()
        _unattended.clear()
        register()


def remember(experiment: Unfinished) -> None:
    """Finish it at exit unless it is finished before."""
    prepare()
    _open[id(experiment)] = experiment
    _unattended.add(id(experiment))
    watch_exit()
    watch_program()


def attend(experiment: Unfinished) -> None:
    """Leave it to a ``with`` block, which will see the exception itself."""
    settle(experiment)


def forget(experiment: Unfinished) -> None:
    """Forget an experiment that is finished."""
    settle(experiment)
    if _process == os.getpid():
        _open.pop(id(experiment), None)


def settle(experiment: Unfinished) -> None:
    """Ignore the code of ``sys.exit`` for it from now on."""
    if _process == os.getpid() and id(experiment) in _unattended:
        _unattended.discard(id(experiment))
        if not _unattended:
            unwatch_exit()


def register() -> None:
    """Arrange for `finish_all`; a process of multiprocessing does not run atexit."""
    atexit.unregister(finish_all)
    atexit.register(finish_all)
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        from multiprocessing.util import Finalize

        Finalize(None, finish_all, exitpriority=0)


def finish_all() -> None:
    """Finish what is open."""
    if _process != os.getpid():
        return
    error = uncaught()
    status = status_of(error)
    facts = {**failure_of(error), "closed": "at exit"}
    code = exit_code_of_worker()
    foreseen = None
    if error is None and status_of_exit(code) is not None:
        status = status_of_exit(code)
        facts |= {"type": "SystemExit", "message": str(code)}
    elif error is None and is_program_left() and status_of_exit(_exit_code) is not None:
        foreseen = status_of_exit(_exit_code)
        number = int(_exit_code) if isinstance(_exit_code, bool) else _exit_code
        facts |= {"type": "SystemExit", "message": str(number)}
    elif error is None and not can_flush():
        # Nothing but that is said by the exit status then.
        facts["closed"] = "at exit, its output unread"
    for experiment in list(_open.values()):
        try:
            if not experiment.closed:
                experiment._foreseen = foreseen
                experiment._finish(status, facts)
        except TrackingError:
            # The process ends; readers will show the experiment as crashed, which is the truth.
            continue
    _open.clear()
    _unattended.clear()
    unwatch_exit()
    if isinstance(error, KeyboardInterrupt):
        stay_interrupted()


def uncaught() -> BaseException | None:
    """Return the exception that ends the process, if one does."""
    active = sys.exc_info()[1]
    if active is not None:
        return active
    if hasattr(sys, "ps1") or ipython_shell() is not None:
        return None  # there an error ends a line or a cell, not the process
    return getattr(sys, "last_value", None)


def exit_code_of_worker() -> object:
    """Return the exit code of a forked process of multiprocessing.

    From Python 3.13 on it has caught the exception by now and kept only the code, in a local
    variable of the function that is about to exit.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        module = frame.f_globals.get("__name__")
        if module == "multiprocessing.process":
            return None  # before Python 3.13: the exception is still there to be seen
        if module in ("multiprocessing.popen_fork", "multiprocessing.forkserver"):
            return frame.f_locals.get("code")
        frame = frame.f_back
    return None


def watch_program() -> None:
    """Remember the frame of the main program, which shows afterwards where it ended."""
    global _program
    frame: FrameType | None = sys._getframe()
    names = vars(sys.modules["__main__"])
    while frame is not None:
        if frame.f_globals is names and frame.f_code.co_name == "<module>":
            _program = frame
            return
        frame = frame.f_back


def is_program_left() -> bool:
    """Return whether the main program ended where `sys.exit` was called last."""
    from opcode import opname

    if _program is None or _program.f_lasti != _exit_at:
        return False
    code = _program.f_code.co_code
    return 0 <= _exit_at < len(code) and opname[code[_exit_at]] not in RETURNS


def can_flush() -> bool:
    """Return whether the output can be flushed; else Python exits with 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, ValueError):
            continue  # there is none, or it was closed: Python does not mind
        except OSError:
            return False
    return True


def noting_exit(code: Any = None, /) -> NoReturn:
    """Exit as `sys.exit` does, and keep the code and the place of the program for `finish_all`."""
    global _exit_code, _exit_at
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame is _program:  # not so in other threads
            _exit_code, _exit_at = code, frame.f_lasti
        frame = frame.f_back
    raise SystemExit(code)


def watch_exit() -> None:
    """Replace `sys.exit` by the stand-in."""
    global _real_exit
    if _real_exit is None:
        _real_exit = sys.exit
        sys.exit = noting_exit


def unwatch_exit() -> None:
    """Restore `sys.exit`, unless other code has replaced it meanwhile."""
    global _real_exit
    if _real_exit is not None and sys.exit is noting_exit:
        sys.exit = _real_exit
    _real_exit = None


MAXIMUM_TRACEBACK = 256 * 1024


def status_of(error: BaseException | None) -> str | None:
    """Return the status after an exception; None keeps what was set, or else is ``completed``."""
    if error is None or isinstance(error, GeneratorExit):
        return None
    if isinstance(error, SystemExit):
        return status_of_exit(error.code)
    if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError":
        return "interrupted"
    return "failed"


def status_of_exit(code: object) -> str | None:
    """Return the status after ``sys.exit(code)``."""
    return None if code is None or code == 0 else "failed"


def failure_of(error: BaseException | None) -> dict[str, Any]:
    """Return the type, message and traceback of the exception."""
    if error is None or status_of(error) is None:
        return {}
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    return {"type": name, "message": safe_text(error), "traceback": traceback_of(error)}


def traceback_of(error: BaseException) -> str:
    """Return the traceback as Python prints it; the middle of an endless one is left out."""
    import traceback  # costs as much as the rest of the package

    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception as problem:
        return f"no traceback: {type(problem).__name__} while it was formatted"
    if len(text) <= MAXIMUM_TRACEBACK:
        return text
    half = MAXIMUM_TRACEBACK // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters …\n{text[-half:]}"


def stay_interrupted() -> None:
    """Make Python end by the signal of Ctrl-C, so that a loop of the shell stops too.

    It forgets that with any text it evaluates afterwards, as the import of a module with a named
    tuple does: `run_eval_code_obj` in CPython's pythonrun.c.
    """
    with suppress(KeyboardInterrupt):
        exec("raise KeyboardInterrupt")  # noqa: S102
