"""A program that does everything a user does, step by step, and says what did not work.

    python whole_flow.py PROJECT

Prints a line for each step: its name, and `ok` or what went wrong. The project is a folder on the
file system that is tried.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from specweave import (
    Experiment,
    ExperimentBusyError,
    ExperimentNotFoundError,
    InvalidNameError,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)

HOT = 3_000
PROGRAM = "train.py"
"""Its name in the project, whose code is what is captured."""
INCREMENT = ".specweave/increments/0042-recommendation-model"

READER = """
import json, sys
from specweave import load_experiment
exp = load_experiment(sys.argv[1])
print(json.dumps([exp.status, len(exp.history("loss")), exp._facts()["problems"]]))
"""
KILLED = """
import os, signal, sys
from specweave import track_experiment
exp = track_experiment("killed", resume="allow", capture=False, writes=sys.argv[1])
begin = len(exp.history("loss")) if "loss" in exp.metrics else 0
exp.save_artifact("checkpoint.txt", f"at {begin}")
for step in range(begin, begin + 3_000):
    exp.log_metric("loss", step / 7)
os.kill(os.getpid(), signal.SIGKILL)
"""
RESUMES = """
import sys
from specweave import ExperimentBusyError, track_experiment
print("ready", flush=True)
sys.stdin.readline()
try:
    exp = track_experiment("killed", resume=True, capture=False)
    print("owner", flush=True)
except ExperimentBusyError:
    print("busy", flush=True)
sys.stdin.readline()
"""
SAVES = """
import sys
from specweave import track_experiment
exp = track_experiment("ranks", join=True, capture=False)
for number in range(4):
    exp.save_artifact("notes/shared.txt", f"{sys.argv[1]} {number}")
