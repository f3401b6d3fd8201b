"""CSV: a table with a row a step (wide), or a row a point (long).

Columns are known by their names, in any case of letters, with or without spaces around:

===========  =======================================================================================
step         the first there is of step, _step, global_step, iteration, iter, epoch; else the rows
             of a run are counted
time         time, timestamp, _timestamp, wall time, wall_time, date, datetime, where it holds dates
             or seconds or milliseconds since 1970; else it is a metric
run          run, run_id, run_name, experiment: each text is a run; else the file is one
key, value   key, metric, tag and value make a table long; a value without a key is called as the
             file
===========  =======================================================================================

Every other column of a wide table is a metric where a cell is a number, and nothing where it is
empty. A column of text that is the same in all rows of a run is a parameter; other text is a value
with a step.
"""

from __future__ import annotations

import csv
import os
from array import array
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import islice
from typing import NamedTuple

from ..runs import Faults, ForeignRun, ForeignValue, Series, Survey

STEPS = ("step", "_step", "global_step", "iteration", "iter", "epoch")
TIMES = ("time", "timestamp", "_timestamp", "wall time", "wall_time", "date", "datetime")
RUNS = ("run", "run_id", "run_name", "experiment")
KEYS = ("key", "metric", "tag")
VALUES = ("value",)
DELIMITERS = ",;\t"
ENDINGS = (".csv", ".tsv")
FIRST_YEARS = 1e8
"""Seconds since 1970 that are fewer are the time that something took."""
LAST_SECONDS = 1e11
"""More than these are milliseconds."""
MOST_FAULTS = 20
WORDS = {"true": 1.0, "false": 0.0}


class Layout(NamedTuple):
    """Which column is what, by their places."""

    names: list[str]
    step: int | None
    time: int | None
    run: int | None
    key: int | None
    value: int | None

    @property
    def is_long(self) -> bool:
        """Whether a row is a point."""
        return self.value is not None and (self.key is not None or self.step is not None)


class Rows:
    """What was gathered of one run."""

    def __init__(self) -> None:
        self.count = 0
        self.numbers: dict[str, tuple[array[int], array[float], array[float]]] = {}
        self.texts: dict[str, list[tuple[int, float, str]]] = {}
        self.first_time = self.last_time = None
        self.uneven = 0


def detect(path: str) -> bool:
    """Return whether a file is a table with steps, whose first row has a number."""
    if not path.lower().endswith(ENDINGS) or not os.path.isfile(path):
        return False
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            head = "".join(islice(file, 3))
            rows = list(csv.reader(head.splitlines(), delimiter=delimiter_of(head, path)))
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    if len(rows) < 2:
        return False
    layout = layout_of(rows[0], rows[1])
    others = [
        cell
        for place, cell in enumerate(rows[1])
        if place not in (layout.step, layout.time, layout.run, layout.key)
    ]
    return layout.step is not None and any(number_of(cell) is not None for cell in others)


