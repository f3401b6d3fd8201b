"""The table of a comparison, as the figures need it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ..plotting.entries import Entry, Metric, Table
from ..tracking.experiment import open_path


def table_of(facts: Mapping[str, Any], rows: list[dict[str, Any]], folder: Path) -> Table:
    """Return the table for the figures, from the comparison as the library returns it."""
    columns = facts["columns"]
    primary = facts.get("primary_metric")
    headings = {
        column["key"]: index for index, column in enumerate(columns) if column["kind"] == "metric"
    }
    metrics = {key: Metric(key, columns[index]["direction"]) for key, index in headings.items()}
    if primary is not None:
        key = str(primary["key"])
        metrics[key] = Metric(key, primary["direction"], bool(primary["assumed"]))
    return Table(
        [entry_of(row, headings, folder) for row in rows],
        metrics,
        metrics[str(primary["key"])] if primary is not None else None,
        int(facts.get("hidden_rows", 0)),
    )


def entry_of(row: Mapping[str, Any], headings: Mapping[str, int], experiments: Path) -> Entry:
    """Return one row of a comparison."""
    group = row.get("group") or {"folders": [row["folder"]], "metrics": {}}
    return Entry(
        name=row["name"],
        params=row["params"],
        values=row["values"],
        texts={key: row["cells"][index] for key, index in headings.items()},
        status=row["status"],
        best=bool(row["best"]),
        rank=row["rank"],
        opened=[
            partial(open_path, os.path.normpath(experiments / folder))
            for folder in group["folders"]
        ],
        spread={key: statistics["std"] for key, statistics in group["metrics"].items()},
        times={name: row[name] for name in ("training_time", "duration")},
    )
