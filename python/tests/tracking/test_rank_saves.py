"""Several processes save one artifact name: every version is kept, with the hash of its file."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from specweave import load_experiment
from support import polyglot

PROGRAM = """
import os, sys
from specweave import track_experiment

RANKS, SAVES = 4, 6
with track_experiment("x", capture=False) as exp:
    children = []
    for rank in range(RANKS):
        child = os.fork()
        if child == 0:
            for number in range(SAVES):
                exp.save_artifact("notes/shared.txt", f"rank {rank}, save {number}")
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * RANKS
"""


@pytest.mark.parametrize("missing", ["", "renameat2", "renameat2 link flock"])
def test_the_versions_of_a_name_are_exact(run: Run, refuse: Path, missing: str) -> None:
    preload = {"REFUSE": missing, "LD_PRELOAD": str(refuse)} if missing else {}
    done = run(PROGRAM, **preload)
    assert done.returncode == 0, done.stderr
    exp = load_experiment("x")
    artifacts = exp._facts()["artifacts"]
    assert sorted(entry["version"] for entry in artifacts) == list(range(1, 25))
    contents = set()
    for entry in artifacts:
        file = exp.path / (entry.get("kept_as") or entry["path"])
        content = file.read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry
        contents.add(content)
    assert len(contents) == 24
    current = [entry for entry in artifacts if not entry.get("kept_as")]
    assert [entry["version"] for entry in current] == [24]
    assert sorted(os.listdir(exp.path / ".versions/notes")) == sorted(
        f"shared.txt.v{version}" for version in range(1, 24)
    )


SAVES = """
import os, sys
from specweave import track_experiment

def save(text):
    os.makedirs("model", exist_ok=True)
    for name in ("a", "b"):
        with open(f"model/{name}", "w") as file:
            file.write(f"{text} {name}")
    exp.save_artifact("notes/a.txt", text)
    exp.save_artifact("model")

exp = track_experiment("x", resume="allow", capture=False)
for text in sys.argv[1].split():
    save(text)
    print(text, flush=True)
"""


def content(path: Path) -> tuple[str, str]:
    """The hash of a file or a folder, as docs/format says, and what it holds."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest(), path.read_text("utf-8")
    lines = [
        f"{hashlib.sha256((path / name).read_bytes()).hexdigest()}  {name}\n"
        for name in sorted(os.listdir(path))
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest(), (path / "a").read_text("utf-8")[:-2]


def versions(exp: Any, path: str) -> list[str]:
    """What the versions of an artifact hold, in order; each has the hash of its own file."""
    entries = [entry for entry in exp._facts()["artifacts"] if entry["path"] == path]
    entries.sort(key=lambda entry: int(entry["version"]))
    assert [entry["version"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [not entry.get("kept_as") for entry in entries] == [False] * (len(entries) - 1) + [True]
    found = []
    for entry in entries:
        digest, text = content(exp.path / (entry.get("kept_as") or entry["path"]))
        assert digest == entry["sha256"], entry
        found.append(text)
    return found


@pytest.mark.parametrize("how", ["kill", "torn"])
@pytest.mark.parametrize("missing", ["", "renameat2", "renameat2 link"])
def test_a_kill_in_the_middle_of_a_save_leaves_the_older_version(
    project: Path, refuse: Path, tmp_path: Path, missing: str, how: str
) -> None:
    inject = polyglot.compile_tracer("inject", tmp_path)
    preload = {"REFUSE": missing, "LD_PRELOAD": str(refuse)} if missing else {}
    environment = {**os.environ, "SPECWEAVE_QUIET": "1", **preload}
    stride = 8
    place, lives = random.SystemRandom().randint(1, stride), False
    while not lives:
        print(f"killed at call {place}, {missing!r}")
        root = tmp_path / f"killed-{place}"
        (root / ".specweave/increments/0042-x").mkdir(parents=True)

        def run(texts: str, *prefix: str, place: Path = root) -> subprocess.CompletedProcess[str]:
            command = [*prefix, sys.executable, "-c", SAVES, texts]
            return subprocess.run(command, cwd=place, env=environment, capture_output=True,
                                  text=True, check=False, timeout=100)  # fmt: skip

        killed = run("first second", inject, how, f"+{place}")
        lives = killed.returncode == 0
        assert killed.returncode in (0, 128 + 9), killed.stderr
        printed = killed.stdout.split()
        assert run("third").returncode == 0
        exp = load_experiment("x", str(root / ".specweave/increments/0042-x"))
        assert exp._facts()["problems"] == []
        for path in ("notes/a.txt", "model"):
            found = versions(exp, path)
            possible = [["first", "second", "third"], ["first", "third"]]
            assert found in possible[: 1 if "second" in printed else 2], exp.path
        left = {entry.name for entry in (exp.path / ".versions").iterdir()}
        assert not any("-2" in name for name in left), left
        assert not (exp.path / ".saving").exists()
        place += stride
