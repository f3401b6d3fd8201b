"""Makes docs/cli.md and the manual page from what the commands say of themselves.

PYTHONPATH=python/tests:python python -m support.command_page
"""

from __future__ import annotations

import re
import textwrap

from support import man_page
from support.c_header import ROOT
from support.command import output

PAGE = ROOT / "docs" / "cli.md"
COLUMNS = "96"
INTRODUCTION = """\
# The command line

<!-- Made by python/tests/support/command_page.py from the commands' own help. -->

`specweave-ml` comes with the wheel and with `make install`; `python -m specweave_ml` is the same.
It finds the increment as the library does: the one named, else `SPECWEAVE_INCREMENT_ID`, the
folder it runs in, the git branch, the one in flight.

- **Data goes to standard output, messages to standard error.** In a terminal tables fit its width
  (without one: `COLUMNS`, else 80): metrics come before parameters, parameters that are the same
  everywhere are left out, the newest experiment comes first. Into a pipe go tab-separated cells,
  unrounded, with every column.
- **Forms**: `--format table|tsv|csv|md|json`, and `--json`. JSON has a `schema_version`; members
  are added, never renamed ([schemas](schemas/README.md)). CSV is RFC 4180; text that a spreadsheet
  would compute gets an apostrophe before it.
- **Conditions and fields** are those of [expressions.md](expressions.md): `--where "metrics.auc >
  0.8"`, `--sort params.lr`, `--fields name,metrics.auc.max,git.commit`. A word that is no field is
  a metric, or a parameter where no experiment has such a metric.
- **Colours** appear in a terminal only, and not where `NO_COLOR` is set.
- **Exit codes**: 0 success, 1 failure, 2 a wrong command line, 3 not found, 4 several fit.
- Every command that reads works on a read-only store. What a terminal would obey in a name is
  shown as an escape.
- A command `x` that is not built in is the program `specweave-ml-x`, beside `specweave-ml` or on
  the PATH; it gets the other arguments, and its exit code is the command's. The Python package
  brings `ui` ([dashboard.md](dashboard.md)), `push` and `pull` ([teams.md](teams.md)) and `import`
  ([importing.md](importing.md)); each has a `--help`.
"""


def page() -> str:
    """The page."""
    sections = [INTRODUCTION]
    for line in listed():
        names = [name.rstrip(",") for name in line.split("  ")[1].split()]
        sections.append(section(names))
    return "\n".join(sections)


def listed() -> list[str]:
    """The lines of the help that name a command."""
    text = output("--help", COLUMNS="200").split("SUBCOMMANDS:\n", 1)[1]
    return [line for line in text.splitlines() if re.match(r"  [a-z]", line)]


def section(names: list[str]) -> str:
    """What one command says, as Markdown."""
    text = output(names[0], "--help", COLUMNS=COLUMNS)
    overview, rest = text.removeprefix("OVERVIEW: ").split("\nUSAGE: ", 1)
    abstract, _, more = overview.partition("\n\nExamples:\n")
    examples, _, remarks = more.partition("\n\n")
    lines = [f"## {names[0]}", "", abstract.replace("\n", " ").strip()]
    if names[1:]:
        lines[-1] += " Also: " + ", ".join(f"`{name}`" for name in names[1:]) + "."
    lines += ["", "```sh", textwrap.dedent(examples).rstrip(), "```"]
    if remarks.strip():
        lines += ["", remarks.replace("\n", " ").strip()]
    lines += ["", "```text", f"USAGE: {rest.strip()}", "```", ""]
    return "\n".join(line.rstrip() for block in lines for line in block.split("\n"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    man_page.PAGE.write_text(man_page.page(), "utf-8")
