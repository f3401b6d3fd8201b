"""The buffer of a hot loop: nothing that happens to a disk reaches it, no part is silently lost."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import PATIENCE, Run
from specweave import Experiment, load_experiment, track_experiment
from support.failing_disk import FailingDisk
from support.power_cut import NOTHING_WRITTEN, SHUTDOWN, Disk

POINTS = 20_000
"""Enough to fill the buffer many times."""

PRELUDE = """
import os, pathlib, sys, threading, time
from specweave import track_experiment

def say(word):
    print(word, flush=True)

def ask(word):
    say(word)
    sys.stdin.readline()

def pending():
    return next(pathlib.Path(exp.path).glob("pending-*.tmp"))

exp = track_experiment("hot", capture=False)
step = 0
def log(count):
    global step
    for _ in range(count):
        exp.log_metric("loss", step / 7)
        step += 1
"""

KILLED = PRELUDE + "log(2_000)\nsay(step)\nos.kill(os.getpid(), 9)\n"

DAMAGES = {
    "cut": "os.truncate(pending(), 0)",
    "copied over": "pending().write_bytes(b'another ' * 1000)",
    "punched": "os.system(f'fallocate --punch-hole --offset 0 --length 1048576 {pending()}')",
    "replaced": (
        "other = pending().with_name('other'); other.write_bytes(b'x'); other.replace(pending())"
    ),
    "removed": "pending().unlink()",
    "memory removed": (
        "import json\n"
        "said = json.loads(pending().read_bytes())\n"
        "os.unlink(os.path.join(said['folder'], said['name']))"
    ),
}
"""What other programs do to the files of a buffer: cp, rsync --inplace, sync clients, a logout."""


def buffer_of(pending: Path) -> Path:
    """Where the buffer lies that a pending file tells of."""
    said = json.loads(pending.read_bytes())
    return Path(said["folder"], said["name"])


def left_by(experiments: Path) -> tuple[Path, Path]:
    """What a killed program left: the pending file, and the buffer."""
    (pending,) = experiments.rglob("pending-*.tmp")
    return pending, buffer_of(pending)


@pytest.fixture(autouse=True)
def nothing_left(project: Path) -> Iterator[None]:
    """Take away what killed programs of a test leave in memory."""
    yield
    for pending in project.parent.rglob("pending-*.tmp"):
        with contextlib.suppress(OSError, ValueError):
            buffer_of(pending).unlink()


def found(path: Path | str | None = None) -> tuple[Experiment, list[float], list[str]]:
    """The experiment, the values of its metric, and what is wrong with it."""
    exp = load_experiment("hot") if path is None else load_experiment("hot", str(path))
    problems: list[str] = exp._facts()["problems"]
    values: list[float] = exp.history("loss").values.tolist()
    return exp, values, problems


def first(count: int) -> list[float]:
    return [step / 7 for step in range(count)]


def killed(run: Run, code: str = KILLED, **environment: str) -> int:
    """Kill a program in its hot loop; how many points it had acknowledged."""
    done = run(code, SPECWEAVE_QUIET="1", **environment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return int(done.stdout.split()[-1])


def in_namespace(code: str, prepare: str, cwd: Path, **environment: str) -> str:
    """Run a program where `/dev/shm` is another one, as in a container; what it said."""
    script = cwd / "inside.py"
    script.write_text(textwrap.dedent(code), "utf-8")
    # The disks of other tests would stay mounted here after they were taken away there.
    release = "awk '/loop/ {print $2}' /proc/mounts | xargs --no-run-if-empty umount --lazy"
    command = f"{release}; {prepare} && exec {sys.executable} {script}"
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-ec", command],
        cwd=cwd,
        env={**os.environ, "SPECWEAVE_QUIET": "1", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if "Operation not permitted" in done.stderr and "unshare" in done.stderr:
        pytest.skip(f"mount namespaces need a privilege: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return done.stdout


# Other programs at the files of the buffer


@pytest.mark.parametrize("damage", DAMAGES)
def test_nothing_that_happens_to_the_pending_file_hurts_a_hot_loop(run: Run, damage: str) -> None:
    done = run(
        PRELUDE
        + "log(1_000)\n"
        + DAMAGES[damage]
        + f"\nlog({POINTS - 1_000})\nexp.finish()\nsay(exp.dropped)\n",
        SPECWEAVE_QUIET="1",
    )
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
    exp, values, problems = found()
    assert (exp.status, values, problems) == ("completed", first(POINTS), [])


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_kill_some_time_after_it_loses_nothing_either(run: Run, damage: str) -> None:
    count = killed(
        run,
        PRELUDE
        + "log(1_000)\n"
        + DAMAGES[damage]
        + "\ntime.sleep(0.25)\nlog(2_000)\nsay(step)\nos.kill(os.getpid(), 9)\n",
    )
    _, values, problems = found()
    assert (values, problems) == (first(count), [])


def test_an_ended_experiment_leaves_nothing_in_memory(run: Run) -> None:
    done = run(PRELUDE + "log(2_000)\nsay(pending().read_text())\nexp.finish()\n")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert not Path(said["folder"], said["name"]).exists()


def test_a_buffer_is_the_users_alone(run: Run, experiments: Path) -> None:
    killed(run)
    buffer = left_by(experiments)[1]
    assert len(buffer.name.rpartition("-")[2]) == 32
    status = buffer.stat()
    assert (status.st_mode & 0o777, status.st_uid) == (0o400, os.geteuid())


# A killed run


def test_a_resume_completes_a_killed_run_and_cleans_up(run: Run, experiments: Path) -> None:
    count = killed(run)
    pending, buffer = left_by(experiments)
    with track_experiment("hot", resume=True, capture=False) as exp:
        exp.log_metric("loss", count / 7)
    assert not pending.exists()
    assert not buffer.exists()
    assert found()[1:] == (first(count + 1), [])


def test_a_copy_of_a_killed_run_takes_nothing_from_the_original(
    run: Run, project: Path, tmp_path: Path
) -> None:
    count = killed(run)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", str(project), str(copy)], check=True)
    resumed = subprocess.run(
        [sys.executable, "-c", "from specweave import track_experiment\n"
         "track_experiment('hot', resume=True, capture=False).finish()"],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert resumed.returncode == 0, resumed.stderr
    for place in (copy, project):
        increment = place / ".specweave/increments/0042-recommendation-model"
        assert found(increment)[1:] == (first(count), [])


def test_deleting_a_killed_run_takes_its_buffer_along(run: Run, experiments: Path) -> None:
    killed(run)
    buffer = left_by(experiments)[1]
    load_experiment("hot").delete()
    assert not buffer.exists()


def in_another_container(code: str, project: Path) -> str:
    return in_namespace(code, "mount -t tmpfs tmpfs /dev/shm", project)


READ = """
import json
from specweave import load_experiment
exp = load_experiment("hot")
with __import__("warnings").catch_warnings():
    __import__("warnings").simplefilter("ignore")
    values = exp.history("loss").values.tolist()