"""


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip


def values(exp: Experiment, key: str) -> list[float]:
    """All values of a metric."""
    found: list[float] = exp.history(key).values.tolist()
    return found


def rising(count: int) -> list[float]:
    """The values that the loops log."""
    return [step / 7 for step in range(count)]


def same(found: Any, expected: Any) -> None:
    """See that a value is the one expected; say both, shortened, if not."""
    assert found == expected, f"found {found!r:.300}, expected {expected!r:.300}"


def check_artifacts(exp: Experiment) -> None:
    """Every version of every file has the hash that is recorded."""
    for entry in exp._facts()["artifacts"]:
        file = exp.path / (entry.get("kept_as") or entry["path"])
        if file.is_file():
            same((entry["path"], hashlib.sha256(file.read_bytes()).hexdigest()),
                 (entry["path"], entry["sha256"]))  # fmt: skip


def start(state: dict[str, Experiment]) -> None:
    # Git itself does not work on every file system.
    if subprocess.run(["git", "init", "--quiet"], capture_output=True, check=False).returncode == 0:
        subprocess.run(["git", "add", PROGRAM], check=True)
        identity = ["-c", "user.name=A", "-c", "user.email=a@localhost"]
        subprocess.run(["git", *identity, "commit", "--quiet", "-m", "first"], check=True)
        with Path(PROGRAM).open("a", encoding="utf-8") as program:
            program.write("# changed after the commit\n")
    state["exp"] = track_experiment(
        "Whole Flow", tags=["first"], params={"depth": 6}, capture_output=True,
        capture=["git", "command", "environment", "packages", "code"],
    )  # fmt: skip
    print("kept in output.log")


def records(state: dict[str, Experiment]) -> None:
    exp = state["exp"]
    exp.log_params({"rate": 0.1})
    exp.add_tag("second")
    exp.log_note("a note")
    exp.log_metrics({"a": 1.5, "b": 2.5}, step=1)


def hot_loop(state: dict[str, Experiment]) -> None:
    for step in range(HOT):
        state["exp"].log_metric("loss", step / 7)
    same(values(load_experiment("Whole Flow"), "loss"), rising(HOT))


def seen_from_elsewhere(_: dict[str, Experiment]) -> None:
    done = python(READER, "Whole Flow")
    same((json.loads(done.stdout or "null"), done.stderr), (["running", HOT, []], ""))


def flush_durable(state: dict[str, Experiment]) -> None:
    state["exp"].flush(durable=True)


def save_model(state: dict[str, Experiment]) -> None:
    from sklearn.linear_model import Ridge

    exp = state["exp"]
    for strength in (1.0, 2.0):
        exp.save_model(Ridge(alpha=strength).fit([[0.0], [1.0]], [0.0, 1.0]), "model.pkl")
    same(exp.load_artifact("model.pkl", trust=True).alpha, 2.0)
    check_artifacts(exp)


def save_file(state: dict[str, Experiment]) -> None:
    exp = state["exp"]
    for text in ("one", "two", "three"):
        exp.save_artifact("notes/a.txt", text)
    same(exp.load_artifact("notes/a.txt"), "three")
    exp.save_artifact("table.csv", [{"x": 1, "y": 2.5}])
    check_artifacts(exp)


def save_folder(state: dict[str, Experiment]) -> None:
    exp = state["exp"]
    Path("data/inner").mkdir(parents=True, exist_ok=True)
    for version in ("first", "second"):
        for name in ("one.bin", "inner/two.bin"):
            (Path("data") / name).write_text(version + name, "utf-8")
        exp.save_artifact("data")
    same((exp.artifact_path("data") / "inner/two.bin").read_text("utf-8"), "secondinner/two.bin")
    older = [entry for entry in exp._facts()["artifacts"] if entry.get("kept_as")]
    kept = [entry["kept_as"] for entry in older if entry["path"] == "data"]
    same([(exp.path / path / "one.bin").read_text("utf-8") for path in kept], ["firstone.bin"])


def log_artifact(state: dict[str, Experiment]) -> None:
    Path("copied.bin").write_bytes(bytes(range(256)) * 5_000)
    state["exp"].log_artifact("copied.bin")
    check_artifacts(state["exp"])


def children(state: dict[str, Experiment]) -> None:
    for number in range(2):
        with track_experiment(f"fold {number}", parent=state["exp"], capture=False) as fold:
            fold.log_metric("score", number)
    same(len([one for one in list_experiments(children=True) if one.name.startswith("fold")]), 2)


def forked(state: dict[str, Experiment]) -> None:
    exp = state["exp"]
    child = os.fork()
    if child == 0:
        for step in range(HOT):
            exp.log_metric("child", step / 7)
        exp.save_artifact("of-child.txt", "saved by the child")
        os._exit(0)
    same(os.waitpid(child, 0)[1], 0)


def finish(state: dict[str, Experiment]) -> None:
    exp = state["exp"]
    exp.finish()
    found = load_experiment("Whole Flow")
    same((found.status, found.tags, dict(found.params), found.notes, found._facts()["problems"]),
         ("completed", ["first", "second"], {"depth": 6, "rate": 0.1}, ["a note"], []))  # fmt: skip
    same((values(found, "loss"), values(found, "child")), (rising(HOT), rising(HOT)))
    same(found.load_artifact("of-child.txt"), "saved by the child")
    check_artifacts(found)


def captured(_: dict[str, Experiment]) -> None:
    exp = load_experiment("Whole Flow")
    if Path(".git/index").exists():
        patch = (exp.path / "environment/uncommitted.patch").read_text("utf-8")
        same("+# changed after" in patch, True)
    same("numpy" in (exp.path / "environment/requirements.txt").read_text("utf-8"), True)
    code = [path for path in (exp.path / "environment/code").rglob("*") if path.is_file()]
    same(PROGRAM in [path.name for path in code], True)
    same("kept in output.log" in (exp.path / "output.log").read_text("utf-8"), True)


def views(_: dict[str, Experiment]) -> None:
    exp = load_experiment("Whole Flow")
    same(json.loads((exp.path / "params.json").read_text("utf-8")), {"depth": 6, "rate": 0.1})
    same(json.loads((exp.path / "metrics.json").read_text("utf-8"))["loss"], (HOT - 1) / 7)


def resume(_: dict[str, Experiment]) -> None:
    with track_experiment("Whole Flow", resume=True, capture=False) as exp:
        for step in range(HOT, HOT + 100):
            exp.log_metric("loss", step / 7)
        exp.save_artifact("notes/a.txt", "four")
    same(values(load_experiment("Whole Flow"), "loss"), rising(HOT + 100))


def edit(_: dict[str, Experiment]) -> None:
    done = python("from specweave import load_experiment\n"
                  "load_experiment('Whole Flow').log_note('from elsewhere')")  # fmt: skip
    same((done.returncode, done.stderr), (0, ""))
    same(load_experiment("Whole Flow").notes, ["a note", "from elsewhere"])


def edits_seen_by_a_handle(_: dict[str, Experiment]) -> None:
    with track_experiment("edited", capture=False) as exp:
        exp.log_metric("loss", 1.0)
    for number in range(1, 5):
        child = os.fork()
        if child == 0:
            load_experiment("edited").log_note(f"note {number}")
            os._exit(0)
        same(os.waitpid(child, 0)[1], 0)
        for _time in range(2):
            same(exp.notes, [f"note {one}" for one in range(1, number + 1)])
            time.sleep(0.1)  # after which what was read may be kept


def other_case(_: dict[str, Experiment]) -> None:
    for name in ("Model", "model", "MODEL"):
        with track_experiment(name, capture=False) as exp:
            exp.save_artifact("name.txt", name)
    for name in ("Model", "model", "MODEL"):
        same(load_experiment(name).load_artifact("name.txt"), name)


def artifacts_of_other_case(_: dict[str, Experiment]) -> None:
    with track_experiment("cases", capture=False) as exp:
        exp.save_artifact("Roc.txt", "Roc.txt")
        exp.save_artifact("Plots/roc.txt", "Plots/roc.txt")
        for name in ("roc.txt", "plots"):
            is_taken = (exp.path / name).exists()
            try:
                exp.save_artifact(name, name)
            except InvalidNameError:
                same(is_taken, True)
            else:
                same(is_taken, False)
    check_artifacts(load_experiment("cases"))


def odd_names(_: dict[str, Experiment]) -> None:
    for name in ("lr: 0.1 <a|b> *?", "con", "end.", "größer/kleiner", 'quote "x"', "ends "):
        with track_experiment(name, capture=False) as exp:
            exp.log_metric("loss", 1.0)
        same(load_experiment(name).name, name)


def kill_and_resume(_: dict[str, Experiment]) -> None:
    for killed, writes in enumerate(("buffered", "automatic", "direct"), 1):
        done = python(KILLED, writes)
        same((done.returncode, done.stderr), (-signal.SIGKILL, ""))
        exp = load_experiment("killed")
        same((exp.status, exp._facts()["problems"]), ("crashed", []))
        same(values(exp, "loss"), rising(killed * 3_000))
        check_artifacts(exp)


def resume_race(_: dict[str, Experiment]) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", RESUMES], text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]  # fmt: skip
    for program in programs:
        assert program.stdout is not None
        same(program.stdout.readline(), "ready\n")
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    said = []
    for program in programs:
        assert program.stdout is not None
        said.append(program.stdout.readline().strip())
    errors = [program.communicate("end\n")[1][-300:] for program in programs]
    same((sorted(said), errors), (["busy"] * 3 + ["owner"], [""] * 4))
    same(values(load_experiment("killed"), "loss"), rising(9_000))


def rank_saves(_: dict[str, Experiment]) -> None:
    with track_experiment("ranks", capture=False):
        programs = [
            subprocess.Popen([sys.executable, "-c", SAVES, str(rank)], text=True,
                             stderr=subprocess.PIPE)
            for rank in range(3)
        ]  # fmt: skip
        same([program.communicate()[1][-300:] for program in programs], [""] * 3)
    exp = load_experiment("ranks")
    versions = [entry["version"] for entry in exp._facts()["artifacts"]]
    same(sorted(versions), list(range(1, 13)))
    check_artifacts(exp)


def busy(_: dict[str, Experiment]) -> None:
    with track_experiment("busy", capture=False) as exp:
        exp.log_metric("loss", 1.0)
        done = python("from specweave import track_experiment\n"
                      "track_experiment('busy', resume=True, capture=False)")  # fmt: skip
        same(ExperimentBusyError.__name__ in done.stderr, True)


def list_and_compare(_: dict[str, Experiment]) -> None:
    names = [one.name for one in list_experiments()]
    same({"Whole Flow", "killed", "ranks"} - set(names), set())
    compare_experiments(metrics=["loss"])
    report = Path(INCREMENT, "experiments/comparison.md").read_text("utf-8")
    same("Whole Flow" in report, True)


def archive_and_delete(_: dict[str, Experiment]) -> None:
    exp = load_experiment("Whole Flow")
    exp.archive()
    same("Whole Flow" in [one.name for one in list_experiments()], False)
    same(len(values(exp, "loss")), HOT + 100)
    exp.restore()
    same("Whole Flow" in [one.name for one in list_experiments()], True)
    load_experiment("busy").delete()
    try:
        load_experiment("busy")
    except ExperimentNotFoundError:
        return
    raise AssertionError("what was deleted is still there")


def nothing_left(_: dict[str, Experiment]) -> None:
    starts = (".turn", ".saving", "pending-", ".fuse_hidden", ".nfs")
    left = [str(path) for path in Path(INCREMENT).rglob("*")
            if path.name.startswith(starts) or path.name.endswith(".tmp")]  # fmt: skip
    # The owner of "killed" in the race left as a process does that ends.
    same(left, [])


STEPS: list[Callable[[dict[str, Experiment]], None]] = [
    start, records, hot_loop, seen_from_elsewhere, flush_durable, save_model, save_file,
    save_folder, log_artifact, children, forked, finish, captured, views, resume, edit,
    edits_seen_by_a_handle, other_case, artifacts_of_other_case, odd_names, kill_and_resume,
    resume_race, rank_saves, busy, list_and_compare, archive_and_delete, nothing_left,
]  # fmt: skip


def main(project: str) -> None:
    """Do every step, whatever became of the others."""
    os.chdir(project)
    if Path(__file__) != Path(PROGRAM).resolve():
        Path(INCREMENT).mkdir(parents=True)
        shutil.copyfile(__file__, PROGRAM)
        os.execv(sys.executable, [sys.executable, str(Path(PROGRAM).resolve()), project])  # noqa: S606
    state: dict[str, Experiment] = {}
    for step in STEPS:
        begin = time.monotonic()
        try:
            step(state)
            said = "ok"
        except BaseException as error:
            if os.environ.get("TRACE"):
                traceback.print_exc()
            said = f"{type(error).__name__}: {error}".replace("\n", " ")[:900]
        if os.environ.get("TRACE"):
            said += f" {time.monotonic() - begin:.1f} s"
        sys.__stdout__.write(f"{step.__name__}: {said}\n")  # type: ignore[union-attr]
    if "exp" in state:
        state["exp"].finish()


if __name__ == "__main__":
    main(sys.argv[1])
