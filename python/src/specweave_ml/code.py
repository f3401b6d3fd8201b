"""Code that is in no commit: the script, imported modules beside it, executed notebook cells.

Only files below the working directory that git does not track are taken; without git the script
and the modules beside it. Installed packages never are. The library takes credentials out.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .surroundings import shell

MAXIMUM_FILES = 100
MAXIMUM_SIZE = 1 << 20
INSTALLED = {"site-packages", "dist-packages", "lib", "lib64", "node_modules"}


def files(seconds: float) -> Iterator[tuple[str, str]]:
    """The paths below ``environment/`` and the texts; git is asked for so many seconds."""
    yield from cells()
    try:
        here = Path.cwd().resolve()
    except OSError:
        return  # the working directory was removed
    found = sources(here)
    known = tracked(here, found, seconds)
    for path in found:
        if path not in known:
            try:
                text = (here / path).read_text("utf-8", "replace")
            except OSError:
                continue
            yield f"code/{path}", text


def cells() -> Iterator[tuple[str, str]]:
    """The cells of a notebook in the order they were run."""
    history = getattr(getattr(shell(), "history_manager", None), "input_hist_raw", None)
    if not history:
        return
    parts = [f"# In [{number}]\n{cell}\n" for number, cell in enumerate(history) if cell.strip()]
    if parts:
        yield "code/cells.py", "\n".join(parts)


def sources(here: Path) -> list[str]:
    """The script and the imported modules below a folder, relative to it."""
    found: dict[str, None] = {}
    below = os.path.join(here, "")
    modules = list(sys.modules.items())
    for name, module in sorted(modules, key=lambda entry: entry[0] != "__main__"):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or (not file.endswith(".py") and name != "__main__"):
            continue
        try:
            path = resolved(file)
            if not path.startswith(below):
                continue
            relative = path[len(below) :]
            if INSTALLED.intersection(relative.split(os.sep)[:-1]) or too_large(file):
                continue
        except (OSError, ValueError):
            continue
        found[relative] = None
        if len(found) == MAXIMUM_FILES:
            break
    return list(found)


@cache
def resolved(file: str) -> str:
    """Where a module lies; asked once, for a thousand modules cost as many looks at the disk."""
    return os.path.realpath(file)


def too_large(file: str) -> bool:
    """Whether a file is more than code."""
    return os.stat(file).st_size > MAXIMUM_SIZE


def tracked(here: Path, paths: list[str], seconds: float) -> set[str]:
    """Which of the files git knows; none where there is no git, or none that answers in time."""
    if not paths or not any((folder / ".git").exists() for folder in (here, *here.parents)):
        return set()
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
    command += ["ls-files", "-z", "--", *(f":(literal){path}" for path in paths)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        with subprocess.Popen(
            command,
            cwd=here,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as git:
            try:
                listing, _ = git.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(git.pid, signal.SIGKILL)  # with whatever it has started itself
                return set()
    except OSError:
        return set()
    return set(os.fsdecode(listing).split("\0"))
