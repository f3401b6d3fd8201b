"""DVCLive's folders: one is one run, read without DVCLive, of every version since 0.1.

The tables are metrics, with times where they were asked for; last values without a table, as those
of ``live.summary``, are a point at the last step. ``params.yaml`` is the parameters. Everything
else in the folder is an artifact, and so is what ``log_artifact`` has noted in ``dvc.yaml``.

The next program that logs writes over the folder. So a run is known by where its metrics begin: the
folder with more of the same points is the same run, and with others it is another one.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator
from typing import Any

from ...block_yaml import YamlError, parsed
from ...runs import Faults, ForeignFile, ForeignRun, ForeignValue, Series, Survey
from ...silence import last_written, status_after
from ...torn_json import object_in
from .layout import ENDING, PARAMS, USUAL, Layout, layout_of, tables_in

PIPELINE = "dvc.yaml"
WORDS = {"true": 1.0, "false": 0.0}
DEEPEST = 50
MOST_TOLD = 20


def detect(path: str) -> bool:
    """Return whether it is a folder of DVCLive."""
    return os.path.isdir(path) and layout_of(path) is not None


def survey(path: str) -> Survey:
    """Return that it is one run."""
    return Survey(1)


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the run."""
    layout = layout_of(path) if os.path.isdir(path) else None
    if layout is None:
        raise faults.wrong(
            path, "", "it is no folder of DVCLive: no table with the columns step and the name of "
            "a metric is in it, and no metrics.json with a step",
        )  # fmt: skip
    yield _Gathering(os.path.abspath(path), layout).run()


