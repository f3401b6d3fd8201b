"""A tracking server of MLflow, on PostgreSQL where Debian's package is installed, or on SQLite."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
START = 180
"""So many seconds a server may take, which makes its tables first."""
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def postgresql() -> Path | None:
    """Return the folder of PostgreSQL's programs; None if it is not installed."""
    found = sorted(PROGRAMS.glob("*/bin/initdb")) if PROGRAMS.is_dir() else []
    return found[-1].parent if found else None


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """Run a database below a folder, and give its URI."""
    programs = postgresql()
    if programs is None:
        yield f"sqlite:///{folder}/mlflow.db"
        return
    # PostgreSQL refuses to run as root, and its user must be able to reach the folder.
    home = Path(tempfile.mkdtemp(prefix="specweave-pg-"))
    port = free_port()
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    prefix = as_user if os.getuid() == 0 else []
    if prefix:
        shutil.chown(home, "postgres", "postgres")

    def run(*command: str) -> None:
        done = subprocess.run(
            [*prefix, *command], cwd=home, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run(str(programs / "initdb"), "-D", f"{home}/data", "-A", "trust", "-U", "tester")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(
            str(programs / "pg_ctl"), "-D", f"{home}/data", "-l", f"{home}/log", "-w",
            "-o", options, "start",
        )  # fmt: skip
        try:
            run(
                str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "tester",
                "mlflow",
            )  # fmt: skip
            yield f"postgresql+psycopg2://tester@127.0.0.1:{port}/mlflow"
        finally:
            run(str(programs / "pg_ctl"), "-D", f"{home}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def server(folder: Path, backend: str, *arguments: str) -> Iterator[str]:
    """Run a server whose artifacts lie below a folder, and give its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "mlflow", "server", "--backend-store-uri", backend,
                "--artifacts-destination", str(folder / "artifacts"), "--port", str(port),
                "--workers", "1", *arguments,
            ],
            stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **QUIET}, cwd=folder,
            start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(START * 5):
            assert process.poll() is None, log.read_text()
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=5):  # noqa: S310 - http
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        else:
            raise AssertionError(log.read_text())
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
