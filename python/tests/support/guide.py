"""Runs the code of docs/guide.md from top to bottom, as a reader would type it.

`python python/tests/support/guide.py` writes what it prints, and the pictures, into the guide; with
a folder it runs there and prints the outputs as JSON.
"""

from __future__ import annotations

import ast
import json
import linecache
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"
PICTURES = GUIDE.parent / "guide"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str | None]]:
    """The code and the output that is shown below it, if any."""
    return [(found[1], found[2]) for found in BLOCK.finditer(text)]


def play(codes: list[str]) -> list[str]:
    """Run all in one session; the value of a last line is shown as in a notebook."""
    session: dict[str, Any] = {"__name__": "__main__"}
    return [printed(code, session, f"<guide {place}>") for place, code in enumerate(codes)]


def printed(code: str, session: dict[str, Any], name: str) -> str:
    """What one block prints."""
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    output = StringIO()
    with redirect_stdout(output):
        exec(compile(tree, name, "exec"), session)  # noqa: S102 - our own documentation
        if last is not None:
            expression = ast.Expression(last.value)  # type: ignore[attr-defined]
            value = eval(compile(expression, name, "eval"), session)  # noqa: S307
            if value is not None:
                print(repr(value))
    return output.getvalue()


def outputs(folder: Path) -> list[str]:
    """What each block prints in a project of its own, run by a fresh interpreter."""
    (folder / ".specweave/increments/0042-recommendation-model").mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if "SPECWEAVE_" not in name}
    kept = {name: value for name, value in os.environ.items() if name == "SPECWEAVE_LIBRARY"}
    done = subprocess.run(
        [sys.executable, __file__, str(folder)],
        cwd=folder,
        env={**environment, **kept, "COLUMNS": "100", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return list(json.loads(done.stdout.splitlines()[-1]))


def rewrite() -> None:
    """Put what the code prints, and its pictures, into the guide."""
    text = GUIDE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "project"
        folder.mkdir()
        shown = iter(outputs(folder))

        def block(found: re.Match[str]) -> str:
            output = next(shown).replace(str(folder), "…")
            output = "".join(f"{line.rstrip()}\n" for line in output.rstrip().splitlines())
            return f"```python\n{found[1]}```\n" + (f"\n```text\n{output}```\n" if output else "")

        GUIDE.write_text(BLOCK.sub(block, text), encoding="utf-8")
        PICTURES.mkdir(exist_ok=True)
        for picture in folder.glob("*.png"):
            shutil.copy(picture, PICTURES)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        rewrite()
    else:
        codes = [code for code, _ in blocks(GUIDE.read_text(encoding="utf-8"))]
        print(json.dumps(play(codes)))