print(json.dumps([exp.status, values, exp._facts()["problems"]]))
"""


def test_a_reader_in_another_container_says_where_the_last_points_wait(
    run: Run, project: Path, experiments: Path
) -> None:
    count = killed(run)
    buffer = left_by(experiments)[1]
    status, values, problems = json.loads(in_another_container(READ, project))
    assert status == "crashed"
    assert values == first(len(values))
    assert len(values) < count
    (problem,) = problems
    assert f"(at most 64 KiB) wait in '{buffer}' of '{os.uname().nodename}'" in (problem)
    assert found()[1:] == (first(count), [])


def test_a_resume_in_another_container_goes_on_and_leaves_them_there(
    run: Run, project: Path
) -> None:
    count = killed(run)
    said = in_another_container(
        """
        import warnings
        from specweave import track_experiment
        with warnings.catch_warnings(record=True) as reported:
            warnings.simplefilter("always")
            with track_experiment("hot", resume=True, capture=False) as exp:
                exp.log_metric("more", 1.0)
        print(*[warning.message for warning in reported])
        """,
        project,
    )
    assert "wait in" in said
    exp, values, problems = found()
    assert (exp.status, values, problems) == ("completed", first(count), [])
    assert exp.history("more").values.tolist() == [1.0]


def restart(experiments: Path) -> None:
    """What a restart of the computer leaves of a killed run."""
    pending, buffer = left_by(experiments)
    buffer.unlink()
    said = json.loads(pending.read_bytes())
    pending.write_text(json.dumps({**said, "boot": "the start before"}), "utf-8")


def test_what_a_restart_took_is_told_and_a_resume_goes_on(run: Run, experiments: Path) -> None:
    count = killed(run)
    restart(experiments)
    exp, values, problems = found_with_warnings()
    assert (exp.status, values) == ("crashed", first(len(values)))
    assert len(values) < count
    (problem,) = problems
    assert "(at most 64 KiB) are lost" in problem
    assert "restarted" in problem
    with pytest.warns(UserWarning, match="are lost"):
        track_experiment("hot", resume=True, capture=False).finish()
    assert found()[1:] == (values, [])


def found_with_warnings() -> tuple[Experiment, list[float], list[str]]:
    with (
        pytest.warns(UserWarning, match="^'hot' is damaged: the last points of "),
        pytest.warns(UserWarning, match="not whole"),
    ):
        return found()


def test_an_empty_pending_file_is_told(run: Run, experiments: Path) -> None:
    killed(run)
    pending, buffer = left_by(experiments)
    buffer.unlink()
    pending.write_bytes(b"")
    (problem,) = found_with_warnings()[2]
    assert "is empty, as after a power cut" in problem


# Memory that is not to be had

NO_MEMORY = {
    "full": "mount -t tmpfs -o size=8k tmpfs /dev/shm",
    "read-only": "mount -t tmpfs -o ro tmpfs /dev/shm",
    "no tmpfs": "mkdir -p disk && mount --bind disk /dev/shm",
    "not ours alone": "mount -t tmpfs -o mode=0777 tmpfs /dev/shm",
    "missing": "mount -t tmpfs none /dev && mknod /dev/null c 1 3 && mknod /dev/urandom c 1 9",
}

COUNTED = (
    PRELUDE
    + f"""
