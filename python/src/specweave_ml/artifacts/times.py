"""Times and durations of numpy, pandas and polars as ISO 8601 text, exact to the nanosecond."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .._native.optional_packages import need

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
OFFSET = re.compile(r"([+-])(\d\d):(\d\d)(?::(\d\d))?$")
DURATION = re.compile(r"(-?)PT(\d+)(?:\.(\d+))?S$")


def texts(wall: Any, unit: str, utc: Any = None) -> list[str | None]:
    """Return times (whole numbers of the unit) as text; with ``utc``, their offset as well."""
    numpy = need("numpy", "Saving times")
    stamps = numpy.asarray(wall, "int64").view(f"M8[{unit}]")
    found: list[str | None] = []
    for index, text in enumerate(numpy.datetime_as_string(stamps).tolist()):
        if text == "NaT":
            found.append(None)
            continue
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if utc is not None:
            text += offset((int(wall[index]) - int(utc[index])) // PER_SECOND[unit])
        found.append(text)
    return found


def offset(seconds: int) -> str:
    """Return a distance from UTC as ``+01:00``."""
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{sign}{hours:02}:{minutes:02}" + (f":{rest:02}" if rest else "")


def numbers(found: Sequence[str | None], unit: str) -> Any:
    """Return the whole numbers of the unit for the texts, in UTC if they have offsets."""
    numpy = need("numpy", "Loading times")
    offsets = [0] * len(found)
    bare: list[str] = []
    for index, text in enumerate(found):
        if text is None:
            bare.append("NaT")
            continue
        match = OFFSET.search(text, text.index("T")) if "T" in text else None
        if match is not None:
            sign, hours, minutes, seconds = match.groups()
            distance = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
            offsets[index] = (-distance if sign == "-" else distance) * PER_SECOND[unit]
            text = text[: match.start()]
        bare.append(text)
    stamps = numpy.array(bare, f"M8[{unit}]")
    if any(offsets):
        stamps = stamps - numpy.array(offsets, "int64").view(f"m8[{unit}]")
    return stamps.view("int64")


def duration_texts(values: Any, unit: str) -> list[str | None]:
    """Return durations (whole numbers of the unit) as text such as ``PT90.5S``."""
    numpy = need("numpy", "Saving durations")
    numbers = numpy.asarray(values, "int64")
    missing = numpy.isnat(numbers.view(f"m8[{unit}]")).tolist()
    pairs = zip(numbers.tolist(), missing, strict=True)
    return [None if nothing else duration_text(number, unit) for number, nothing in pairs]


def duration_text(number: int, unit: str) -> str:
    """Return a single duration."""
    per = PER_SECOND[unit]
    seconds, rest = divmod(abs(number), per)
    part = f"{rest:0{len(str(per)) - 1}d}".rstrip("0") if rest else ""
    return f"{'-' if number < 0 else ''}PT{seconds}{'.' + part if part else ''}S"


def duration_numbers(found: Sequence[str | None], unit: str) -> Any:
    """Return the whole numbers of the unit that the texts stand for."""
    numpy = need("numpy", "Loading durations")
    nothing = numpy.iinfo("int64").min
    values = []
    for text in found:
        match = None if text is None else DURATION.match(text)
        if match is None:
            values.append(nothing)
            continue
        sign, seconds, part = match.groups()
        digits = len(str(PER_SECOND[unit])) - 1
        number = int(seconds) * PER_SECOND[unit] + int(((part or "") + "0" * digits)[:digits] or 0)
        values.append(-number if sign else number)
    return numpy.array(values, "int64")
