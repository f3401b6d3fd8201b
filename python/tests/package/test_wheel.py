"""The wheel, in an environment with nothing else, for every Python on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.c_header import ROOT

SUPPORTED = ("3.10", "3.11", "3.12", "3.13", "3.14")
FLOW = """
import os, sys
from specweave import compare_experiments, list_experiments, load_experiment, track_experiment
for depth in (3, 5):
    with track_experiment(f"tree-{depth}", increment="0001-wheel") as exp:
        exp.log_param("max_depth", depth)
        for step in range(3):
            exp.log_metric("auc", 0.5 + depth * step / 100, step=step)
        exp.log_note("no other package is installed")
        exp.save_artifact("model.txt", "a model")
assert load_experiment("tree-5").metrics["auc"] == 0.6
assert len(list_experiments("0001")) == 2
assert compare_experiments("0001").best.name == "tree-5"
"""


def interpreters() -> dict[str, str]:
    """Each supported Python that starts, and always the one that runs the tests."""
    found = {".".join(map(str, sys.version_info[:2])): sys.executable}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in SUPPORTED:
        on_path = shutil.which(f"python{version}")
        installed = [str(path) for path in sorted(pyenv.glob(f"*/bin/python{version}"))]
        for path in ([on_path] if on_path else []) + installed:
            if version not in found and starts(path, version):
                found[version] = path
    return found


def starts(path: str, version: str) -> bool:
    """Whether the command is that Python, and able to make environments."""
    script = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    command = [path, "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.returncode == 0 and result.stdout.strip() == version


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel that `make wheel` built."""
    built = sorted(
        (ROOT / "dist").glob("specweave_ml-*.whl"), key=lambda path: path.stat().st_mtime
    )
    assert built, "there is no wheel in dist/; run `make wheel`"
    return built[-1]


PYTHONS = interpreters()


@pytest.mark.parametrize("version", PYTHONS)
def test_the_core_flow_runs_in_a_clean_environment(
    version: str, wheel: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    subprocess.run([PYTHONS[version], "-m", "venv", str(environment)], check=True)
    python = str(environment / "bin" / "python")
    offline = ["--quiet", "--no-index", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", "install", *offline, str(wheel)], check=True)
    project = tmp_path / "elsewhere"
    project.mkdir()
    result = subprocess.run(
        [python, "-W", "error", "-c", FLOW],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": os.environ.get("LANG", "C")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) <= 1, result.stderr
    assert list(project.rglob("comparison.md"))
    program = str(environment / "bin" / "specweave-ml")
    for command in ([program], [python, "-W", "error", "-m", "specweave_ml"]):
        listed = subprocess.run(
            [*command, "list", "0001", "--fields", "name,auc"],
            cwd=project,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert listed.stdout == "name\tauc\ntree-5\t0.6\ntree-3\t0.56\n"
        assert listed.stderr == ""
