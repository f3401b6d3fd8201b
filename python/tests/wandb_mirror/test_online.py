"""Online runs, against an open-source server that speaks as wandb's: the package openwandb."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from conftest import INCREMENT, PATIENCE
from specweave_ml.tracking.lookup import list_experiments, load_experiment
from wandb_mirror.conftest import Program, environment, others, points

pytest.importorskip("openwandb", reason="beside the newest wandb only")

KEY = "local" + "0" * 40
CODE = """
import sys
import numpy as np

run = wandb.init(name="online", id="abc123", resume="allow", config={"lr": 0.1})
for step in range(5):
    run.log({"loss": step})
run.log({"picture": wandb.Image(np.zeros((4, 4, 3), dtype=np.uint8))})
run.summary["best"] = 3
run.finish()
print(run.settings.mode)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path / "server"
    command = [sys.executable, "-m", "openwandb", "serve", "--host", "127.0.0.1"]
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--data-dir", str(data)],
            stdout=log,
            stderr=log,
            env=environment(tmp_path / "project") | {"OPENWANDB_DATA_DIR": str(data)},
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(url, timeout=5).close()
            break
        except (URLError, OSError):
            assert process.poll() is None, (tmp_path / "server.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
    yield url, data
    process.terminate()
    process.wait()


def test_an_online_run_is_in_both_places_and_is_resumed(
    program: Program, server: tuple[str, Path]
) -> None:
    url, data = server
    access = {"WANDB_BASE_URL": url, "WANDB_API_KEY": KEY}
    for _ in range(2):
        done = program(CODE, **access)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split()[-1] == "online"
        assert "no key" not in done.stderr
    (listed,) = list_experiments("0042")
    found = load_experiment(listed.name)
    assert points(found, "loss") == [(s, float(s % 6)) for s in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10)]
    assert [step for step, _ in others(found.path)["picture"]] == [5, 11]
    facts = found._facts()["facts"]["wandb"]
    assert (facts["mode"], facts["project"]) == ("online", INCREMENT)
    assert facts["url"] == f"{url}/{facts['entity']}/{INCREMENT}/runs/abc123"
    with closing(sqlite3.connect(data / "openwandb.db")) as database:
        ((config,),) = database.execute("SELECT config_json FROM runs")
        assert "0.1" in config
        logged = list(database.execute("SELECT step FROM metrics WHERE key = 'loss'"))
    assert {0, 1, 2, 3, 4} <= {step for (step,) in logged}


def test_a_server_that_is_gone_ends_no_program_of_the_wrapper(program: Program) -> None:
    done = program(
        """
        import warnings
        warnings.simplefilter("default")
        from specweave import wandb as sw_wandb

        run = sw_wandb.init(increment="0042", name="unreachable")
        run.log({"loss": 1})
        run.finish()
        """,
        beginning="",
        WANDB_BASE_URL="http://127.0.0.1:9",
        WANDB_API_KEY=KEY,
        WANDB_INIT_TIMEOUT="3",
    )
    assert done.returncode == 0, done.stderr
    assert "so this run of wandb is offline" in done.stderr
    assert points(load_experiment("unreachable"), "loss") == [(0, 1.0)]


def test_a_server_that_is_gone_in_between_loses_nothing_here(
    program: Program, server: tuple[str, Path], project: Path
) -> None:
    url, _ = server
    done = program(
        """
        import os, signal
        run = wandb.init(name="cut-off")
        run.log({"loss": 0})
        os.kill(int(os.environ["SERVER"]), signal.SIGKILL)
        for step in range(1, 50):
            run.log({"loss": step})
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        WANDB_BASE_URL=url,
        WANDB_API_KEY=KEY,
        SERVER=str(server_process(url)),
    )
    assert done.returncode < 0
    assert points(load_experiment("cut-off"), "loss") == [(s, float(s)) for s in range(50)]


def server_process(url: str) -> int:
    """The process that listens at a URL."""
    port = url.rpartition(":")[2]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"openwandb" in words and port.encode() in words:
                return int(entry.name)
    raise AssertionError(os.listdir("/proc"))
