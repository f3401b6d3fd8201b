"""The end of a process by Ctrl-C, as those who wait for it see it."""

from __future__ import annotations

from contextlib import suppress


def stay_interrupted() -> None:
    """Let Python remember that Ctrl-C ends it, and end by that signal: a shell's loop stops then.

    It forgets that with any text it evaluates afterwards, as the import of a module with a named
    tuple does: `run_eval_code_obj` in CPython's pythonrun.c.
    """
    with suppress(KeyboardInterrupt):
        exec("raise KeyboardInterrupt")  # noqa: S102
