"""A command of `specweave-ml` that runs on, in a terminal or in pipes, while a test looks at it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from types import TracebackType

from support.command import environment, program

PATIENCE = 60.0
"""So many seconds are waited for what must come."""


class LiveTerminal:
    """A command line in a terminal."""

    def __init__(
        self,
        *arguments: str,
        columns: int = 80,
        rows: int = 24,
        words: list[str] | None = None,
        **changes: str,
    ) -> None:
        words = [*(words or [program()]), *arguments]
        self.shown = ""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            _resize(1, columns, rows)
            os.execvpe(words[0], words, environment(**changes))  # noqa: S606

    @property
    def mode(self) -> int:
        """The terminal's local modes."""
        return int(termios.tcgetattr(self._terminal)[3])

    def resize(self, columns: int, rows: int) -> None:
        _resize(self._terminal, columns, rows)

    def press(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def send(self, number: signal.Signals) -> None:
        os.kill(self._pid, number)

    def wait_for(self, text: str, *, after: int = 0) -> None:
        """Read until something is shown, from a place on."""
        end = time.monotonic() + PATIENCE
        while text not in self.shown[after:]:
            assert self._read(end), f"{text!r} was not shown: {self.shown!r}"

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        end = time.monotonic() + PATIENCE
        while self._read(end):
            pass
        assert time.monotonic() < end, self.shown
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            return False
        try:
            piece = os.read(self._terminal, 1 << 16)
        except OSError:  # the terminal is gone with its last program
            return False
        self.shown += piece.decode()
        return bool(piece)

    def __enter__(self) -> LiveTerminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._terminal)


def _resize(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class LivePipe:
    """A command line whose output goes into a pipe."""

    def __init__(self, *arguments: str, words: list[str] | None = None, **changes: str) -> None:
        self.process = subprocess.Popen(
            [*(words or [program()]), *arguments],
            env=environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """Return the next line of the output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def end(self, number: signal.Signals | None = None) -> tuple[int, str, str]:
        """Wait for the end, after a signal: exit code, the rest of the output, messages."""
        if number is not None:
            self.process.send_signal(number)
        output, messages = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output, messages

    def __enter__(self) -> LivePipe:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
