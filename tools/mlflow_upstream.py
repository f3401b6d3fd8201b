"""Run MLflow's own tests on increments: `make test-mlflow-upstream MLFLOW_SOURCE=<its tree>`.

MLflow's tests get their store from a few fixtures. In a copy of the tests these give a store of
this package instead; beside them only what reads or writes the files of MLflow's own stores, or
replaces their clock, is changed. Nothing of the tests is part of this project. docs/mlflow.md names
the tests that fail, and why: one that fails and is not named there makes the exit code 1.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

STORE = (
    "from specweave_ml.mlflow.plugin_entry_points import tracking_store\n"
    '    {} tracking_store(f"specweave:{{tmp_path}}/store")\n'
)
SQL_FIXTURE = (
    "def store(tmp_path: Path, db_uri: str, workspaces_enabled: bool) -> SqlAlchemyStore:\n"
)
REGISTRY = (
    "from specweave_ml.mlflow.plugin_entry_points import model_registry_store\n"
    '    {} model_registry_store(f"specweave:{{tmp_path}}")\n'
)
REGISTRY_SQL_FIXTURE = "def store(tmp_path: Path, cached_db: Path, workspaces_enabled):\n"
MODELS_FIXTURE = "def rm_data(registered_model_names, tmp_path):\n"
MODELS = """def rm_data(registered_model_names, store):
    models = map(store.create_registered_model, registered_model_names)
    return {
        model.name: {
            "name": model.name,
            "creation_timestamp": model.creation_timestamp,
            "last_updated_timestamp": model.last_updated_timestamp,
            "description": model.description,
            "latest_versions": model.latest_versions,
            "tags": model.tags,
        }
        for model in models
    }
"""
CLOCK = '"mlflow.store.model_registry.{}.get_current_time_millis"'
OUR_CLOCK = '"specweave_ml.mlflow.registry_base.get_current_time_millis"'
OUR_CLIENT = '"mlflow.tracking.client.MlflowClient"'
SKIPPED = 'pytestmark = pytest.mark.skip(reason="FileStore is no longer supported")\n'
CHANGES = {
    "conftest.py": [('yield f"sqlite:///{db_path}"', 'yield f"specweave:{tmp_dir}/store"')],
    "store/tracking/test_file_store.py": [
        (SKIPPED, ""),
        ('return FileStore(str(tmp_path.joinpath("mlruns")))\n', STORE.format("return")),
    ],
    "store/tracking/sqlalchemy_store/test_sqlalchemy_store.py": [
        (SQL_FIXTURE, SQL_FIXTURE + "    " + STORE.format("yield") + "    return\n"),
    ],
    "store/model_registry/test_file_store.py": [
        (SKIPPED, ""),
        ("return FileStore(str(tmp_path))\n", REGISTRY.format("return")),
        (MODELS_FIXTURE, MODELS),
        ("path_to_local_file_uri(store.root_directory)", 'f"specweave:{store._files.project}"'),
        (CLOCK.format("file_store"), OUR_CLOCK),
    ],
    "store/model_registry/test_sqlalchemy_store.py": [
        (
            REGISTRY_SQL_FIXTURE,
            REGISTRY_SQL_FIXTURE + "    " + REGISTRY.format("yield") + "    return\n",
        ),
        (CLOCK.format("sqlalchemy_store"), OUR_CLOCK),
        ('"mlflow.store.model_registry.sqlalchemy_store.MlflowClient"', OUR_CLIENT),
    ],
}
REPEATED = {CLOCK.format("file_store"), CLOCK.format("sqlalchemy_store")}
CLIENT = (
    "tracking/test_tracking.py",
    "tracking/fluent/test_fluent.py",
    "tracking/test_log_image.py",
    "tracking/test_client.py",
    "tracking/test_model_registry.py",
)
STORES = (
    "tracking/test_rest_tracking.py",
    "store/tracking/test_file_store.py",
    "store/tracking/sqlalchemy_store/test_sqlalchemy_store.py",
    "store/model_registry/test_file_store.py",
    "store/model_registry/test_sqlalchemy_store.py",
)
NOT_OFFERED = (
    "trace", "span", "assessment", "scorer", "scoring", "gateway", "secret", "endpoint", "webhook",
    "evaluation_dataset", "workspace-enabled", "_workspace",
)  # fmt: skip
"""What is in the names of tests of the stores that are about nothing else."""
DOCUMENT = Path(__file__).parent.parent / "docs" / "mlflow.md"
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
            if text.count(theirs) != 1 and not (theirs in REPEATED and theirs in text):
                raise SystemExit(f"{file.relative_to(target)} has no single {theirs!r}")
            text = text.replace(theirs, ours)
        file.write_text(text, encoding="utf-8")


def failed(report: Path) -> set[str]:
    """Return the names of the test functions that failed, from a report in JUnit's format."""
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - pytest has written it
    wrong = (case for case in cases if case.find("failure") is not None or is_error(case))
    return {str(case.get("name")).partition("[")[0] for case in wrong}


def is_error(case: ElementTree.Element) -> bool:
    """Return whether a test could not run."""
    return case.find("error") is not None


def explained() -> set[str]:
    """Return the names of the tests that the document explains."""
    return set(re.findall(r"`(test_\w+)`", DOCUMENT.read_text(encoding="utf-8")))


def main() -> int:
    """Run the tests, and return pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="MLflow's source tree, of the installed version")
    parser.add_argument("tests", nargs="*", help="files below tests/, or tests in them")
    options, more = parser.parse_known_args()
    without = " and ".join(f"not {word}" for word in NOT_OFFERED)
    parts: list[tuple[tuple[str, ...], list[str]]] = [(CLIENT, []), (STORES, ["-k", without])]
    if options.tests:
        parts = [(tuple(options.tests), [])]
    wrong: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="mlflow-tests-") as folder:
        copied(options.source, Path(folder))
        report = Path(folder, "report.xml")
        for files, choice in parts:
            tests = [f"tests/{name}" for name in files]
            command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "--timeout=120"]
            command += [f"--junitxml={report}", *choice, *more, *tests]
            subprocess.run(command, cwd=folder, env={**os.environ, **QUIET}, check=False)
            wrong |= failed(report)
    unknown = sorted(wrong - explained())
    print(f"{len(wrong)} tests failed; not explained in {DOCUMENT.name}: {unknown or 'none'}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
