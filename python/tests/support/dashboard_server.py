"""The program ``specweave-ml-ui`` as somebody starts it, and requests to it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 60
PROGRAM = "import sys; from specweave_ml.ui.commands import main; sys.exit(main())"


class Answer(NamedTuple):
    """What a server sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Served:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen[str], first_line: str) -> None:
        self.process = process
        self.first_line = first_line
        found = re.match(r"http://(\[?[^/\]]+\]?):(\d+)/", first_line)
        self.address = found[0] if found else ""
        self.port = int(found[2]) if found else 0

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request whose headers are these: ``Content_Type="…"``; ``Host`` is our own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def ask(self, request: Any, **headers: str) -> Any:
        """Ask as the page does, and return the answer."""
        headers = {"Content_Type": "application/json"} | headers
        answer = self.request("POST", "/ask", json.dumps(request).encode(), **headers)
        assert answer.status == 200, answer.body.decode()
        return answer.json

    def ids(self) -> dict[str, str]:
        """Return the identifiers of the experiments by their names, the newest of each."""
        answer = self.ask({"ask": "experiments"})
        names = next(column for column in answer["columns"] if column["key"] == "name")
        return dict(zip(names["values"], answer["ids"], strict=True))

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it as Ctrl-C does; return the exit code and what it said on the standard error."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


@contextmanager
def serving(project: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """Start the server of a project, at a free port and without a browser."""
    words = [*arguments, "--no-browser"]
    if not {"--port", "--socket"} & set(arguments):
        words += ["--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, *words],
        cwd=project,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first_line = process.stdout.readline()
    try:
        assert first_line, process.communicate(timeout=PATIENCE)[1]
        yield Served(process, first_line)
        if process.poll() is None:
            code, said = Served(process, first_line).stop()
            assert (code, said) == (0, "")
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)
