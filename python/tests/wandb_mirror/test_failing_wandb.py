"""Programs and processes of wandb that fail, hang or are killed: nothing here is lost by it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from specweave_ml.tracking.lookup import load_experiment
from support.offline_run_file import only_run_file
from wandb_mirror.conftest import Program, points, rows_of_wandb
from wandb_mirror.generated import compare

CHILDREN = """
import os, signal

def children():
    # All below this process: newer versions of wandb have one, older ones several.
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                text = open(f"/proc/{entry}/stat").read()
            except OSError:
                continue
            parents[int(entry)] = int(text.rpartition(")")[2].split()[1])
    found, wanted = [], [os.getpid()]
    while wanted:
        below = [child for child, parent in parents.items() if parent == wanted[-1]]
        wanted.pop()
        found += below
        wanted += below
    return found
"""


def test_a_killed_program_loses_no_row_here_and_its_file_can_be_read(
    program: Program, project: Path
) -> None:
    done = program(
        """
        import os, signal, time
        run = wandb.init(name="killed", config={"lr": 0.1})
        for step in range(500):
            run.log({"loss": step / 2, "word": "text"})
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert done.returncode == -signal.SIGKILL
    found = load_experiment("killed")
    assert found.status == "crashed"
    assert points(found, "loss") == [(step, step / 2) for step in range(500)]
    assert found.params == {"lr": 0.1}
    compared = compare(only_run_file(project))
    rows = rows_of_wandb(project)
    assert compared["history"] == len(rows)
    assert [row["_step"] for row in rows] == list(range(len(rows)))


def test_logging_goes_on_after_wandbs_process_was_killed(program: Program) -> None:
    done = program(
        CHILDREN
        + """
import time
run = wandb.init(name="orphan")
for step in range(5):
    run.log({"loss": step})
for child in children():
    os.kill(child, signal.SIGKILL)
time.sleep(0.2)
failures = 0
for step in range(5, 300):
    try:
        run.log({"loss": step})
    except Exception:
        failures += 1
try:
    run.finish()
except BaseException:
    failures += 1
print("failures", failures > 0)
"""
    )
    assert "failures" in done.stdout, done.stderr
    found = load_experiment("orphan")
    assert points(found, "loss") == [(step, float(step)) for step in range(300)]
    assert found.status == "completed"


def test_rows_up_to_the_one_at_which_wandb_hangs_are_recorded(
    program: Program, project: Path
) -> None:
    done = program(
        CHILDREN
        + """
import threading, time
run = wandb.init(name="hanging")
run.log({"loss": 0})
stopped = children()
for child in stopped:
    os.kill(child, signal.SIGSTOP)
open("stopped", "w").write(" ".join(map(str, stopped)))
count = 0
def log():
    global count
    while count < 3000:
        count += 1
        run.log({"loss": count, "text": "x" * 1000})
threading.Thread(target=log, daemon=True).start()
before = -1
while count != before and count < 3000:
    before = count
    time.sleep(2)
open("count", "w").write(str(count))
os.kill(os.getpid(), signal.SIGKILL)
"""
    )
    for child in (project / "stopped").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    assert done.returncode == -signal.SIGKILL
    count = int((project / "count").read_text())
    assert count > 0
    assert points(load_experiment("hanging"), "loss") == [
        (step, float(step)) for step in range(count + 1)
    ]


def test_a_row_that_wandb_refuses_raises_as_ever_and_is_not_recorded(program: Program) -> None:
    done = program(
        """
        run = wandb.init(name="refused")
        for row in ([1, 2], {3: 4}):
            try:
                run.log(row)
            except (TypeError, ValueError):
                print("refused")
        run.log({"loss": 1})
        run.finish()
        try:
            run.log({"loss": 2})
        except Exception as error:
            print("finished")
        """
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == ["refused", "refused"]
    found = load_experiment("refused")
    assert points(found, "loss") == [(0, 1.0)]
    assert set(found.metrics) - {key for key in found.metrics if key.startswith("system/")} == {
        "loss"
    }


def test_wandb_works_as_ever_where_the_increment_cannot_be_written(
    program: Program, project: Path
) -> None:
    done = program(
        """
        import specweave_ml.wandb.runs.recorder as recorder

        def broken(*_arguments, **_named):
            raise OSError("the disk is on fire")

        run = wandb.init(name="broken")
        recorder.RunRecorder.log_row = broken
        recorder.RunRecorder.update_config = broken
        recorder.RunRecorder.conclude = broken
        run.log({"loss": 1})
        run.config["x"] = 1
        run.finish()
        wandb.init(name="second").finish()
        """
    )
    assert done.returncode == 0, done.stderr
    runs = list(project.rglob("run-*.wandb"))
    assert len(runs) == 2


def test_wandbs_file_is_the_same_with_and_without_the_mirror(
    program: Program, project: Path, tmp_path: Path
) -> None:
    code = """
        run = wandb.init(name="same", project="plain", mode="offline", config={"a": {"b": 1}})
        run.define_metric("val/*", step_metric="epoch", summary="max")
        for step in range(50):
            run.log({"loss": step, "nested": {"x": step}}, commit=step % 3 != 0)
            run.log({"val/acc": step / 2, "epoch": step // 10}, step=run.step if step % 7 else None)
        run.summary["z"] = 1
        run.finish()
    """
    assert program(code).returncode == 0
    mirrored = rows_of_wandb(project)
    assert points(load_experiment("same"), "val/acc")
    for path in project.rglob("run-*.wandb"):
        path.unlink()
    assert program(code, beginning="import wandb\n").returncode == 0
    assert rows_of_wandb(project) == mirrored
