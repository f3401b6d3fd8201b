"""Runs one measurement: a fresh process, a fresh folder, its figures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trackbench import environments
from trackbench.tools import Tool

TIMEOUT_SECONDS = 90
RESULT = "result.json"

Figures = dict[str, Any]


class FailedError(Exception):
    """The measurement gave no figures; the message is the end of what it printed."""


@dataclass(frozen=True)
class Bench:
    """Where measurements work, and the program in Swift."""

    work: Path
    swift_program: Path

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A new folder for one store."""
        with tempfile.TemporaryDirectory(dir=self.work, ignore_cleanup_errors=True) as name:
            yield Path(name) / "store"

    def run(self, tool: Tool, workload: str, folder: Path, **options: Any) -> Figures:
        """The figures of one workload, done by one tool in one folder."""
        return self.collect(tool, self.start(tool, workload, folder, **options), folder)

    def collect(
        self, tool: Tool, process: subprocess.Popen[bytes], folder: Path,
        seconds: float = TIMEOUT_SECONDS,
    ) -> Figures:  # fmt: skip
        """Wait for a started measurement and take its figures."""
        with process:
            try:
                output, errors = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as late:
                kill_all(process)
                raise FailedError(f"did not end in {seconds:.0f} s") from late
        if process.returncode:
            raise FailedError(errors.decode(errors="replace").strip()[-300:])
        answer = (folder.parent / RESULT).read_bytes() if tool.language == "python" else output
        figures: Figures = json.loads(answer)
        return figures

    def start(
        self, tool: Tool, workload: str, folder: Path, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start the process of a measurement."""
        folder.mkdir(parents=True, exist_ok=True)
        variables = {**os.environ, **tool.variables, "SPECWEAVE_QUIET": "1"}
        variables.pop("PYTHONPATH", None)
        if tool.language == "python":
            variables["PYTHONPATH"] = str(environments.HERE)
            command = [
                str(environments.ENVIRONMENTS / tool.environment / "bin" / "python"),
                *("-m", "trackbench.child", workload, *tool.adapter, str(folder)),
            ]
            arguments = [json.dumps(spawned(options)), str(folder.parent / RESULT)]
        else:
            variables["SPECWEAVE_ROOT"] = str(folder)
            program = environments.NATIVE / "work" if tool.language == "c" else self.swift_program
            command = [str(program), workload]
            arguments = [str(value) for value in spawned(options).values()]
        return subprocess.Popen(
            [*command, *arguments],
            cwd=folder, env=variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a measurement and whatever it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def spawned(options: dict[str, Any]) -> dict[str, Any]:
    """With the time of now where the option `spawned` asks for it."""
    return {
        name: time.monotonic() if name == "spawned" else value for name, value in options.items()
    }
