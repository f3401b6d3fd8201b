"""The cells of one column as text, and back: what a CSV file needs beside it to be exact.

Values are those of JSON, except that floats stay floats. A column of one kind of values needs one
word for it; a mixed one says for how many rows which kind holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

KINDS: Mapping[type, str] = {bool: "bool", int: "int", float: "float", str: "text"}


class Absent:
    """Stands in a record for a key that it does not have."""


ABSENT = Absent()


def kind_of(value: Any) -> str:
    """Return the kind of a cell."""
    if value is None:
        return "missing"
    return "absent" if value is ABSENT else KINDS.get(type(value), "json")


def to_text(values: Sequence[Any], truth: tuple[str, str]) -> tuple[list[str], dict[str, Any]]:
    """Return the cells as text, and what `from_text` needs.

    ``truth`` is how False and True are written.

    Where empty text would look like a missing value, a word that is not in the column stands for
    the missing ones.
    """
    kinds = [kind_of(value) for value in values]
    single = set(kinds) - {"missing"}
    missing = ""
    if len(single) <= 1 and "absent" not in single:
        kind = next(iter(single), "text")
        if kind == "text" and "missing" in kinds and "" in values:
            missing = "NA"
            while missing in values:
                missing += "_"
        spec: dict[str, Any] = {"cell": kind}
        if "missing" in kinds:
            spec["missing"] = missing
    else:
        spec = {"cells": [[kind, len(list(run))] for kind, run in groupby(kinds)]}
    write: dict[str, Any] = {
        "bool": lambda value: truth[value],
        "int": str,
        "float": repr,
        "text": str,
        "json": lambda value: json.dumps(value, ensure_ascii=False),
        "missing": lambda value: missing,
        "absent": lambda value: "",
    }
    return [write[kind](value) for kind, value in zip(kinds, values, strict=True)], spec


def from_text(texts: Sequence[str], spec: Mapping[str, Any]) -> list[Any]:
    """Return the values that `to_text` was given."""
    read: dict[str, Any] = {
        "bool": lambda text: text in ("True", "true"),
        "int": int,
        "float": float,
        "text": str,
        "json": json.loads,
        "missing": lambda text: None,
        "absent": lambda text: ABSENT,
    }
    if "cells" in spec:
        found: list[Any] = []
        for kind, length in spec["cells"]:
            one = read[kind]
            found += [one(text) for text in texts[len(found) : len(found) + length]]
        return found
    one, missing = read[spec["cell"]], spec.get("missing")
    return [None if text == missing else one(text) for text in texts]
