"""Canary secrets, put where programs have them, are nowhere in the store, in no byte of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import load_experiment

# Each is unlike any other, so that what is found says where it came from.
CANARIES = {
    "environment": "kX7pQ2vR9mT4wZ8cN1bL5jH3",
    "environment of the clouds": "wJalrXUtnFEMIK7MDENGbPxRfiCYCANARYKEY01x",
    "command line": "hq3Gz8Vd6Ys1Kp5Wm9Rc2Tf7",
    "command line, after a space": "Zt4Nb7Qx2Lw9Ej6Mv1Hs8Ua3",
    "git remote": "glpat-Rb5Xn2Kd8Wq4Zs7Jv1Tc",
    "uncommitted patch": "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8",
    "untracked script": "sk-proj-Vb8Nm3Qw5Er7Ty9Ui1Op2As4Df6Gh8Jk",
    "address in the script": "Pw9Lk4Jh7Gf2Ds5Az8Xc",
    "traceback": "Mn6Bv3Cx9Za1Sd4Fg7Hj",
    "line of the traceback": "Uy5Tr8Ew2Qa6Zx3Cv9Bn",
    "file of settings": "Gt7Hy4Ju1Ki8Lo5Mq2Nw",
}

SCRIPT = f"""
import sys
from specweave import track_experiment
API_KEY = "{CANARIES["untracked script"]}"
DATABASE = "postgresql://ada:{CANARIES["address in the script"]}@db.example.org/train"

def connect(url, password):
    raise ConnectionError("cannot open postgresql://ada:{CANARIES["traceback"]}@db/train")

with track_experiment("canary") as exp:
    exp.log_metric("loss", 0.5)
    connect(DATABASE, password="{CANARIES["line of the traceback"]}")
"""


def git(project: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=project, check=True, capture_output=True)


@pytest.fixture
def leaky(project: Path) -> Path:
    """A project with a secret in every place."""
    git(project, "init", "-q")
    (project / "settings.py").write_text("TOKEN = read_token()\n", "utf-8")
    git(project, "add", "settings.py")
    git(project, "commit", "-qm", "settings")
    remote = f"https://ada:{CANARIES['git remote']}@gitlab.example.org/team/project.git"
    git(project, "remote", "add", "origin", remote)
    (project / "settings.py").write_text(f'TOKEN = "{CANARIES["uncommitted patch"]}"\n', "utf-8")
    (project / ".env").write_text(f"DB_PASSWORD={CANARIES['file of settings']}\n", "utf-8")
    (project / "train.py").write_text(SCRIPT, "utf-8")
    return project


def test_no_canary_is_in_the_store(leaky: Path, experiments: Path) -> None:
    arguments = [
        f"--api-key={CANARIES['command line']}",
        "--password",
        CANARIES["command line, after a space"],
        "--depth=6",
    ]
    environment = {
        "WANDB_API_KEY": CANARIES["environment"],
        "AWS_SECRET_ACCESS_KEY": CANARIES["environment of the clouds"],
    }
    done = subprocess.run(
        [sys.executable, "train.py", *arguments],
        cwd=leaky,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ConnectionError" in done.stderr

    folder = experiments / "canary"
    captured = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"train.py", "uncommitted.patch", "metadata.yaml"} <= captured
    metadata = (folder / "metadata.yaml").read_text("utf-8")
    for kept in ("gitlab.example.org/team/project", "--depth=6", "ConnectionError", "train.py"):
        assert kept in metadata
    found = [
        f"{where} in {path.relative_to(experiments)}"
        for path in experiments.parent.rglob("*")
        if path.is_file()
        for where, canary in CANARIES.items()
        if canary.encode() in path.read_bytes()
    ]
    assert found == []


LOGGED = """
import argparse
from specweave import track_experiment
parser = argparse.ArgumentParser()
parser.add_argument("--hub-token")
parser.add_argument("--api-key")
parser.add_argument("--depth", type=int)
given = parser.parse_args()
with track_experiment("given", params=vars(given)) as exp:
    exp.log_params(given)
    exp.log_param("api_key", given.api_key)
    exp.log_params({"service": {"password": given.api_key, "argv": ["--token", given.hub_token]}})
    exp.log_params({"url": f"https://ada:{given.api_key}@example.org", "num_tokens": 512})
    exp.log_data("train", f"postgres://ada:{given.api_key}@db.example.org/train")
exp.save_report()
"""


def test_a_token_that_is_logged_as_a_parameter_is_nowhere_either(
    project: Path, experiments: Path
) -> None:
    (project / "train.py").write_text(LOGGED, "utf-8")
    token, key = CANARIES["command line"], CANARIES["command line, after a space"]
    done = subprocess.run(
        [sys.executable, "train.py", "--hub-token", token, "--api-key", key, "--depth", "6"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )

    exp = load_experiment("given")
    assert exp.params == {
        "hub_token": "[REDACTED]",
        "api_key": "[REDACTED]",
        "depth": 6,
        "service": {"password": "[REDACTED]", "argv": ["--token", "[REDACTED]"]},
        "url": "https://[REDACTED]@example.org",
        "num_tokens": 512,
    }
    assert exp.facts["data"]["train"] == {"url": "postgres://[REDACTED]@db.example.org/train"}
    assert "6" in (experiments / "given" / "report.md").read_text("utf-8")
    for path in experiments.parent.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path
            assert key.encode() not in path.read_bytes(), path
    assert done.stderr.count("looks like a credential and is stored as [REDACTED]") == 1
    assert "'hub_token'" in done.stderr