log({POINTS // 2})
say(len(list(pathlib.Path(exp.path).glob("pending-*"))))
log({POINTS // 2})
exp.finish()
"""
)


@pytest.mark.parametrize("lack", NO_MEMORY)
def test_without_memory_every_call_writes(lack: str, project: Path) -> None:
    said = in_namespace(COUNTED, NO_MEMORY[lack], project, XDG_RUNTIME_DIR="")
    assert said == "0\n"
    assert found()[1:] == (first(POINTS), [])


@pytest.mark.parametrize("writes", ["automatic", "buffered"])
def test_the_memory_of_the_users_sessions_will_do(writes: str, project: Path) -> None:
    prepare = (
        f"{NO_MEMORY['full']} && mkdir -p /run/lock && mount -t tmpfs -o mode=0700 tmpfs /run/lock"
    )
    said = in_namespace(
        COUNTED, prepare, project, XDG_RUNTIME_DIR="/run/lock", SPECWEAVE_WRITES=writes
    )
    assert said == "1\n"
    assert found()[1:] == (first(POINTS), [])


@pytest.mark.parametrize(("writes", "uses"), [("automatic", 0), ("buffered", 1)])
def test_an_unknown_file_system_has_a_buffer_only_where_it_is_asked_for(
    writes: str, uses: int, project: Path, tmp_path: Path
) -> None:
    place = tmp_path / "unknown"
    place.mkdir()
    code = (
        COUNTED
        + "from specweave import load_experiment\n"
        + "print(len(load_experiment('hot').history('loss')))\n"
    )
    increment = f"{place}/.specweave/increments/0042-recommendation-model"
    said = in_namespace(
        code,
        f"mount -t ramfs ramfs {place} && mkdir -p {increment}",
        project,
        SPECWEAVE_ROOT=str(place),
        SPECWEAVE_WRITES=writes,
    )
    assert said.split() == [str(uses), str(POINTS)]


# Disks that fail or stand still


class OtherDisk(Disk):
    """As `Disk`, with XFS."""

    def __init__(self, folder: Path) -> None:
        self.image = folder / "disk.img"
        self.root = folder / "disk"
        self.root.mkdir()
        with self.image.open("wb") as image:
            image.truncate(320 << 20)
        self._run("mkfs.xfs", "-q", "-f", str(self.image))
        self.mount()


@pytest.fixture(params=[Disk, OtherDisk], ids=["ext4", "xfs"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A disk of its own; where none can be mounted, the test says why."""
    disk: Disk = request.param(tmp_path)
    yield disk
    disk.remove()


Talk = Callable[[str], None]


def talk(disk: Disk, code: str, answers: dict[str, Callable[[], None]]) -> tuple[int, list[str]]:
    """Run a program on the disk and do what it asks for; its exit code and what else it said."""
    script = disk.image.with_name("program.py")
    script.write_text(PRELUDE + textwrap.dedent(code), "utf-8")
    said = []
    with subprocess.Popen(
        [sys.executable, str(script)],
        cwd=disk.project,
        env={**os.environ, "SPECWEAVE_QUIET": "1", "SPECWEAVE_ROOT": str(disk.root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        for line in program.stdout:
            word = line.strip()
            if word in answers:
                answers[word]()
                program.stdin.write("done\n")
                program.stdin.flush()
            else:
                said.append(word)
    return program.returncode, said


def shut_down(disk: Disk) -> None:
    descriptor = os.open(disk.root, os.O_RDONLY)
    fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NOTHING_WRITTEN))
    os.close(descriptor)


def test_a_hot_loop_outlives_the_disk_and_counts_what_it_loses(disk: Disk) -> None:
    code, said = talk(
        disk,
        """
        log(2_000)
        time.sleep(0.25)
        log(300)  # a new window, whose next points take the fast path
        with pending().open("rb") as file:
            os.fsync(file)
        ask("die")
        log(3_000)
        exp.log_series("series", [0.1] * 600_000)
        exp.finish()
        say(exp.dropped)
        """,
        {"die": lambda: shut_down(disk)},
    )
    assert (code, len(said)) == (0, 1)
    assert int(said[0]) > 100_000


def test_a_hot_loop_outlives_a_disk_that_takes_no_new_block(tmp_path: Path) -> None:
    failing = FailingDisk(tmp_path)
    try:
        code, said = talk(
            failing,
            """
            log(2_000)
            ask("fail")
            log(20_000)
            ask("recover")
            exp.finish()
            say(exp.dropped)
            """,
            {"fail": failing.fail, "recover": failing.recover},
        )
        assert (code, said) == (0, ["0"])
        increment = failing.project / ".specweave/increments/0042-recommendation-model"
        assert found(increment)[1:] == (first(22_000), [])
    finally:
        failing.remove()


def test_other_threads_go_on_while_the_disk_is_frozen(disk: Disk) -> None:
    try:
        code, said = talk(
            disk,
            """
            import fcntl
            FREEZE, THAW = 0xC0045877, 0xC0045878
            disk = os.open(exp.path, os.O_RDONLY)
            log(2_000)
            frozen = threading.Event()
            def other():
                frozen.wait()
                for _ in range(100):
                    time.sleep(0.005)
                fcntl.ioctl(disk, THAW, 0)
            thread = threading.Thread(target=other)
            thread.start()
            time.sleep(0.25)
            log(300)  # a new window, whose next points take the fast path
            fcntl.ioctl(disk, FREEZE, 0)
            frozen.set()
            while thread.is_alive():
                log(100)
            thread.join()
            log(1_000)
            exp.finish()
            say(step)
            """,
            {},
        )
    finally:
        subprocess.run(["fsfreeze", "--unfreeze", str(disk.root)], check=False, capture_output=True)
    assert code == 0
    increment = disk.project / ".specweave/increments/0042-recommendation-model"
    exp, values, problems = found(increment)
    assert (exp.status, len(values), problems) == ("completed", int(said[0]), [])
