"""Several processes save one artifact name: every version is kept, with the hash of its file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from conftest import Run
from specweave import load_experiment

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
