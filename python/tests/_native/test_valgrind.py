"""C programs under valgrind: with the suppressions that are installed, nothing is reported that is
not the program's own.

Where Debian's package ``valgrind`` is not installed they are skipped, but for ``CI`` in the
environment: there it has to be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from specweave_ml._native.library import library
from support import library_file
from support.c_header import ROOT

SUPPRESSIONS = ROOT / "tools" / "valgrind.supp"
COMPILE = ["cc", "-std=c11", "-g", "-Wall", "-Wextra", "-Werror", "-Iinclude"]
REPORTED = 9
KINDS = "definite,indirect,possible"
WATCH = [
    f"--error-exitcode={REPORTED}", "--leak-check=full", f"--show-leak-kinds={KINDS}",
    f"--errors-for-leak-kinds={KINDS}", f"--suppressions={SUPPRESSIONS}",
]  # fmt: skip

pytestmark = pytest.mark.skipif(
    shutil.which("valgrind") is None and "CI" not in os.environ,
    reason="needs Debian's package valgrind",
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that is watched, linked with the library as `make install` names it."""
    folder = tmp_path_factory.mktemp("watched")
    # Valgrind does not read the debugging information of every compiler.
    built = Path(library()._name).resolve()
    if b"libswiftCore.so" in built.read_bytes():
        pytest.skip("a debug build: the library that is installed holds the Swift runtime")
    linked = folder / library_file.soname(built)
    subprocess.run(["strip", "--strip-debug", str(built), "-o", str(linked)], check=True)
    (folder / "libexperimenttracker.so").symlink_to(linked.name)
    program = folder / "program"
    command = [*COMPILE, "Tests/Valgrind/program.c", f"-L{folder}", f"-Wl,-rpath,{folder}"]
    subprocess.run([*command, "-lexperimenttracker", "-o", str(program)], cwd=ROOT, check=True)
    return program


def watched(project: Path, program: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a project under valgrind."""
    command = ["valgrind", *WATCH, str(program), *words]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_a_program_that_releases_all_has_no_errors_and_no_leaks(
    project: Path, program: Path
) -> None:
    result = watched(project, program)
    assert result.returncode == 0, result.stderr
    assert "ERROR SUMMARY: 0 errors" in result.stderr
    for kind in ("definitely", "indirectly", "possibly"):
        assert f"{kind} lost: 0 bytes in 0 blocks" in result.stderr


@pytest.mark.parametrize(
    ("lost", "taken"), [("text", "et_experiment_read"), ("handle", "main (program.c:")]
)
def test_what_a_program_loses_is_reported_all_the_same(
    project: Path, program: Path, lost: str, taken: str
) -> None:
    result = watched(project, program, lost)
    assert result.returncode == REPORTED, result.stderr
    assert "lost in loss record" in result.stderr
    assert taken in result.stderr
