"""A real TensorBoard, asked over HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def server(logdir: Path, load_fast: str = "auto") -> Iterator[str]:
    """The address of a running TensorBoard; `load_fast` chooses one of its two loaders."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir)]
    options = [
        "--port",
        str(port),
        "--reload_interval",
        "1",
        "--samples_per_plugin",
        "scalars=1000000",
        "--load_fast",
        load_fast,
    ]
    with subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}/data/plugin/scalars"
        finally:
            process.terminate()


def ask(address: str, until: Any, seconds: float = 200, body: Any = None) -> Any:
    """The JSON at the address as soon as it is what the caller waits for.

    A body is posted as JSON.
    """
    request = urllib.request.Request(address)  # noqa: S310
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    end = time.monotonic() + seconds
    seen: Any = None
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                seen = json.load(answer)
        except (urllib.error.URLError, OSError) as error:
            seen = str(error)
        else:
            if until(seen):
                return seen
        time.sleep(0.3)
    raise AssertionError(f"after {seconds} s {address} says {seen}")
