"""Runs the real `specweave-ml`, in pipes and in a terminal of any size."""

from __future__ import annotations

import fcntl
import functools
import os
import pty
import re
import struct
import subprocess
import sysconfig
import tempfile
import termios
from pathlib import Path

from build_backend import launcher

from support import library_file
from support.c_header import ROOT

SNAPSHOTS = ROOT / "python" / "tests" / "command" / "snapshots"
RENEW = "RENEW_SNAPSHOTS"
"""A variable of the environment: the snapshots are written and not compared."""


@functools.cache
def program() -> str:
    """The program of the package under test; of one in a working tree it is compiled first."""
    installed = Path(sysconfig.get_path("scripts")) / launcher.FILE_NAME
    if ROOT / "python" / "src" not in library_file.path().parents and installed.is_file():
        return str(installed)
    target = Path(tempfile.mkdtemp(prefix="specweave-ml-")) / "bin" / launcher.FILE_NAME
    launcher.place(target, editable=library_file.path())
    return str(target)


def environment(**changes: str) -> dict[str, str]:
    """The environment without what decides about colours and widths, and with some changes."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in ("COLUMNS", "LINES", "NO_COLOR", "TERM")
    }
    return {**own, "TERM": "xterm-256color", **changes}


def run(*arguments: str, **changes: str) -> tuple[int, str, str]:
    """Run a command line in the working directory: exit code, output, messages."""
    return run_by([], *arguments, **changes)


def run_by(before: list[str], *arguments: str, **changes: str) -> tuple[int, str, str]:
    """As `run`, started by another program."""
    result = subprocess.run(
        [*before, program(), *arguments],
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def output(*arguments: str, **changes: str) -> str:
    """The output of a command line that must succeed without a word."""
    code, text, messages = run(*arguments, **changes)
    assert (code, messages) == (0, "")
    return text


def commands() -> list[str]:
    """The names of all commands, as the program's own help lists them."""
    lines = output("--help", COLUMNS="200").split("SUBCOMMANDS:\n", 1)[1].splitlines()
    named = [line for line in lines if line.startswith("  ") and line[2] not in " "]
    return [line.split()[0].rstrip(",") for line in named if "See " not in line]


def in_terminal(*arguments: str, columns: int = 80, **changes: str) -> str:
    """What a command line shows in a terminal of so many columns."""
    child, descriptor = pty.fork()
    if child == 0:
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(1, termios.TIOCSWINSZ, size)
        os.execve(program(), [program(), *arguments], environment(**changes))  # noqa: S606
    shown = b""
    while True:
        try:
            piece = os.read(descriptor, 1 << 16)
        except OSError:  # the terminal is gone with its last program
            break
        if not piece:
            break
        shown += piece
    os.close(descriptor)
    os.waitpid(child, 0)
    return shown.decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    """The text without colours, times, durations and what else is new in every run."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "<time>", text)
    text = re.sub(r"\b\d\d:\d\d:\d\d\b( UTC)?", "<clock>", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "<moment>", text)
    text = re.sub(r"(?m)(?<= · )[0-9.]+s(?= · )", "<duration>", text)
    text = re.sub(r"events\.out\.tfevents\.[\w.]+\w", "<events>", text)
    text = re.sub(r"at byte \d+: \d+ bytes", "at byte <n>: <n> bytes", text)
    text = re.sub(r"(?<=training time \()0\.[0-9]+s", "<duration>", text)
    text = re.sub(r"(?<=by )\S+(?=, <time>)", "<user>", text)
    return text.replace(os.getcwd(), "<project>")


def check_snapshot(name: str, text: str) -> None:
    """Compare with what was kept below python/tests/command/snapshots."""
    kept = SNAPSHOTS / name
    if os.environ.get(RENEW):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(text.encode())
    assert text == kept.read_bytes().decode(), f"set {RENEW}=1 if {name} is to look like this"
