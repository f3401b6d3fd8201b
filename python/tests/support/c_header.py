"""Reads include/experimenttracker.h, whose style is strict enough for a regular expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEADER = ROOT / "include" / "experimenttracker.h"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
FUNCTION = re.compile(r"^ET_API ([\w\s*]+?)\s*(et_\w+)\(([^;{]*)\);", re.MULTILINE)
MACRO = re.compile(r"^#define (ET_\w+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Function:
    """A function as the header declares it."""

    name: str
    result: str
    parameters: tuple[str, ...]


def code() -> str:
    """The header without its comments."""
    return COMMENT.sub("", HEADER.read_text(encoding="utf-8"))


def functions() -> dict[str, Function]:
    """Every function, by name."""
    found = {}
    for result, name, arguments in FUNCTION.findall(code()):
        listed = [] if arguments.strip() == "void" else arguments.split(",")
        found[name] = Function(name, plain(result), tuple(kind(one) for one in listed))
    return found


def handles() -> set[str]:
    """The opaque types."""
    return set(re.findall(r"^typedef struct (et_\w+) \1;$", code(), re.MULTILINE))


def constants() -> dict[str, int | str]:
    """Every number and text that the header defines."""
    found: dict[str, int | str] = {}
    for name, written in MACRO.findall(code()):
        text = written.strip()
        if text == "INT64_MIN":
            found[name] = -(2**63)
        elif re.fullmatch(r'"[^"]*"', text):
            found[name] = text[1:-1]
        elif re.fullmatch(r"\(?-?\d+\)?", text):
            found[name] = int(text.strip("()"))
    return found


def kind(parameter: str) -> str:
    """The type of a parameter, its name left out."""
    return plain(re.sub(r"\w+\s*$", "", parameter))


def plain(declared: str) -> str:
    """A type with one space between words and none around stars: `const char*const*`."""
    return re.sub(r"\s*\*\s*", "*", " ".join(declared.split()))
