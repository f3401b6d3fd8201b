"""Several processes at one experiment: who resumes it, what becomes of an artifact's versions."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from specweave import load_experiment

from .laboratory import FOLDER, environment, make_project

RESUMES = """
import sys
from specweave import ExperimentBusyError, track_experiment

print("ready", flush=True)
sys.stdin.readline()
try:
    exp = track_experiment("raced", resume=True, capture=False)
except ExperimentBusyError:
    print("busy", flush=True)
    sys.exit()
print("owner", flush=True)
for point in range(100_000):
    exp.log_metric("loss", int(sys.argv[1]) + point, step=point)
    print(point, flush=True)
"""
SAVES = """
import sys
from specweave import track_experiment

exp = track_experiment("saved", join=True, capture=False)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    text = f"rank {sys.argv[1]}, save {number}"
    exp.save_artifact("notes/shared.txt", text)
    print(text, flush=True)
"""
START = """
from specweave import track_experiment
with track_experiment("{}", capture=False) as exp:
    exp.log_metric("loss", -1.0, step=-1)
"""
OWNS = """
import sys
from specweave import track_experiment
with track_experiment("saved", capture=False):
    print("ready", flush=True)
    sys.stdin.readline()
"""
WITHOUT = ("", "", "flock", "flock locks", "renameat2", "renameat2 link", "madvise openat2")
"""What the kernel of a run does not know, by the words of Tests/Tracing/refuse.c."""


@dataclass
class Races:
    """What was done."""

    rounds: int = 0
    processes: int = 0
    kills: int = 0
    points: int = 0
    saves: int = 0

    def add(self, other: Races) -> None:
        """Count what another has counted."""
        self.rounds += other.rounds
        self.processes += other.processes
        self.kills += other.kills
        self.points += other.points
        self.saves += other.saves

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds, {self.processes} processes, {self.kills} kills, "
            f"{self.points} acknowledged points, {self.saves} acknowledged saves: 0 lost, 0 doubled"
        )


def variables(refuse: Path, words: str) -> dict[str, str]:
    """The environment of a program whose kernel does not know these calls."""
    return {"REFUSE": words, "LD_PRELOAD": str(refuse)} if words else {}


class Program:
    """A process that waits for its start, says lines, and may be killed."""

    def __init__(self, project: Path, code: str, more: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], cwd=project, env=environment(project, **more),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.killed = False
        self.said: list[str] = []

    def wait(self) -> str:
        """What it says next."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if line:
            self.said.append(line)
        return line

    def go(self) -> None:
        """Let it begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """Kill it."""
        self.killed = True
        self.process.kill()

    def end(self) -> list[str]:
        """Wait for its end; all that it said."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        # A kill may cut off the last line, which then nobody received.
        self.said += [line for line in self.process.stdout.read().split("\n")[:-1] if line]
        error = self.process.stderr.read()
        code = self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        assert self.killed or code == 0, error
        return self.said


def resume_races(refuse: Path, folder: Path, chance: random.Random, rounds: int) -> Races:
    """Resume one experiment from several processes at once, some of which are killed meanwhile.

    Of those that were not killed at most one is the owner, and exactly one where none was killed.
    What every owner was promised to be stored is there, once, in order.
    """
    done = Races()
    project = make_project(folder / f"resumes-{chance.random()}")
    subprocess.run([sys.executable, "-c", START.format("raced")], cwd=project, check=True,
                   env=environment(project))  # fmt: skip
    acknowledged: list[tuple[int, int]] = []
    for number in range(rounds):
        words = chance.choice(WITHOUT)
        programs = [
            Program(project, RESUMES, variables(refuse, words), str(1_000_000 * (8 * number + one)))
            for one in range(chance.randint(2, 6))
        ]
        for program in programs:
            assert program.wait() == "ready"
        for program in programs:
            program.go()
        early = chance.sample(programs, chance.choice([0, 0, 1, 2]))
        for program in early:
            if chance.random() < 0.5:
                program.wait()
            program.kill()
        for program in programs:
            if program not in early:
                program.wait()
        owners = [one for one in programs if one not in early and one.said[-1] != "busy"]
        assert len(owners) <= 1, f"{len(owners)} owners, {words!r}, {project}"
        assert early or len(owners) == 1, f"no owner, {words!r}, {project}"
        for program in owners:
            for _ in range(chance.randint(0, 400)):
                program.wait()
            program.kill()
        for one, program in enumerate(programs):
            said = program.end()
            points = [int(word) for word in said if word.isdigit()]
            assert points == list(range(len(points)))
            if "owner" in said:
                acknowledged.append((1_000_000 * (8 * number + one), len(points)))
            done.kills += program.killed
            done.points += len(points)
        done.rounds += 1
        done.processes += len(programs)
        check_points(project, acknowledged, words)
    return done


