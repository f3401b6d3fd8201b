"""The example programs in C and Swift, built once, for the tests that run them."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from specweave_ml._native.library import library
from support import library_file
from support.c_header import ROOT


def run(command: list[str], project: Path) -> str:
    """What a program prints that works in the project."""
    done = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "SPECWEAVE_ROOT": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def compile_c(source: Path, program: Path, *flags: str, compiler: str = "cc") -> str:
    """Compile a C program against the library that this Python uses."""
    shared = Path(library()._name).resolve()
    soname = program.parent / library_file.soname(shared)
    if not soname.exists():
        soname.symlink_to(shared)
    command = [
        compiler,
        *flags,
        str(source),
        f"-I{ROOT / 'include'}",
        *(["-x", "none"] if "-x" in flags else []),
        str(shared),
        f"-Wl,-rpath,{program.parent}",
        "-lm",
    ]
    subprocess.run([*command, "-o", str(program)], check=True)
    return str(program)


STRICT = ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pthread"]


def compile_tracer(name: str, folder: Path) -> str:
    """Compile one of the programs that watch or answer another's system calls."""
    source, program = ROOT / "Tests" / "Tracing" / f"{name}.c", folder / name
    subprocess.run([*STRICT, str(source), "-o", str(program)], check=True)
    return str(program)


def compile_refusal(folder: Path) -> Path:
    """Compile the library that makes calls fail as REFUSE says, for `LD_PRELOAD`."""
    source, library = ROOT / "Tests" / "Tracing" / "refuse.c", folder / "refuse.so"
    subprocess.run([*STRICT, "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    return library


def swift_quickstart() -> str:
    """The Swift example, built if it is not yet."""
    return swift_program("Quickstart")


@cache
def swift_program(product: str) -> str:
    """A Swift program of this package, built if it is not yet."""
    build = ["swift", "build", "--package-path", str(ROOT)]
    subprocess.run([*build, "--product", product], check=True, capture_output=True)
    where = subprocess.run(
        [*build, "--show-bin-path"], check=True, capture_output=True, text=True
    ).stdout
    return str(Path(where.strip()) / product)