class _Gathering:
    """What is gathered of the run."""

    def __init__(self, folder: str, layout: Layout) -> None:
        self.folder = folder
        self.layout = layout
        self.tables = list(tables_in(layout.tables, deep=layout.tables != folder))
        self.result = ForeignRun(id="", scope=os.path.realpath(folder), name=name_of(folder))
        self.known = [*self.tables, layout.summary, os.path.join(folder, PARAMS)]
        self.beginnings: list[tuple[int, str]] = []
        self.told = 0

    def run(self) -> ForeignRun:
        """Read the run."""
        run = self.result
        times = [os.stat(path).st_mtime for path in self.known if os.path.isfile(path)]
        first, last = min(times, default=0.0), max(times, default=0.0)
        for path in self.tables:
            self._table(path, last)
        self._params()
        summary = self._summary(last)
        stamps = [stamp for series in run.series for stamp in series.times or ()]
        # Files say the times of a run that has logged none.
        run.created, run.ended = min(stamps, default=first), max([*stamps, last])
        run.status = status_after(last_written(self.known))
        run.id = self._identity()
        run.facts["dvclive"] = {
            "folder": os.path.basename(self.folder), "summary": summary,
            "times": "logged" if stamps else "of the files",
        }  # fmt: skip
        self._files()
        self._noted()
        return run

    def _table(self, path: str, written: float) -> None:
        """Read the table of a metric."""
        key = os.path.relpath(path, self.layout.tables)[: -len(ENDING)].replace(os.sep, "/")
        series = Series(key)
        with open(path, encoding="utf-8", newline="", errors="surrogateescape") as file:
            rows = csv.reader(file, delimiter="\t")
            try:
                header = next(rows, [])
                stem = os.path.basename(path)[: -len(ENDING)]
                if header not in (["step", stem], ["timestamp", "step", stem]):
                    self._tell(path, 1, f"the columns {header!r} are not those of DVCLive")
                    return
                has_times = len(header) == 3
                if not has_times:
                    series.times = None
                for row in rows:
                    try:
                        self._row(row, key, series, written, has_times=has_times)
                    except (ValueError, OverflowError) as error:
                        self._tell(path, rows.line_num, str(error))
            except csv.Error as error:
                self._tell(path, rows.line_num, f"{error}; nothing behind it was read")
        if len(series):
            self.result.series.append(series)

    def _row(
        self, row: list[str], key: str, series: Series, written: float, *, has_times: bool
    ) -> None:
        """Take a row of a table."""
        if len(row) != 2 + has_times:
            raise ValueError(f"{len(row)} cells instead of {2 + has_times}; the row was left out")
        step, text = int(row[-2]), row[-1]
        moment = int(row[0]) / 1000 if has_times else None
        if not len(series):
            self.beginnings.append((step, f"{key}\t{row!r}"))
        value = number_of(text)
        if value is None:
            at = written if moment is None else moment
            self.result.values.append(ForeignValue(key, step, at, text))
        elif series.times is not None and moment is not None:
            series.add(step, value, moment)
        else:
            series.steps.append(step)
            series.values.append(value)

    def _params(self) -> None:
        """Read the parameters."""
        path = os.path.join(self.folder, PARAMS)
        if not os.path.isfile(path):
            return
        try:
            with open(path, encoding="utf-8") as file:
                found = parsed(file.read())
        except (YamlError, UnicodeDecodeError) as error:
            self.result.problems.append(f"{path}: {error}; it was kept as a file")
            self.known.remove(path)
            return
        if isinstance(found, dict):
            self.result.params.update({str(key): value for key, value in found.items()})
        elif found is not None:
            self.result.problems.append(f"{path}: line 1: no parameters by name")

    def _summary(self, written: float) -> dict[str, Any]:
        """Read the last values; those without a table are points."""
        path = self.layout.summary
        if not os.path.isfile(path):
            return {}
        with open(path, "rb") as file:
            found, wrong = object_in(file.read())
        if wrong:
            self.result.problems.append(f"{path}: {wrong}; what stands before it was read")
        step = found.get("step")
        number = step if type(step) is int else 0
        known = {series.key for series in self.result.series}
        known |= {value.key for value in self.result.values}
        for key, value in flat(found):
            if key == "step" or key in known:
                continue
            point = number_of(value)
            if point is None:
                self.result.values.append(ForeignValue(key, number, written, value))
            else:
                series = self.result.series_of(key)
                series.times = None
                series.steps.append(number)
                series.values.append(point)
        return found

    def _identity(self) -> str:
        """Return what stays the same while a run goes on: how its metrics begin."""
        first = min((step for step, _ in self.beginnings), default=0)
        texts = sorted(text for step, text in self.beginnings if step == first)
        if not texts:
            texts = [repr(sorted(self.result.params.items(), key=lambda item: item[0]))]
        digest = hashlib.sha256("\n".join(texts).encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:16]

    def _files(self) -> None:
        """Take everything else in the folder."""
        known = {os.path.realpath(path) for path in self.known}
        for place, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = os.path.join(place, name)
                if os.path.realpath(path) in known or not os.path.isfile(path):
                    continue
                inside = os.path.relpath(path, self.folder).replace(os.sep, "/")
                self.result.files.append(ForeignFile(inside, source=path))

    def _noted(self) -> None:
        """Take the files that `log_artifact` has noted beside the folder or in it."""
        for home in (self.folder, os.path.dirname(self.folder)):
            path = os.path.join(home, PIPELINE)
            if not os.path.isfile(path):
                continue
            try:
                with open(path, encoding="utf-8") as file:
                    found = parsed(file.read())
            except (YamlError, UnicodeDecodeError) as error:
                self.result.problems.append(f"{path}: {error}")
                continue
            found = found if isinstance(found, dict) else {}
            ours = os.path.relpath(self.layout.summary, home)
            metrics = found.get("metrics")
            if home != self.folder and not (isinstance(metrics, list) and ours in metrics):
                continue
            artifacts = found.get("artifacts")
            for name, entry in artifacts.items() if isinstance(artifacts, dict) else ():
                if isinstance(entry, dict) and entry.get("path"):
                    self._artifact(home, str(name), entry)

    def _artifact(self, home: str, name: str, entry: dict[str, Any]) -> None:
        """Take one of these files."""
        inside = os.path.normpath(str(entry["path"])).replace(os.sep, "/")
        source = os.path.normpath(os.path.join(home, inside))
        if os.path.isabs(inside) or inside.startswith(".."):
            self.result.problems.append(f"the artifact {name!r} is outside of {home}: {inside!r}")
        elif not os.path.exists(source):
            self.result.problems.append(
                f"{source}: the artifact {name!r} is missing; `dvc pull` may bring it"
            )
        elif not is_within(source, self.folder):
            kind = "model" if entry.get("type") == "model" else None
            details = {
                "name": name,
                **{key: value for key, value in entry.items() if key != "path"},
            }
            self.result.files.append(ForeignFile(inside, source=source, kind=kind, details=details))

    def _tell(self, path: str, line: int, what: str) -> None:
        """Say what cannot be read; not more often than anybody reads."""
        self.told += 1
        if self.told <= MOST_TOLD:
            self.result.problems.append(f"{path}: line {line}: {what}")


def name_of(folder: str) -> str:
    """Return the name of a run: that of its folder, or of the one around if that says nothing."""
    around, name = os.path.split(os.path.abspath(folder))
    return os.path.basename(around) or name if name == USUAL else name


def number_of(value: Any) -> float | None:
    """Return a number, also one that was written as a word; None for another text."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    if not isinstance(value, str):
        return None
    try:
        return float(value)
    except ValueError:
        return WORDS.get(value.lower())


def flat(found: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield values by name; groups have theirs before, with a slash."""
    for key, value in found.items():
        if isinstance(value, dict) and value and depth < DEEPEST:
            yield from flat(value, f"{prefix}{key}/", depth + 1)
        else:
            yield f"{prefix}{key}", value


def is_within(path: str, folder: str) -> bool:
    """Return whether a path leads into a folder."""
    return os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
