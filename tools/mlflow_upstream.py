"""Run MLflow's own tests on increments: `make test-mlflow-upstream MLFLOW_SOURCE=<its tree>`.

MLflow's tests get their store from three fixtures. In a copy of the tests these give a store of
this package instead; nothing else of the tests is changed, and nothing of them is part of this
project. docs/mlflow.md names the tests that fail, and why.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

STORE = (
    "from specweave_ml.mlflow.plugin_entry_points import tracking_store\n"
    '    {} tracking_store(f"specweave:{{tmp_path}}/store")\n'
)
SQL_FIXTURE = (
    "def store(tmp_path: Path, db_uri: str, workspaces_enabled: bool) -> SqlAlchemyStore:\n"
)
CHANGES = {
    "conftest.py": [('yield f"sqlite:///{db_path}"', 'yield f"specweave:{tmp_dir}/store"')],
    "store/tracking/test_file_store.py": [
        ('pytestmark = pytest.mark.skip(reason="FileStore is no longer supported")\n', ""),
        ('return FileStore(str(tmp_path.joinpath("mlruns")))\n', STORE.format("return")),
    ],
    "store/tracking/sqlalchemy_store/test_sqlalchemy_store.py": [
        (SQL_FIXTURE, SQL_FIXTURE + "    " + STORE.format("yield") + "    return\n"),
    ],
}
FILES = (
    "tracking/test_tracking.py",
    "tracking/fluent/test_fluent.py",
    "tracking/test_client.py",
    "tracking/test_model_registry.py",
)
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "SPECWEAVE_QUIET": "1"}


def copied(source: Path, target: Path) -> None:
    """Copy the tests and let their fixtures give our store.

    Raises:
        SystemExit: They are of a version whose fixtures look otherwise.
    """
    shutil.copytree(source / "tests", target / "tests")
    shutil.copy(source / "pyproject.toml", target)
    for name, changes in CHANGES.items():
        file = target / "tests" / name
        text = file.read_text(encoding="utf-8")
        for theirs, ours in changes:
            if text.count(theirs) != 1:
                raise SystemExit(f"{file.relative_to(target)} has no single {theirs!r}")
            text = text.replace(theirs, ours)
        file.write_text(text, encoding="utf-8")


def main() -> int:
    """Run the tests, and return pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="MLflow's source tree, of the installed version")
    parser.add_argument("tests", nargs="*", help="files below tests/, or tests in them")
    options, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="mlflow-tests-") as folder:
        copied(options.source, Path(folder))
        tests = [f"tests/{name}" for name in options.tests or FILES]
        command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "--timeout=120"]
        return subprocess.run(
            [*command, *more, *tests], cwd=folder, env={**os.environ, **QUIET}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
