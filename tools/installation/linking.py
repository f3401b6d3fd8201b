"""What one has to type to use an installed library: only what this prefix on this system needs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

TARGET = "experimenttracker::experimenttracker"


def advice(prefix: Path, destdir: str) -> list[str]:
    """Return the lines that `make install` prints; the commands among them are indented."""
    if destdir:
        return [f"Staged below {destdir}, to be used as {prefix}."]
    return [
        f"Installed below {prefix}.",
        *compiling(prefix),
        "With CMake: find_package(experimenttracker REQUIRED) and",
        f"target_link_libraries(PROGRAM PRIVATE {TARGET})",
        f"  {configuring(prefix)}",
        "The command line:",
        f"  {calling(prefix)}",
        "To remove all of it:",
        f"  make uninstall PREFIX={shlex.quote(str(prefix))}",
    ]


def compiling(prefix: Path) -> list[str]:
    """Return how to compile a C program and have the library found when it runs."""
    folder = prefix / "lib"
    lines = ["A C program:"]
    if os.path.realpath(folder) in loader_folders():
        lines += ["  ldconfig  # once, as root: the loader keeps a list of its folders"]
        path = ""
    else:
        path = f" -Wl,-rpath,{shlex.quote(str(folder))}"
    # What pkg-config quotes would be read by a shell only with `eval`.
    if shutil.which("pkg-config") is None or shlex.quote(str(prefix)) != str(prefix):
        include = shlex.quote(f"-I{prefix / 'include'}")
        flags = f"{include} {shlex.quote(f'-L{folder}')} -lexperimenttracker"
        return [*lines, f"  cc program.c -o program {flags}{path}"]
    if os.path.realpath(folder / "pkgconfig") not in package_folders():
        lines.append(f"  export PKG_CONFIG_PATH={shlex.quote(str(folder / 'pkgconfig'))}")
    command = f"cc program.c -o program $(pkg-config --cflags --libs experimenttracker){path}"
    return [*lines, f"  {command}"]


def configuring(prefix: Path) -> str:
    """Return how to call CMake."""
    # Those in which it looks by itself, as well as those beside a folder of PATH.
    known = {
        Path("/usr"),
        Path("/usr/local"),
        Path("/"),
        *(one.parent for one in program_folders()),
    }
    if prefix in known:
        return "cmake -B build"
    return f"cmake -B build -DCMAKE_PREFIX_PATH={shlex.quote(str(prefix))}"


def calling(prefix: Path) -> str:
    """Return how to call the program."""
    if prefix / "bin" in program_folders():
        return "specweave-ml --help"
    return f"{shlex.quote(str(prefix / 'bin' / 'specweave-ml'))} --help"


def program_folders() -> list[Path]:
    """Return the folders of PATH."""
    return [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]


def loader_folders() -> set[str]:
    """Return the folders in which the system's loader looks, links resolved."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}/sbin{os.pathsep}/usr/sbin"
    program = shutil.which("ldconfig", path=path)
    if program is None:
        return set()
    listed = output([program, "-N", "-X", "-v"])
    return {
        os.path.realpath(folder) for folder in re.findall(r"^(/[^:\n]*):", listed, re.MULTILINE)
    }


def package_folders() -> set[str]:
    """Return the folders in which pkg-config looks, links resolved."""
    own = output(["pkg-config", "--variable", "pc_path", "pkg-config"]).strip()
    paths = f"{own}{os.pathsep}{os.environ.get('PKG_CONFIG_PATH', '')}".split(os.pathsep)
    return {os.path.realpath(folder) for folder in paths if folder}


def output(command: list[str]) -> str:
    """Return what a program prints, whether or not it has complaints."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