def check_points(project: Path, acknowledged: list[tuple[int, int]], words: str) -> None:
    """What is found is what every owner had acknowledged, and at most one point more of each."""
    exp = load_experiment("raced", str((project / FOLDER).parent))
    where = f"{words!r}, {project}"
    assert exp._facts()["problems"] == [], where
    found: dict[int, list[int]] = {}
    for value in exp.history("loss").values.tolist():
        if value >= 0:
            found.setdefault(int(value) // 1_000_000, []).append(int(value) % 1_000_000)
    for first, count in acknowledged:
        points = found.pop(first // 1_000_000, [])
        assert points == list(range(len(points))), where
        assert count <= len(points) <= count + 1, f"{len(points)} of {count}, {where}"
    # One that was killed before it said that it is the owner may have stored its first point.
    assert all(points == [0] for points in found.values()), where


def rank_saves(refuse: Path, folder: Path, chance: random.Random, *, kills: bool) -> Races:
    """Save one name from several processes: each version is kept, with the hash of its file."""
    done = Races(rounds=1)
    project = make_project(folder / f"saves-{chance.random()}")
    words = chance.choice(WITHOUT)
    more = variables(refuse, words)
    owner = Program(project, OWNS, more)
    assert owner.wait() == "ready"
    programs = [
        Program(project, SAVES, more, str(rank), str(chance.randint(1, 8)))
        for rank in range(chance.randint(2, 6))
    ]
    for program in programs:
        assert program.wait() == "ready"
    for program in programs:
        program.go()
    for program in chance.sample(programs, chance.randint(1, 2) if kills else 0):
        for _ in range(chance.randint(0, 4)):
            program.wait()
        program.kill()
    acknowledged = [line for program in programs for line in program.end() if line != "ready"]
    owner.go()
    owner.end()
    done.processes = len(programs) + 1
    done.kills = sum(program.killed for program in programs)
    done.saves = len(acknowledged)
    check_versions(project, acknowledged, done.kills, words)
    return done


def check_versions(project: Path, acknowledged: list[str], kills: int, words: str) -> None:
    """Every save that was acknowledged is a version, each with its own file."""
    exp = load_experiment("saved", str((project / FOLDER).parent))
    where = f"{words!r}, {project}"
    assert exp._facts()["problems"] == [], where
    entries = [one for one in exp._facts()["artifacts"] if one["path"] == "notes/shared.txt"]
    contents = []
    for entry in entries:
        content = (exp.path / (entry.get("kept_as") or entry["path"])).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], f"{entry}, {where}"
        contents.append(content.decode())
    assert sorted(entry["version"] for entry in entries) == list(range(1, len(entries) + 1)), where
    assert len(set(contents)) == len(contents), where
    assert set(acknowledged) <= set(contents), (
        f"{set(acknowledged) - set(contents)} missing, {where}"
    )
    assert len(contents) <= len(acknowledged) + kills, where
    current = [entry["version"] for entry in entries if not entry.get("kept_as")]
    assert current == ([len(entries)] if entries else []), where
