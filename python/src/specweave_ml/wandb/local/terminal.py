"""``termlog`` and its kind: lines that a script writes for its user, on stderr."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..._native.text import shown
from . import environment

_said: set[str] = set()
_shown = {"info": True, "warnings": True, "errors": True, "silent": False}


def termsetup(settings: Any = None, logger: Any = None) -> None:
    """Take over from settings what is shown."""
    for kind in ("info", "warnings", "errors"):
        _shown[kind] = bool(getattr(settings, f"show_{kind}", True))
    _shown["silent"] = bool(getattr(settings, "silent", False))


def termlog(
    string: Any = "", newline: bool = True, repeat: bool = True, prefix: bool = True
) -> None:
    """Write a line."""
    _write("info", "", string, newline, repeat, prefix)


def termwarn(string: Any, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Write a warning."""
    _write("warnings", "WARNING ", string, newline, repeat, prefix)


def termerror(string: Any, newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Write an error."""
    _write("errors", "ERROR ", string, newline, repeat, prefix)


def _write(kind: str, label: str, string: Any, newline: bool, repeat: bool, prefix: bool) -> None:
    """Write a line, unless it was said already or is not wanted."""
    text = shown(str(string))
    silent = _shown["silent"] or environment.boolean("WANDB_SILENT")
    if silent or not _shown[kind] or (not repeat and text in _said):
        return
    if not repeat:
        _said.add(text)
    if prefix:
        text = "\n".join(f"wandb: {label}{line}" for line in text.split("\n"))
    if sys.stderr is not None:
        sys.stderr.write(text + (os.linesep if newline else ""))
