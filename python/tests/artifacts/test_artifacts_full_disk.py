"""A full disk while something is saved: an error at once, and nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, sys
from pathlib import Path
import numpy as np
import xgboost
from specweave import track_experiment
from specweave_ml.errors import StorageError

exp = track_experiment("big", capture=False)
exp.log_metric("accuracy", 0.5)
exp.flush()
files = lambda: sorted(str(p) for p in Path(exp.path).rglob("*"))
before = files()
limit = int(sys.argv[1])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

class Model:
    def __init__(self):
        self.weights = np.random.default_rng(0).random(4_000_000)

Model.__module__ = "models"
sys.modules["models"] = type(sys)("models")
sys.modules["models"].Model = Model

X = np.random.default_rng(0).random((20_000, 10))
y = np.random.default_rng(1).random(20_000)

def refused(save):
    try:
        save()
    except StorageError as error:
        assert isinstance(error, OSError)
        assert files() == before, files()
        return
    raise SystemExit("no StorageError")

refused(lambda: exp.save_model(Model()))
refused(lambda: exp.save_model(Model(), "model.joblib"))
trees = xgboost.train({"max_depth": 12}, xgboost.DMatrix(X, y), num_boost_round=60)
refused(lambda: exp.save_model(trees))
refused(lambda: exp.save_artifact("weights.npy", Model().weights))
refused(lambda: exp.save_artifact("weights.bin", Model().weights.tobytes()))
refused(lambda: exp.save_artifact("weights.csv", Model().weights[:1_000_000]))

if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
exp.log_metric("accuracy", 0.6)
exp.finish()
print("refused")
"""


def run(root: Path, limit: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SPECWEAVE_ROOT": str(root), "SPECWEAVE_QUIET": "1"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(limit)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_file_size_limit(tmp_path: Path) -> None:
    done = run(tmp_path, limit=1_000_000)

    assert done.stdout == "refused\n", done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A folder to mount 1 MB on, where we may mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def test_full_file_system(small_disk: Path) -> None:
    mount = f'mount -t tmpfs -o size=1m specweave {small_disk} 2>/dev/null && exec "$@"'
    program = [sys.executable, "-c", SCRIPT, "0"]
    environment = {**os.environ, "SPECWEAVE_ROOT": str(small_disk), "SPECWEAVE_QUIET": "1"}
    probe = subprocess.run(
        ["unshare", "-m", "sh", "-c", mount, "sh", "true"], capture_output=True, check=False
    )
    if probe.returncode == 0:
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", mount, "sh", *program],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    else:
        done = run(small_disk, limit=1_000_000)

    assert done.stdout == "refused\n", done.stderr