def survey(path: str) -> Survey:
    """Return nothing: only reading all would say it."""
    return Survey(None)


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs of a table in the order of their first rows."""
    runs: dict[str, Rows] = {}
    stem = os.path.splitext(os.path.basename(path))[0]
    with open(path, encoding="utf-8-sig", newline="", errors="surrogateescape") as file:
        head = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=delimiter_of(head, path))
        first = next_row(rows, path, faults)
        second = next_row(rows, path, faults)
        if not first or len([name for name in first if name.strip()]) == 0:
            raise faults.wrong(path, "line 1", "it has no row of column names")
        layout = layout_of(first, second or [])
        if number_of(first[0]) is not None:
            raise faults.wrong(
                path, "line 1", "it begins with numbers", "the first line must name the columns"
            )
        row = second
        while row is not None:
            if row:
                take(row, layout, runs, stem, rows.line_num, path, faults)
            row = next_row(rows, path, faults)
    written = os.stat(path).st_mtime
    for name, gathered in runs.items():
        yield run_of(name, gathered, layout, path, written)


def next_row(rows: Iterator[list[str]], path: str, faults: Faults) -> list[str] | None:
    """Return the next row; None at the end, or where the file cannot be read any further."""
    try:
        return next(rows, None)
    except csv.Error as error:
        faults.add(path, f"line {rows.line_num}", f"{error}; nothing after it was read")  # type: ignore[attr-defined]
        return None


def layout_of(names: list[str], example: list[str]) -> Layout:
    """Return which column is what."""
    plain = [name.strip() for name in names]
    small = [name.lower() for name in plain]

    def place(wanted: tuple[str, ...]) -> int | None:
        return next((small.index(name) for name in wanted if name in small), None)

    value, key, time = place(VALUES), place(KEYS), place(TIMES)
    if value is None:
        key = None
    if time is not None and len(example) > time and time_of(example[time]) is None:
        time = None
    return Layout(plain, place(STEPS), time, place(RUNS), key, value)


def take(
    row: list[str], layout: Layout, runs: dict[str, Rows], stem: str, line: int, path: str,
    faults: Faults,
) -> None:  # fmt: skip
    """Take a row."""
    names = layout.names
    if len(row) != len(names):
        if len(faults.sentences) < MOST_FAULTS:
            faults.add(path, f"line {line}", f"{len(row)} cells below {len(names)} names; left out")
        return
    name = stem if layout.run is None else row[layout.run].strip() or stem
    gathered = runs.get(name)
    if gathered is None:
        gathered = runs[name] = Rows()
    step = gathered.count
    gathered.count += 1
    if layout.step is not None:
        found = step_of(row[layout.step])
        if found is None:
            gathered.uneven += 1
            return
        step = found
    time = 0.0
    if layout.time is not None:
        moment = time_of(row[layout.time])
        if moment is None:
            if len(faults.sentences) < MOST_FAULTS:
                faults.add(path, f"line {line}", f"{row[layout.time]!r} is no time; left out")
            return
        time = moment
    if layout.is_long:
        key = stem if layout.key is None else row[layout.key]
        gather(gathered, key, row[layout.value or 0], step, time)
        return
    special = (layout.step, layout.time, layout.run)
    for place, cell in enumerate(row):
        if cell and place not in special:
            gather(gathered, names[place], cell, step, time)


def gather(gathered: Rows, key: str, cell: str, step: int, time: float) -> None:
    """Take a cell."""
    number = number_of(cell)
    if number is None:
        if cell.strip():
            gathered.texts.setdefault(key, []).append((step, time, cell.strip()))
        return
    columns = gathered.numbers.get(key)
    if columns is None:
        columns = gathered.numbers[key] = (array("q"), array("d"), array("d"))
    columns[0].append(step)
    columns[1].append(number)
    columns[2].append(time)


def run_of(name: str, gathered: Rows, layout: Layout, path: str, written: float) -> ForeignRun:
    """Return a run as it was gathered; without times it is as old as the file."""
    timed = layout.time is not None
    run = ForeignRun(name, name, facts={"csv": {"file": path}})
    if not timed:
        run.created = run.ended = written
    for key, (steps, values, times) in gathered.numbers.items():
        run.series.append(Series(key, steps, values, times if timed else None))
    for key, texts in gathered.texts.items():
        different = {text for _, _, text in texts}
        if len(different) == 1 and key not in gathered.numbers and not layout.is_long:
            run.params[key] = different.pop()
            continue
        run.values += [
            ForeignValue(key, step, time if timed else written, text) for step, time, text in texts
        ]
    if gathered.uneven:
        column = layout.names[layout.step or 0]
        run.left_out.append(f"{gathered.uneven} rows whose {column!r} is no whole number")
    return run


def delimiter_of(head: str, path: str) -> str:
    """Return what separates the cells."""
    if path.lower().endswith(".tsv"):
        return "\t"
    line = head.split("\n", 1)[0]
    return max(DELIMITERS, key=line.count)


def number_of(cell: str) -> float | None:
    """Return the number in a cell; a decimal comma counts too."""
    try:
        return float(cell) if "_" not in cell else None
    except ValueError:
        pass
    small = cell.strip().lower()
    if small in WORDS:
        return WORDS[small]
    if small.count(",") == 1 and "." not in small and "_" not in small:
        try:
            return float(small.replace(",", "."))
        except ValueError:
            return None
    return None


def step_of(cell: str) -> int | None:
    """Return the step in a cell; None if it is no integer of 64 bits."""
    try:
        step = int(cell)
    except ValueError:
        number = number_of(cell)
        if number is None or number != number or abs(number) >= 2**63 or number % 1:
            return None
        step = int(number)
    return step if -(2**63) <= step < 2**63 else None


def time_of(cell: str) -> float | None:
    """Return the time in a cell as seconds since 1970; None if it holds none."""
    number = number_of(cell)
    if number is not None:
        if not FIRST_YEARS < number < LAST_SECONDS * 100:
            return None
        return number / 1000 if number > LAST_SECONDS else number
    try:
        moment = datetime.fromisoformat(cell.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp()
