"""A full or read-only disk: training continues, one warning, exact counts, all stored later."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specweave import load_experiment

POINTS = 1000

FILLING = """
import json, os, sys, warnings
from pathlib import Path
from specweave import track_experiment

def fill(path):
    with open(path, "wb", buffering=0) as ballast:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    ballast.write(bytes(size))
            except OSError:
                pass
"""

TRAINING = (
    FILLING
    + """
exp = track_experiment("training", capture=False)
exp.log_metric("loss", -1.0, step=-1)
exp.flush()
fill("ballast")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for step in range(1000):
        exp.log_metric("loss", step / 7, step=step)
    exp.log_note("while the disk was full")
    exp.add_tag("full")
    exp.log_param("depth", 6)
    if sys.argv[1] == "freed":
        Path("ballast").unlink()
    exp.finish()
print(json.dumps({
    "warnings": [[str(one.message), one.category.__name__, one.filename] for one in caught],
    "dropped": exp.dropped,
    "read": [[point.step, point.value] for point in exp.history("loss")],
}))
"""
)

PATIENCE = (
    FILLING
    + """
exp = track_experiment("patience", capture=False)
exp.log_metric("loss", -1.0, step=-1)
exp.flush()
fill("ballast")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for piece in range(40):
        exp.log_series("series", [(piece * 10_000 + place) / 7 for place in range(10_000)])
    for step in range(20_000):
        exp.log_metric("loss", step / 7, step=step)
    exp.log_note("too late")
    dropped = exp.dropped
    Path("ballast").unlink()
    exp.log_metric("loss", -2.0, step=-2)
    exp.finish()
print(json.dumps({
    "warnings": [str(one.message) for one in caught],
    "dropped": [dropped, exp.dropped],
    "notes": len(exp.notes),
    "series": exp.history("series").values.tolist(),
    "loss": exp.history("loss").values.tolist(),
}))
"""
)


def on_small_disk(
    folder: Path, code: str, *arguments: str, size: str = "1m"
) -> subprocess.CompletedProcess[str]:
    """Run a program in a project on a disk of this size, and copy what it leaves to the folder.

    Where mounting is not allowed the disk is small by a limit on the size of files instead.
    """
    disk = folder.parent / "disk"
    disk.mkdir()
    (folder / "program.py").write_text(code, "utf-8")
    script = (
        f'mount -t tmpfs -o size={size} small "{disk}" || exit 99; cd "{disk}"\n'
        "mkdir -p .specweave/increments/0042-recommendation-model\n"
        '"$@"; status=$?\n'
        f'cp -a .specweave "{folder}/"\nexit $status\n'
    )
    command = [sys.executable, str(folder / "program.py"), *arguments]
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *command],
        env={**os.environ, "SPECWEAVE_QUIET": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def result(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def test_everything_is_stored_once_there_is_space_again(project: Path) -> None:
    outcome = result(on_small_disk(project, TRAINING, "freed"))

    ((message, category, place),) = outcome["warnings"]
    assert category == "TrackingWarning"
    assert "No space left" in message
    assert place.endswith("program.py")
    assert outcome["dropped"] == 0
    expected = [[-1, -1.0], *([step, step / 7] for step in range(POINTS))]
    assert outcome["read"] == expected
    exp = load_experiment("training")
    assert [[point.step, point.value] for point in exp.history("loss")] == expected
    assert (exp.status, exp.tags, exp.params) == ("completed", ["full"], {"depth": 6})
    assert [str(note) for note in exp.notes] == ["while the disk was full"]
    assert exp._facts()["problems"] == []


def test_what_stays_unstored_is_said_at_the_end(project: Path) -> None:
    outcome = result(on_small_disk(project, TRAINING, "full"))

    assert {category for _, category, _ in outcome["warnings"]} == {"TrackingWarning"}
    exp = load_experiment("training")
    stored = [[point.step, point.value] for point in exp.history("loss")]
    assert stored == [[-1, -1.0], *([step, step / 7] for step in range(len(stored) - 1))]
    assert (exp.notes, exp.tags, exp.params) == ([], [], {})
    assert 0 < len(stored) < POINTS
    # Points, the note, the tag and the parameter.
    lost = 1 + POINTS + 3 - len(stored)
    assert outcome["dropped"] == lost
    (message,) = [one for one, _, _ in outcome["warnings"] if "was not finished" in one]
    assert f"{lost} records of 'training' could not be stored and count as dropped" in message
    assert exp.status == "crashed"
    assert exp._facts()["problems"] == []


def test_what_does_not_fit_into_memory_either_is_counted_exactly(project: Path) -> None:
    outcome = result(on_small_disk(project, PATIENCE, size="24m"))

    series, loss = outcome["series"], outcome["loss"]
    assert series == sorted(set(series))
    assert series[:200_000] == [place / 7 for place in range(200_000)]
    assert loss[0] == -1.0
    assert loss[-1] == -2.0
    logged = 1 + 40 * 10_000 + 20_000 + 1 + 1
    assert len(series) + len(loss) + outcome["notes"] < logged
    assert outcome["dropped"] == [logged - len(series) - len(loss) - outcome["notes"]] * 2
    assert sum("No space left" in message for message in outcome["warnings"]) == 1
    exp = load_experiment("patience")
    assert exp._facts()["dropped"] == outcome["dropped"][0]
    assert exp.history("series").values.tolist() == series
    assert exp._facts()["problems"] == []


def test_strict_raises_at_the_call(project: Path) -> None:
    code = TRAINING.replace("capture=False", "capture=False, strict=True")
    done = on_small_disk(project, code, "full")

    assert done.returncode == 1
    assert "StorageError" in done.stderr
    assert "No space left" in done.stderr


@pytest.mark.parametrize("place", ["experiments", "project"])
def test_a_start_in_a_read_only_folder_is_an_error_at_once(place: str, project: Path) -> None:
    experiments = project / ".specweave/increments/0042-recommendation-model/experiments"
    experiments.mkdir()
    folder = experiments if place == "experiments" else project
    code = (
        "from specweave import track_experiment\nfrom specweave_ml.errors import StorageError\n"
        "try:\n    track_experiment('x')\nexcept StorageError as error:\n    print(error)\n"
    )
    script = f'mount --bind "{folder}" "{folder}" && mount -o remount,bind,ro "{folder}"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{script} && cd / && cd "{project}" && exec "$@"', "sh",
         sys.executable, "-c", code],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "Read-only file system" in done.stdout
    assert list(experiments.iterdir()) == []
