"""Killing the programs, and comparing what they had said with what is found."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .laboratory import (
    LANGUAGES,
    NAME,
    Laboratory,
    check_event_files,
    check_files,
    check_tensorboard,
    environment,
    make_project,
)
from .plan import Story, letter

MOST = 20_000
"""The calls of one program, after which it waits to be killed."""
PACES = ("0/1", "0/1", "2000/1", "20000/400")
POLICIES = ("close", "close", "close", "0.01", "always")
WRITES = ("automatic", "automatic", "direct", "buffered")


@dataclass
class Tally:
    """What was done."""

    kills: int = 0
    before_start: int = 0
    acknowledged: int = 0
    torn: int = 0
    points: int = 0
    sessions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LANGUAGES, 0))

    def add(self, other: Tally) -> None:
        """Count what another has counted."""
        self.kills += other.kills
        self.before_start += other.before_start
        self.acknowledged += other.acknowledged
        self.torn += other.torn
        self.points += other.points
        for language, count in other.sessions.items():
            self.sessions[language] += count

    def __str__(self) -> str:
        languages = ", ".join(f"{count} in {language}" for language, count in self.sessions.items())
        return (
            f"{self.kills} kills ({languages}; {self.before_start} of them before the start was "
            f"acknowledged, {self.torn} half-way through a call), {self.acknowledged} acknowledged "
            f"calls, {self.points} points: 0 lost, 0 doubled"
        )


class Chain:
    """One experiment, in which one program after the other is killed."""

    def __init__(self, laboratory: Laboratory, project: Path, tally: Tally) -> None:
        self.laboratory = laboratory
        self.project = project
        self.tally = tally
        self.story = Story()
        self.status: str | None = None
        """What the readers say now; None if there is nothing yet."""
        self.variables: dict[str, str] = {}
        """What else stands in the environment of the programs."""

    def kill_at_random(self, language: str, chance: random.Random) -> None:
        """Kill a program some time after it was started, or after its first call."""
        command = [
            *self.laboratory.program(language), "write", NAME, str(self.story.count),
            str(self.story.count + MOST), "wait", chance.choice(PACES), chance.choice(POLICIES),
        ]  # fmt: skip
        variables = environment(
            self.project, SPECWEAVE_WRITES=chance.choice(WRITES), **self.variables
        )
        with subprocess.Popen(
            command, cwd=self.project, env=variables, stdout=subprocess.PIPE, bufsize=0
        ) as program:
            assert program.stdout is not None
            said = b""
            if chance.random() < 0.8:
                said = program.stdout.read(1)
                time.sleep(chance.choice([0.0005, 0.01, 0.1, 0.3]) * chance.random())
            else:
                time.sleep((0.2 if language == "python" else 0.02) * chance.random())
            program.kill()
            said += program.stdout.read() or b""
            while more := program.stdout.read():
                said += more
        self.check(language, said.decode(), killed=True)

    def run(
        self, language: str, calls: int, end: str, *prefix: str, writes: str = "buffered"
    ) -> bool:
        """Run a program, perhaps under the tracer; True if it lived to its end."""
        command = [
            *prefix, *self.laboratory.program(language), "write", NAME, str(self.story.count),
            str(self.story.count + calls), end, "0/1", "close",
        ]  # fmt: skip
        variables = environment(self.project, SPECWEAVE_WRITES=writes, **self.variables)
        done = subprocess.run(
            command, cwd=self.project, env=variables, capture_output=True, text=True, check=False,
            timeout=200,
        )  # fmt: skip
        assert done.returncode in (0, -9, 128 + 9), done.stderr
        self.check(language, done.stdout, killed=done.returncode != 0, calls=calls)
        return done.returncode == 0

    def check(self, language: str, said: str, *, killed: bool, calls: int = MOST) -> None:
        """Compare what a program had said with what the readers find."""
        before = self.status
        started, ended = said.startswith("S"), said.endswith("E")
        letters = said.removeprefix("S").removesuffix("E")
        first = self.story.count
        assert letters == "".join(map(letter, range(first, first + len(letters))))
        assert ended != killed, said[-10:]
        self.tally.kills += killed
        self.tally.before_start += not started
        self.tally.acknowledged += len(said)
        self.tally.sessions[language] += 1
        possible: list[tuple[Story, str]]
        if not started:
            possible = [(self.story, "crashed"), (self.story, before or "crashed")]
        else:
            done, *more = Story(first, self.story.parts, first).after(len(letters))
            possible = [] if ended else [(story, story.died_as()) for story in (done, *more)]
            if len(letters) == calls:  # it was ending
                possible.append((done, "completed"))
        self.judge(possible, new=not started and before is None)
        check_event_files(self.project)

    def judge(self, possible: list[tuple[Story, str]], *, new: bool) -> None:
        """Find the story that is true, and see that all readers tell it."""
        found = self.laboratory.read("python", self.project)
        if found is None:
            assert new, f"nothing is found, {self.project}"
        else:
            true = [story for story, status in possible if story.expected(status) == found]
            expected = possible[0][0].expected(possible[0][1])
            assert true, f"found {found}, expected {expected}, {self.project}"
            self.story, self.status = true[0], found.status
            self.tally.points += sum(count for count, _ in found.metrics.values())
        for language in ("c", "swift"):
            other = self.laboratory.read(language, self.project)
            assert other == found, f"{language} finds {other}, python {found}, {self.project}"

    def end(self, language: str) -> None:
        """Continue, end the experiment, and see that nothing is missing, doubled or left over."""
        assert self.run(language, 70, "finish", writes="automatic")
        check_tensorboard(self.project, self.story)
        check_files(self.project)
        shutil.rmtree(self.project)


def kill_at_random(
    laboratory: Laboratory, folder: Path, chance: random.Random, kills: int
) -> Tally:
    """Kill the programs of one experiment so many times."""
    tally = Tally()
    chain = Chain(laboratory, make_project(folder / f"random-{chance.random()}"), tally)
    for _ in range(kills):
        chain.kill_at_random(chance.choice(LANGUAGES), chance)
    chain.end(chance.choice(LANGUAGES))
    return tally


def kill_at_every_call(
    laboratory: Laboratory, folder: Path, language: str, how: str, first: int, stride: int
) -> Tally:
    """Kill a program at its N-th system call that changes a file, for every N up to its end.

    Once a program that starts the experiment, and once one that resumes after a kill, with what the
    first left pending; a program in another language then ends it.
    """
    tally = Tally()
    others = [other for other in LANGUAGES if other != language]
    for resumes in (False, True):
        template = make_project(folder / f"template-{language}-{how}-{resumes}")
        base = Chain(laboratory, template, Tally())
        if resumes:
            base.run(others[0], 100, "die")
        place, lives = first, False
        while not lives:
            project = folder / f"{language}-{how}-{resumes}-{place}"
            shutil.copytree(template, project)
            chain = Chain(laboratory, project, tally)
            chain.story, chain.status = base.story, base.status
            lives = chain.run(language, 70, "finish", laboratory.inject, how, str(place))
            tally.torn += how == "torn" and not lives
            chain.end(others[place % 2])
            place += stride
        shutil.rmtree(template)
    return tally
