"""`import_experiments`: the runs of another tracker become experiments of an increment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import chain

from .._native.increments import Increment, IncrementName, start_of_search
from .._native.library import library
from .._native.optional_packages import need
from .._native.text import encoded, owned
from ..display.progress import Bar
from ..errors import InvalidArgumentError, NotFoundError, TrackingError
from ..tracking.workers import MODE
from .comparison_file import renew
from .finding import detected
from .kinds import BY_NAME, KINDS, Kind
from .report import ImportReport, RunReport
from .runs import Faults, ForeignRun
from .writing import Writer

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+")
NOT_MADE = "an increment that is not made yet"
URI = Kind("mlflow", "MLflow", "mlflow_uri", "a tracking URI, through MLflow's client")


def import_experiments(
    source: str | os.PathLike[str],
    increment: IncrementName | None = None,
    *,
    kind: str | None = None,
    dry_run: bool = False,
    progress: bool = True,
) -> ImportReport:
    """Bring the runs of another tracker into an increment.

        report = import_experiments("mlruns")
        report.ok, report.points_equal, report.left_out

    Each run becomes an experiment with its own id, name, times, parameters with their types, every
    point, tags, notes, files and whatever else the store has a place for. It appears whole or not
    at all. Imported again, only what is new is added. In the end everything is read back and
    compared with the source, which is only read. docs/importing.md says what becomes what.

    Args:
        source: A folder or file of the other tool, or a tracking URI of MLflow.
        increment: The increment; None is the active one. A full ``NNNN-name`` that does not exist
            is created.
        kind: What the source is, such as ``"mlruns"``; None finds it out. With ``"optuna"`` the
            source may be a URL of a storage, which is read through Optuna.
        dry_run: Read everything and store nothing.
        progress: Show a progress bar where somebody watches.

    Returns:
        What was brought, what is equal, and what was left out.

    Raises:
        NotFoundError: There is nothing at that path.
        InvalidArgumentError: It is nothing that can be imported, or there is no such kind.
        FormatError: It is damaged from its beginning, or not what it says.
        MissingExtraError: It can be read only with a package that is not installed.
    """
    if os.environ.get(MODE) == "disabled" and not dry_run:
        raise InvalidArgumentError(f"{MODE}=disabled keeps everything out of the store; unset it")
    path = os.fspath(source)
    chosen = kind_of(path, kind)
    if chosen is URI:
        return import_from_uri(path, increment, progress=progress, dry_run=dry_run)
    shown = path
    if is_uri(path):
        shown = owned(library().et_url_redact, encoded(path))
    else:
        shown = path = os.path.abspath(path)
    target = target_of(increment, dry_run=dry_run)
    faults = Faults()
    name = NOT_MADE if target is None else target.name
    report = ImportReport(name, shown, chosen.name, chosen.tool, dry_run)
    with Bar(f"import {os.path.basename(shown)}", progress) as bar:
        bar.begin(expected(chosen, path, bar), "run")
        runs = chosen.reader.read(path, faults)
        # A source that is not what it says leaves nothing behind, not even a folder.
        first = next(runs, None)
        if first is not None:
            if dry_run or target is None:
                read(chain([first], runs), report, bar)
            else:
                store(target, chosen, chain([first], runs), report, bar)
    report.problems += faults.sentences
    report.not_of_runs += faults.left_out
    return report


def target_of(increment: IncrementName | None, *, dry_run: bool) -> Increment | None:
    """Return the increment; None where a dry run finds none that an import would make."""
    found = start_of_search() if increment is None else None
    if found is not None:
        return found
    try:
        return Increment.find(increment, create=not dry_run)
    except LookupError:
        if dry_run and increment is None:
            return None
        raise


def read(runs: Iterable[ForeignRun], report: ImportReport, bar: Bar) -> None:
    """Read runs without storing them."""
    for run in runs:
        report.runs.append(only_read(run))
        bar.advance()


def store(
    increment: Increment,
    kind: Kind,
    runs: Iterable[ForeignRun],
    report: ImportReport,
    bar: Bar,
) -> None:
    """Store runs and report each."""
    writer = Writer(increment, kind.tool, kind.name, report.source)
    with writer.open():
        for run in runs:
            report.runs.append(writer.write(run))
            bar.advance()
    if any(run.changed for run in report.runs):
        renew(increment)


def only_read(run: ForeignRun) -> RunReport:
    """Return what a run holds."""
    return RunReport(
        run.name or run.id, run.id, points=run.points, params=len(run.params),
        artifacts=len(run.files), values=len(run.values), left_out=run.left_out,
        problems=run.problems,
    )  # fmt: skip


def import_from_uri(
    uri: str, increment: IncrementName | None, *, progress: bool, dry_run: bool
) -> ImportReport:
    """Bring the runs of every experiment of an MLflow, through its client."""
    need("mlflow", f"the import of {uri}", extra="mlflow")
    from .readers.mlflow_uri import brought

    return brought(uri, increment, progress=progress, dry_run=dry_run)


def kind_of(path: str, name: str | None) -> Kind:
    """Return the kind of a source.

    Raises:
        NotFoundError: There is nothing.
        InvalidArgumentError: It is nothing that can be imported, or there is no such kind.
    """
    if name is not None and name != URI.name and name not in BY_NAME:
        raise InvalidArgumentError(
            f"{name!r} is no kind of source; there are:",
            candidates=[f"{kind.name}: {kind.what}" for kind in (*KINDS, URI)],
        )
    if name == URI.name or (name is None and is_uri(path)):
        return URI
    if name is not None and BY_NAME[name].takes_urls and is_uri(path):
        return BY_NAME[name]
    if not os.path.exists(path):
        raise NotFoundError(f"there is no file or folder {path!r} to import")
    found = BY_NAME[name] if name is not None else detected(os.path.abspath(path))
    if found is None:
        raise InvalidArgumentError(
            f"{path!r} is none of what can be imported; if it is one, say which by its name:",
            candidates=[f"{kind.name}: {kind.what}" for kind in KINDS],
        )
    return found


def is_uri(path: str) -> bool:
    """Return whether it is a URI, and not the path of a file."""
    scheme, colon, _ = path.partition(":")
    return bool(colon) and SCHEME.fullmatch(scheme) is not None and not os.path.exists(path)


def expected(kind: Kind, path: str, bar: Bar) -> int | None:
    """Return how many runs there are, where somebody watches a bar and it is known."""
    if not bar.wanted:
        return None
    try:
        return kind.reader.survey(path).runs
    except (TrackingError, OSError, ValueError):
        return None
