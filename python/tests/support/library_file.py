"""Asks binutils about the library in the installed package."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path


def path() -> Path:
    """The library in the package under test."""
    found = importlib.util.find_spec("specweave_ml")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "lib" / "libexperimenttracker.so"


def exported() -> set[str]:
    """The names that another program can link against."""
    output = run("nm", "--dynamic", "--defined-only", "--extern-only", "--format=posix")
    # The node of the symbols' version is an absolute symbol for some linkers.
    entries = [line.split() for line in output.splitlines()]
    return {entry[0].split("@")[0] for entry in entries if entry[1] != "A"}


def dynamic(library: Path | None = None) -> list[tuple[str, str]]:
    """The entries of the dynamic section that name something, as ("NEEDED", "libc.so.6")."""
    output = run("readelf", "--dynamic", "--wide", library=library)
    return re.findall(r"\((\w+)\)\s+.*\[(.*)\]", output)


def versions() -> str:
    """The versions of symbols that it has and that it needs, as readelf tells them."""
    return run("readelf", "--version-info", "--wide")


def soname(library: Path | None = None) -> str:
    """The name under which programs that are linked with the library look for it."""
    return next(name for kind, name in dynamic(library) if kind == "SONAME")


def run(*command: str, library: Path | None = None) -> str:
    """The output of a program over the library."""
    arguments = [*command, str(library or path())]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
