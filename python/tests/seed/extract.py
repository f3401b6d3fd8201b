"""Finds every code example, path and command in the document that the package implements.

The document itself is not part of this repository. Where it is at hand, this compares what it holds
with the list that the coverage page is made from:

    python python/tests/seed/extract.py DOCUMENT            prints what was found
    python python/tests/seed/extract.py DOCUMENT --check    fails if coverage.json misses anything
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

COVERAGE = Path(__file__).with_name("coverage.json")

CODE = re.compile(
    r"^(from \w+ import |import \w|with \w|for \w+ in |try:|@\w|/\w+:|def |├|└|\|"
    r"|[\w, ]+ = |\w+\.\w+\()"
)
IMPORT = re.compile(r"(from \w+ )?import \w+( as \w+)?")
PATH = re.compile(r"\.specweave/[\w./-]*\w/?|(?<![\w/])(?:architecture|runbooks)/[\w.-]+")
NAME = re.compile(r"(?:from specweave import|@)\s*([A-Za-z_]+(?: as \w+)?)")
METHOD = re.compile(r"\b(exp|stage|tracker|run|pipeline|mlflow|wandb|sw_mlflow|sw_wandb)\.(\w+)\(")
TIPS = re.compile(r"^Tips\n(.*?)^\w+:", re.MULTILINE | re.DOTALL)
TIP = re.compile(r"^[A-Z][a-z]+(?: [a-z]+)+ - .+$", re.MULTILINE)
COMMAND = re.compile(r"/(?:sw|ml):[\w:-]+")


def examples(text: str) -> list[str]:
    """Every example, a run of lines that are code, by the first words of its first statement."""
    runs: list[list[str]] = [[]]
    for line in text.splitlines():
        if CODE.match(line.strip()):
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    return [first_words(run) for run in runs if run]


def first_words(run: list[str]) -> str:
    """What an example is called: its first line that does more than import."""
    statement = next((line for line in run if not IMPORT.fullmatch(line.strip())), run[0])
    return " ".join(statement.split()[:7])


def inventory(text: str) -> dict[str, list[str]]:
    """Everything to be covered, each once, in the order of the document."""
    methods = [f"{owner}.{name}" for owner, name in METHOD.findall(text)]
    return {
        "examples": unique(examples(text)),
        "names": unique(NAME.findall(text)),
        "methods": unique(methods),
        "paths": unique(PATH.findall(text)),
        "commands": unique(COMMAND.findall(text)),
        "tips": unique(TIP.findall("".join(TIPS.findall(text)))),
    }


def unique(items: list[str]) -> list[str]:
    """Each item once, in the order of its first occurrence."""
    return list(dict.fromkeys(items))


def missing(text: str) -> list[str]:
    """What the document holds and the coverage list does not."""
    known = {entry["item"] for entry in json.loads(COVERAGE.read_text(encoding="utf-8"))}
    return [item for items in inventory(text).values() for item in items if item not in known]


def main(arguments: list[str]) -> int:
    """The command of the module's documentation."""
    text = Path(arguments[0]).read_text(encoding="utf-8")
    if "--check" in arguments:
        gaps = missing(text)
        print("\n".join(gaps) if gaps else "everything in the document is in coverage.json")
        return 1 if gaps else 0
    print(json.dumps(inventory(text), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
