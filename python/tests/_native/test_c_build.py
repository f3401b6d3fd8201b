"""C programs: the header under strict compilers, the README's line, an installed library."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.c_header import ROOT, constants

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


def test_an_installed_library_is_found_by_pkg_config(tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    make = shutil.which("make") or "make"
    run([make, "install", f"PREFIX={prefix}"], MAKEFLAGS="")
    command = str(prefix / "bin" / "specweave-ml")
    shown = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout == f"specweave-ml {constants()['ET_VERSION']}\n"
    assert (prefix / "share" / "man" / "man1" / "specweave-ml.1").is_file()
    text = (prefix / "lib" / "pkgconfig" / "experimenttracker.pc").read_text(encoding="utf-8")
    variables: dict[str, str] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        variables[name] = expand(value, variables)
    flags = {
        name: expand(value, variables).split()
        for name, value in re.findall(r"^(\w+): (.*)$", text, re.MULTILINE)
    }
    assert variables["prefix"] == str(prefix)
    program = str(tmp_path / "program")
    run(["cc", *STRICT, *flags["Cflags"], HEADER_TEST, *flags["Libs"], "-o", program])
    run([program], LD_LIBRARY_PATH=str(prefix / "lib"))
    module_map = prefix / "include" / "experimenttracker" / "module.modulemap"
    header = re.search(r'header "(.*)"', module_map.read_text(encoding="utf-8"))
    assert header is not None
    assert (module_map.parent / header[1]).resolve() == prefix / "include" / "experimenttracker.h"


def expand(value: str, variables: dict[str, str]) -> str:
    """What pkg-config does with `${name}`; it is not on every machine."""
    return re.sub(r"\$\{(\w+)\}", lambda found: variables[found[1]], value)
