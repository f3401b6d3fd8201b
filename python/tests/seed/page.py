"""Makes docs/records/seed-coverage.md from coverage.json: `python python/tests/seed/page.py`."""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "records" / "seed-coverage.md"

TITLES = {
    "examples": "Examples",
    "names": "Names to import",
    "methods": "Methods",
    "paths": "Paths",
    "commands": "Commands",
    "tips": "Tips",
}

INTRODUCTION = """\
# Coverage of the specification

The package implements a document, the skill *Experiment Tracker* of SpecWeave, which is its
specification. This page lists every code example, name, path, command and tip in it, found by
`python/tests/seed/extract.py`, and the test that runs it (below `python/tests/`), with the example
that shows the same on real data. One that could not run as written has the smallest edit that makes
it run, with the reason. What a later release brings says so.

Made by `python python/tests/seed/page.py` from `python/tests/seed/coverage.json`; a test keeps the
three the same.
"""


def page() -> str:
    """The whole page."""
    entries = json.loads((HERE / "coverage.json").read_text(encoding="utf-8"))
    covered = sum("test" in entry for entry in entries)
    parts = [INTRODUCTION, f"{covered} of {len(entries)} are in this release.\n"]
    for kind, title in TITLES.items():
        rows = [row(entry) for entry in entries if entry["kind"] == kind]
        parts.append(
            f"## {title}\n\n| in the document | test | example | edit |\n|---|---|---|---|\n"
            + "".join(rows)
        )
    return "\n".join(parts)


def row(entry: dict[str, str]) -> str:
    """One line of a table."""
    item = "`" + entry["item"].replace("|", "\\|") + "`"
    if "later" in entry:
        return f"| {item} | later: {entry['later']} | | |\n"
    example = entry.get("example", "")
    shown = f"[{example}](../../examples/python/{example})" if example else ""
    return f"| {item} | `{entry['test']}` | {shown} | {entry.get('edit', '')} |\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
