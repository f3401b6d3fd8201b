"""Compiles `specweave-ml`, the small program in C that finds the library and calls it.

The wheel brings it as a script of its own: an entry point in Python would take as long to start as
Python does.

    python3 python/build_backend/launcher.py TARGET
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_backend import library

FILE_NAME = "specweave-ml"
SOURCE = Path("Sources", "SpecweaveLauncher", "main.c")
FLAGS = ("-std=c11", "-O2", "-g0", "-Wall", "-Wextra", "-Werror", "-Wl,--strip-all")


def place(target: Path, editable: Path | None = None) -> None:
    """Compile the program to `target`.

    Args:
        target: Where it goes.
        editable: The library of an editable installation, which is in none of the usual places.
    """
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        raise library.stop(
            "the program specweave-ml has to be compiled here, and there is no C compiler `cc`.",
            "Install one (on Debian: apt-get install gcc libc6-dev), or name yours in CC.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    known = [f'-DEDITABLE_LIBRARY="{editable}"'] if editable else []
    source = library.core() / SOURCE
    command = [*compiler.split(), *FLAGS, *known, str(source), "-o", str(partial), "-ldl"]
    if subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode:
        raise library.stop("the C compiler reported the errors above.", " ".join(command))
    partial.chmod(0o755)
    partial.replace(target)


if __name__ == "__main__":
    place(Path(sys.argv[1]))
