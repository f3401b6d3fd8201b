"""Kernels, containers and file systems that do not know a call: everything works all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Run

PROGRAM = """
import json, os
from specweave import load_experiment, track_experiment

with track_experiment("x", writes="buffered") as exp:
    exp.log_params({"depth": 6})
    for step in range(1_000):
        exp.log_metric("loss", step / 7)
    child = os.fork()
    if child == 0:
        for step in range(1_000):
            exp.log_metric("child", step / 7)
        os._exit(0)
    for step in range(1_000, 2_000):
        exp.log_metric("loss", step / 7)
    os.waitpid(child, 0)
    for text in ("one", "two", "three"):
        exp.save_artifact("notes/a.txt", text)
    folder = exp.path

with track_experiment("x", resume=True) as exp:
    for step in range(2_000, 2_100):
        exp.log_metric("loss", step / 7)

exp = load_experiment("x")
print(json.dumps({
    "status": exp.status,
    "loss": exp.history("loss").values.tolist() == [step / 7 for step in range(2_100)],
    "child": exp.history("child").values.tolist() == [step / 7 for step in range(1_000)],
    "problems": exp._facts()["problems"],
    "artifact": exp.load_artifact("notes/a.txt"),
    "older": sorted(path.read_text() for path in (exp.path / ".versions/notes").iterdir()),
    "left": [name for name in os.listdir(exp.path)
             if name.startswith((".turn", ".saving", "pending-"))],
}))
"""


@pytest.mark.parametrize(
    "missing",
    [
        "",
        "madvise",
        "openat2",
        "renameat2",
        "renameat2 link",
        "flock",
        "flock locks",
        "fsyncdir",
        "mmap",
        "madvise openat2 renameat2 link flock locks fsyncdir",
    ],
)
def test_everything_works_without(missing: str, refuse: Path, run: Run) -> None:
    done = run(PROGRAM, REFUSE=missing, LD_PRELOAD=str(refuse), SPECWEAVE_QUIET="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        '{"status": "completed", "loss": true, "child": true, "problems": [], '
        '"artifact": "three", "older": ["one", "two"], "left": []}\n'
    )


BESIDE_TRACKING = """
import ctypes, json, os, resource, struct, sys, warnings
import numpy as np
from sklearn.linear_model import Ridge
import specweave
from specweave import load_experiment, track_cross_validation, track_experiment, track_grid_search


def limit_processes():
    # No further thread or process, for an ordinary user, who here may still read every file.
    if os.getuid() == 0:
        system = ctypes.CDLL(None)
        assert system.prctl(8, 1, 0, 0, 0) == 0
        os.setresuid(4711, 4711, 4711)
        header, files = struct.pack("Ii", 0x20080522, 0), (1 << 1) | (1 << 2)
        assert system.capset(header, struct.pack("IIIIII", files, files, 0, 0, 0, 0)) == 0
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


if sys.argv[1:] == ["limit"]:
    limit_processes()
X = np.random.default_rng(0).normal(size=(30, 2))
y = X.sum(axis=1)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    with track_experiment("x", capture_output=True, system_metrics=True) as exp:
        print("printed", file=sys.stdout, flush=True)
        exp.log_metric("loss", 0.5)
        exp.log_data("points", X)
        exp.save_model(Ridge(alpha=0).fit(X, y))
    track_grid_search(Ridge(), {"alpha": [0.1, 1.0]}, X, y, cv=3)
    track_cross_validation(model=Ridge(), X=X, y=y, cv=3)
exp = load_experiment("x")
print(json.dumps({
    "status": exp.status,
    "loss": exp.metrics["loss"],
    "output": (exp.path / "output.log").read_text(),
    "model": exp.load_artifact("model.pkl", trust=True).coef_.round(6).tolist(),
    "searched": load_experiment("grid-search-ridge").status,
    "validated": load_experiment("ridge-cv").status,
    "warned": sorted({str(one.message).rpartition(": ")[0] for one in caught
                      if issubclass(one.category, specweave.TrackingWarning)}),
}))
"""


@pytest.mark.parametrize("missing", ["threads", "processes", "limit"])
def test_tracking_goes_on_where_no_thread_or_process_can_start(
    missing: str, refuse: Path, run: Run, project: Path
) -> None:
    for folder in (project, *project.rglob("*")):
        folder.chmod(0o777)
    done = run(
        BESIDE_TRACKING,
        *([missing] if missing == "limit" else []),
        REFUSE="" if missing == "limit" else missing,
        LD_PRELOAD=str(refuse),
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        SPECWEAVE_QUIET="1",
        SPECWEAVE_CAPTURE_SECONDS="20",
    )
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout.splitlines()[-1])
    nothing = "was not captured: code, git, packages"
    experiments = ("grid-search-ridge", "ridge-cv", "x")
    captures = "threads" not in missing and missing != "limit"
    assert outcome == {
        "status": "completed",
        "loss": 0.5,
        "output": "printed\n",
        "model": [1.0, 1.0],
        "searched": "completed",
        "validated": "completed",
        "warned": [] if captures else [f"of {name} {nothing}" for name in experiments],
    }


def test_files_that_cannot_be_forced_to_the_disk_are_told_of_and_not_written_again(
    refuse: Path, run: Run
) -> None:
    done = run(
        """
        import json, os, warnings
        from specweave import load_experiment, track_experiment
        from specweave import StorageError

        def files():
            return {name: os.stat(exp.path / name).st_ino
                    for name in os.listdir(exp.path) if "tfevents" in name or name == "a.txt"}

        refusals = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            exp = track_experiment("x", capture=False)
            exp.save_artifact("a.txt", "text")
            before = files()
            for step in range(3):
                exp.log_metric("loss", step)
                try:
                    exp.flush(durable=True)
                except StorageError as error:
                    refusals.append("does not force files to the disk" in str(error))
            exp.finish()
        found = load_experiment("x")
        print(json.dumps([refusals, before == files(), len(caught), found.status,
                          found.history("loss").values.tolist(), found._facts()["problems"]]))
        """,
        REFUSE="fsync", LD_PRELOAD=str(refuse), SPECWEAVE_QUIET="1",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ('[[true, true, true], true, 1, "completed", [0, 1, 2], []]\n')
