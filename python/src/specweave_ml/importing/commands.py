"""The program ``specweave-ml-import``, which the command line runs for its command ``import``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from ..display.text import count
from ..errors import AmbiguousIncrementError, TrackingError
from .finding import ForeignSource, find_foreign_experiments
from .imports import URI, import_experiments
from .kinds import BY_NAME, KINDS
from .report import ImportReport

NAME = "specweave-ml import"
NOT_FOUND, AMBIGUOUS, INTERRUPTED = 3, 4, 130
UNITS = ("B", "kB", "MB", "GB", "TB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring the runs of other trackers into an increment, and return the exit code."""
    options = parser().parse_args(arguments)
    if options.source is None and options.kind in BY_NAME:
        options.source = BY_NAME[options.kind].usual_source
    if options.all == bool(options.source) or (options.all and options.kind):
        parser().error("give a source, or --all to look for some")
    try:
        return import_all(options) if options.all else import_one(options)
    except (TrackingError, ImportError, OSError) as error:
        print(f"{NAME}: {error}", file=sys.stderr)
        return code_of(error)
    except KeyboardInterrupt:
        print(f"{NAME}: interrupted; the next one continues it", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    found = argparse.ArgumentParser(
        prog=NAME,
        description="Bring the runs of another tracker into an increment, and compare what is "
        "stored with what was read. Imported again, only what is new is added. The source is only "
        "read.",
        epilog="docs/importing.md says what becomes what.",
    )
    found.add_argument(
        "source", nargs="?", metavar="PATH|URI",
        help="a folder or file of the other tracker, or a tracking URI of MLflow; with --from "
        "trackio the default is where Trackio keeps all projects",
    )  # fmt: skip
    found.add_argument(
        "--all", action="store_true", help="look for sources in the working directory, and ask"
    )
    found.add_argument(
        "--from", dest="kind", metavar="KIND", choices=[kind.name for kind in (*KINDS, URI)],
        help="what the source is: " + ", ".join(kind.name for kind in (*KINDS, URI)),
    )  # fmt: skip
    found.add_argument(
        "--increment", metavar="NUMBER",
        help="default: the active increment; a full NNNN-name that does not exist is created",
    )  # fmt: skip
    found.add_argument("--yes", "-y", action="store_true", help="with --all: do not ask")
    found.add_argument("--dry-run", action="store_true", help="read everything, store nothing")
    found.add_argument("--json", action="store_true", help="write the reports as JSON")
    found.add_argument("--quiet", action="store_true", help="show no progress")
    return found


def import_one(options: argparse.Namespace) -> int:
    """Import one source."""
    report = imported(options.source, options)
    print(json.dumps(report.to_dict()) if options.json else report)
    return 0 if report.ok else 1


def import_all(options: argparse.Namespace) -> int:
    """Import what is found, if that is wanted."""
    sources = find_foreign_experiments(".")
    if not sources:
        print(f"{NAME}: found nothing to import in {os.getcwd()}", file=sys.stderr)
        if options.json:
            print(json.dumps({"schema_version": 1, "sources": [], "reports": []}))
        return NOT_FOUND
    if not options.json or not (options.yes or options.dry_run):
        print(table(sources), file=sys.stderr if options.json else sys.stdout)
    if not (options.yes or options.dry_run) and not is_agreed(sources):
        return 1
    reports: list[dict[str, Any]] = []
    worst = 0
    for source in sources:
        try:
            report = imported(source.path, options, source.kind)
        except (TrackingError, ImportError, OSError) as error:
            # One that cannot be read keeps no other from it.
            print(f"{NAME}: {error}", file=sys.stderr)
            reports.append({"source": source.path, "kind": source.kind, "error": str(error)})
            worst = max(worst, code_of(error))
            continue
        reports.append(report.to_dict())
        worst = max(worst, int(not report.ok))
        if not options.json:
            print(report)
    if options.json:
        found = [source.to_dict() for source in sources]
        print(json.dumps({"schema_version": 1, "sources": found, "reports": reports}))
    return worst


def imported(path: str, options: argparse.Namespace, kind: str | None = None) -> ImportReport:
    """Import a source as the options say."""
    return import_experiments(
        path, options.increment, kind=kind or options.kind, dry_run=options.dry_run,
        progress=not options.quiet,
    )  # fmt: skip


def is_agreed(sources: list[ForeignSource]) -> bool:
    """Ask whether they shall be imported; without a terminal nobody can answer."""
    if not sys.stdin.isatty():
        print(f"{NAME}: nothing was imported; --yes imports what is listed", file=sys.stderr)
        return False
    sys.stderr.write(f"Import {count(len(sources), 'source')}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def table(sources: list[ForeignSource]) -> str:
    """Return what was found as lines."""
    rows = [("source", "kind", "runs", "points", "size")]
    rows += [
        (one.path, one.kind, number(one.runs), number(one.points), size(one.size))
        for one in sources
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    lines = [
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines += [f"{one.path}: {one.problem}" for one in sources if one.problem]
    return "\n".join(lines)


def number(value: int | None) -> str:
    """Return a number, or what stands for one that is not known."""
    return "?" if value is None else f"{value:,}"


def size(bytes_: float) -> str:
    """Return a size for people."""
    for unit in UNITS:
        if bytes_ < 1000 or unit == UNITS[-1]:
            return f"{bytes_:.0f} {unit}" if unit == "B" else f"{bytes_:.1f} {unit}"
        bytes_ /= 1000
    return ""


def code_of(error: BaseException) -> int:
    """Return the exit code of a failure, as the command line has them."""
    if isinstance(error, AmbiguousIncrementError):
        return AMBIGUOUS
    return NOT_FOUND if isinstance(error, LookupError) else 1
