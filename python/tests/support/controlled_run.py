"""An experiment in a process of its own that does what a test tells it, step by step."""

from __future__ import annotations

import subprocess
import sys
from types import TracebackType

PROGRAM = """
import sys
from specweave import track_experiment

exp = track_experiment(sys.argv[1], increment="0042", capture=False)
print("ready", flush=True)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""


class ControlledRun:
    """A running experiment, `exp` in the statements that it is told."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._wait_for("ready")

    def do(self, statement: str) -> None:
        """Run a statement; it is over when this returns."""
        assert self._process.stdin is not None
        self._process.stdin.write(statement + "\n")
        self._process.stdin.flush()
        self._wait_for("done")

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()

    def _wait_for(self, word: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == word + "\n"

    def __enter__(self) -> ControlledRun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
