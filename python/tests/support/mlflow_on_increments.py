"""A server of MLflow on a project, as a user starts one."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PATIENCE = 120
"""Seconds that a start may take on a busy machine."""


class Server(NamedTuple):
    """A server that runs."""

    url: str
    log: Path

    def failures(self) -> list[str]:
        """Return the lines of the log with an answer of 500 or more, or a traceback."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return [line for line in lines if re.search(r'" 5\d\d |Traceback|\bERROR\b', line)]


@contextmanager
def server(project: Path, *options: str) -> Iterator[Server]:
    """Start `mlflow server` in a project, and stop it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = project.parent / "server.log"
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", "specweave:"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--workers", "1", *options],
            cwd=project,
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait(process, url, log)
        yield Server(url, log)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
