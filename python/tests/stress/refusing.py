"""Making system calls of the programs fail, and comparing what they said with what is found."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .killing import Chain, Tally
from .laboratory import LANGUAGES, NAME, Laboratory, environment, make_project
from .plan import Story, letter

CALLS = 70
WHILE_LOGGING = "+10-40"
"""Of the system calls that change files, some in the middle of the logging."""
FROM_THEN_ON = "+10"


def run(
    laboratory: Laboratory, project: Path, language: str, code: int, when: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of which some system calls fail with this errno."""
    return subprocess.run(
        [laboratory.inject, str(code), when, *laboratory.program(language), "write", NAME,
         "0", str(CALLS), "finish", "0/1", "close"],
        cwd=project, env=environment(project, SPECWEAVE_WRITES="direct"),
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip


def check_said(said: str) -> int:
    """What a program said while the disk refused; return how many calls were stored before."""
    letters = said.removeprefix("S").removesuffix("E")
    assert said.startswith("S")
    assert len(letters) == CALLS, "training continued to its end"
    assert all(word in (letter(number), "-") for number, word in enumerate(letters))
    return len(letters.split("-")[0])


def refuse_for_a_while(laboratory: Laboratory, folder: Path, language: str, code: int) -> str:
    """See that everything is stored once the disk takes it again; return the errors printed."""
    project = make_project(folder / f"while-{language}-{code}")
    done = run(laboratory, project, language, code, WHILE_LOGGING)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("E")
    check_said(done.stdout)
    expected = Story(CALLS).expected("completed")
    for reader in LANGUAGES:
        assert laboratory.read(reader, project) == expected, reader
    return done.stderr


def refuse_from_then_on(laboratory: Laboratory, folder: Path, language: str, code: int) -> str:
    """See that exactly what was acknowledged is found, and that a resume continues after it."""
    project = make_project(folder / f"ever-{language}-{code}")
    done = run(laboratory, project, language, code, FROM_THEN_ON)
    assert done.returncode in (0, 3), done.stderr
    chain = Chain(laboratory, project, Tally())
    stored = Story(check_said(done.stdout))
    chain.judge([(stored, stored.died_as())], new=False)
    chain.end(language)
    return done.stderr
