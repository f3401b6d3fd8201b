"""``specweave-ml-ui``: what it says, and what it ends with."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent

import pytest

from specweave_ml._native.dashboard import Dashboard
from specweave_ml.display.pages import has_browser
from specweave_ml.ui.addresses import address_of, ways
from specweave_ml.ui.answers import Answers
from specweave_ml.ui.commands import main
from specweave_ml.ui.sockets import DEFAULT_PORT
from support.dashboard_server import PROGRAM, serving

PATIENCE = 60


def ended(*arguments: str) -> int:
    """Run it and return its exit code."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(str(end.code))


def test_it_says_where_it_is(project: Path) -> None:
    with serving(project) as served:
        expected = f"http://127.0.0.1:{served.port}/  {project}; Ctrl-C ends it\n"
        assert served.first_line == expected
    with serving(project, "0042", "--edit") as served:
        increment = f"{project}/.specweave/increments/0042-recommendation-model"
        assert served.first_line.endswith(f"/  {increment}, with editing; Ctrl-C ends it\n")


def test_one_increment(project: Path) -> None:
    from specweave_ml import track_experiment

    (project / ".specweave/increments/0043-other").mkdir()
    for name, increment in (("one", "0042"), ("other", "0043")):
        with track_experiment(name, increment):
            pass
    with serving(project, "0042") as served:
        assert list(served.ids()) == ["one"]
    with serving(project) as served:
        assert sorted(served.ids()) == ["one", "other"]


def test_reading_begins_before_python_imports_the_server(project: Path) -> None:
    script = """
        import sys
        from specweave_ml.ui.answers import Answers
        from specweave_ml.ui.commands import main

        Answers.prepare = lambda self: print("starlette" in sys.modules)
        main(["--no-browser", "--host", "host.invalid"])
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(script)], cwd=project, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout == "False\n"
    assert "host.invalid" in done.stderr


def test_the_page_and_then_the_experiments_are_read_before_anybody_asks(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    is_read = threading.Event()
    html, answer = Dashboard.html, Dashboard.answer

    def seen_html(self: Dashboard) -> bytes:
        asked.append("html")
        return html(self)

    def seen_answer(self: Dashboard, request: bytes) -> bytes:
        asked.append(given := answer(self, request))
        if request == b"[]":
            is_read.set()
        return given

    monkeypatch.setattr(Dashboard, "html", seen_html)
    monkeypatch.setattr(Dashboard, "answer", seen_answer)
    Answers(Dashboard.open()).prepare()
    assert is_read.wait(PATIENCE)
    assert asked == ["html", b'{"schema_version": 1, "unread": 0}', b"[]"]


def test_a_port_that_is_taken(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert ended("--port", str(port), "--no-browser") == 1
        assert capsys.readouterr().err == (
            f"specweave-ml ui: Address already in use: 127.0.0.1 port {port}\n"
        )


def test_the_default_port_or_one_near_it(project: Path) -> None:
    """Whatever else listens there, both start, and the later says that it is elsewhere."""
    command = [sys.executable, "-c", PROGRAM, "--no-browser"]
    started = [
        subprocess.Popen(
            command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    lines = [process.stdout.readline() for process in started if process.stdout]
    ports = [int(line.split("/")[2].split(":")[1]) for line in lines]
    assert len(set(ports)) == 2
    for process, port in zip(started, ports, strict=True):
        process.terminate()
        said = process.communicate(timeout=60)[1]
        taken = f"specweave-ml ui: port {DEFAULT_PORT} is taken, this is {port}\n"
        assert said == ("" if port == DEFAULT_PORT else taken)
        assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--port", "70000"], 2, "a port is a number from 0 to 65535, not '70000'"),
        (["--port", "x"], 2, "a port is a number from 0 to 65535, not 'x'"),
        (["--socket", "a", "--port", "1"], 2, "a socket in the file system has no port"),
        (["--unknown"], 2, "unrecognized arguments: --unknown"),
        (["0099"], 3, "0099"),
        (["--socket", "file.txt"], 1, "file.txt exists and is not a socket; name another path"),
        (["--socket", "missing/file"], 1, "No such file or directory: missing/file"),
        (["--host", "192.0.2.1"], 1, "Cannot assign requested address: 192.0.2.1 port"),
    ],
)
def test_what_cannot_be_served(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    (project / "file.txt").write_text("mine")
    assert ended(*arguments, "--no-browser") == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert (project / "file.txt").read_text() == "mine"


def test_before_the_first_experiment(project: Path) -> None:
    with serving(project) as served:
        assert served.ids() == {}


def test_outside_of_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert ended("--no-browser") == 3
    said = capsys.readouterr().err
    assert said.startswith(f"specweave-ml ui: no project (.specweave/) in '{tmp_path}/elsewhere'")


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--help") == 0
    said = capsys.readouterr().out
    for option in ("--port", "--host", "--edit", "--no-browser", "--allow-host", "--socket"):
        assert option in said


def test_a_browser_opens_where_somebody_sees_it() -> None:
    assert has_browser({"DISPLAY": ":0"})
    assert has_browser({"WAYLAND_DISPLAY": "wayland-0"})
    assert has_browser({"BROWSER": "firefox"})
    assert not has_browser({})


def test_how_it_is_reached_from_elsewhere() -> None:
    (line,) = ways("127.0.0.1", 8642, {"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"})
    assert "ssh -N -L 8642:127.0.0.1:8642 " in line
    assert ways("0.0.0.0", 8642, {"SSH_CONNECTION": "x"}) == []  # noqa: S104
    assert ways("127.0.0.1", 8642, {}) == []
    assert address_of("0.0.0.0", 1) == f"http://{socket.gethostname()}:1/"  # noqa: S104
    assert address_of("::1", 1) == "http://[::1]:1/"
