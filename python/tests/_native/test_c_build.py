"""C programs: the header under strict compilers, the README's line."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from support.c_header import ROOT

STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
HEADER_TEST = str(ROOT / "Tests" / "HeaderTest" / "headertest.c")


def run(command: list[str], **environment: str) -> str:
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.mark.parametrize("standard", ["c99", "c11", "c++17"])
def test_the_header_compiles_alone_under_a_strict_compiler(standard: str) -> None:
    language = "c++" if "+" in standard else "c"
    compiler = ["cc", f"-std={standard}", *STRICT, "-Iinclude", "-x", language]
    run([*compiler, "-fsyntax-only", HEADER_TEST])


def test_the_compile_line_of_the_readme_works(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = re.search(r"^ *(cc .*examples/c/quickstart\.c(?:.*\\\n)*.*)$", readme, re.MULTILINE)
    assert line is not None, "README.md shows no line `cc … examples/c/quickstart.c …`"
    program = re.search(r"-o (\S+)", line[1])
    assert program is not None, "the line in README.md names no program with -o"
    run(["sh", "-ec", line[1].replace("cc ", f"cc {' '.join(STRICT)} ", 1)])
    run([str(ROOT / program[1])], SPECWEAVE_ROOT=str(tmp_path))
