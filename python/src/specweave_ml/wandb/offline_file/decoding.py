"""From the bytes of a record to what it says.

The numbers of fields are those of ``wandb_internal.proto``. Fields without a use here are skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import records
from .changes import Changes
from .environment import environment, seconds
from .items import RowReader, item_of, json_of
from .latest_summary import LatestSummary
from .records import Record
from .wire import WireError, content, fields, signed, text, unsigned

HISTORY, SUMMARY = 2, 3
SILENT = frozenset({20, 22, 23, 24, 27, 100})
"""Kinds that say nothing of the experiment: ends of the log, requests, and lines of W&B's own."""
ENVELOPE = frozenset({1, 16, 19, 200})
"""Members of every record that are none of the kinds."""

Fields = Mapping[int, list[Any]]


class Decoder:
    """Reads the records of one file."""

    def __init__(self, summary: LatestSummary | None = None) -> None:
        self._rows = RowReader()
        self._summary = summary

    def record(self, data: bytes) -> Record:
        """Return what the bytes of a record say.

        Raises:
            WireError: They are no record.
        """
        found: Record | None = None
        for number, value in fields(data):
            if number in ENVELOPE:
                continue
            if number == HISTORY:
                found = self._rows.row(content(value))
            elif number == SUMMARY and self._summary is not None:
                self._summary.add(content(value))
                found = records.Other(number)
            elif number == SUMMARY:
                found = records.SummaryChange(self._rows.changes(content(value)))
            elif number in KINDS:
                found = KINDS[number](grouped(content(value)))
            else:
                found = records.Other(number, known=number in SILENT)
        if found is None:
            raise WireError("a record of no kind")
        return found


def grouped(data: bytes) -> Fields:
    """Return the contents of fields by their numbers."""
    found: dict[int, list[Any]] = {}
    for number, value in fields(data):
        found.setdefault(number, []).append(value)
    return found


def string(message: Fields, number: int) -> str:
    """Return a text; empty if it is not there."""
    found = message.get(number)
    return text(found[-1]) if found else ""


def strings(message: Fields, number: int) -> tuple[str, ...]:
    """Return the texts of a repeated field."""
    return tuple(map(text, message.get(number, ())))


def integer(message: Fields, number: int) -> int:
    """Return a number; 0 if it is not there."""
    found = message.get(number)
    return signed(found[-1]) if found else 0


def flag(message: Fields, number: int) -> bool:
    """Return whether a switch is on."""
    found = message.get(number)
    return found is not None and bool(unsigned(found[-1]))


def inner(message: Fields, number: int) -> Fields:
    """Return a message within; an empty one if it is not there."""
    found = message.get(number)
    return grouped(content(found[-1])) if found else {}


def choice(message: Fields, number: int, names: tuple[str, ...]) -> str:
    """Return the name of a number that stands for one; empty if there is none."""
    found = integer(message, number)
    return names[found] if 0 <= found < len(names) else ""


def changes(message: Fields) -> Changes:
    """Return the changes of a configuration or a summary."""
    values: Iterable[Any] = message.get(1, ())
    removed: Iterable[Any] = message.get(2, ())
    return Changes(
        tuple(item_of(content(item)) for item in values),
        tuple(item_of(content(item))[0] for item in removed),
    )


def header(message: Fields) -> Record:
    """Return the header of the log."""
    versions = inner(message, 1)
    return records.Header(string(versions, 1), string(versions, 2))


def run(message: Fields) -> Record:
    """Return what is known of the run."""
    git = inner(message, 21)
    return records.Run(
        id=string(message, 1),
        entity=string(message, 2),
        project=string(message, 3),
        config=changes(inner(message, 4)),
        summary=changes(inner(message, 5)),
        group=string(message, 6),
        job_type=string(message, 7),
        name=string(message, 8),
        notes=string(message, 9),
        tags=strings(message, 10),
        sweep_id=string(message, 12),
        host=string(message, 13),
        starting_step=integer(message, 14),
        start_time=moment(message, 17),
        resumed=flag(message, 18),
        remote=string(git, 1),
        commit=string(git, 2),
    )


def moment(message: Fields, number: int) -> float | None:
    """Return a time; None if it is not there."""
    found = message.get(number)
    return seconds(content(found[-1])) if found else None


def output(message: Fields) -> Record:
    """Return a part of the program's output."""
    stream = choice(message, 1, ("stderr", "stdout"))
    return records.Output(stream, moment(message, 2), string(message, 3))


def stats(message: Fields) -> Record:
    """Return a measurement of the machine."""
    items = (item_of(content(item)) for item in message.get(3, ()))
    return records.Stats(moment(message, 2), {".".join(path): value for path, value in items})


def metric(message: Fields) -> Record:
    """Return a definition by ``define_metric``."""
    options = inner(message, 6)
    asked = inner(message, 7)
    names = ("min", "max", "mean", "best", "last", "none", "copy", "first")
    return records.Metric(
        name=string(message, 1) or string(message, 2),
        step_metric=string(message, 4),
        step_sync=flag(options, 1),
        hidden=flag(options, 2),
        summary=tuple(name for number, name in enumerate(names, 1) if flag(asked, number)),
        goal=choice(message, 8, ("", "minimize", "maximize")),
        overwrite=flag(inner(message, 9), 1),
        from_glob=flag(message, 10),
    )


def files(message: Fields) -> Record:
    """Return the files that were saved."""
    kinds = ("other", "wandb", "media", "artifact")
    entries = [grouped(content(entry)) for entry in message.get(1, ())]
    return records.Files(
        tuple(records.RunFile(string(entry, 1), choice(entry, 3, kinds)) for entry in entries)
    )


def artifact(message: Fields) -> Record:
    """Return an artifact with the list of its files."""
    manifest = inner(message, 12)
    entries = [grouped(content(entry)) for entry in manifest.get(4, ())]
    metadata = string(message, 8)
    return records.Artifact(
        name=string(message, 5),
        type=string(message, 4),
        digest=string(message, 6),
        description=string(message, 7),
        metadata=json_of(metadata.encode("utf-8")) if metadata else None,
        aliases=strings(message, 11),
        tags=strings(message, 19),
        files=tuple(
            records.ArtifactFile(
                path=string(entry, 1),
                digest=string(entry, 2),
                reference=string(entry, 3),
                size=integer(entry, 4),
                local_path=string(entry, 6),
            )
            for entry in entries
        ),
        manifest_path=string(manifest, 5),
        entity=string(message, 3),
        project=string(message, 2),
        client_id=string(message, 15),
        user_created=flag(message, 9),
    )


def telemetry(message: Fields) -> Record:
    """Return the versions that ran."""
    return records.Telemetry(string(message, 4), string(message, 5))


KINDS: Mapping[int, Callable[[Fields], Record]] = {
    4: output,
    5: lambda message: records.ConfigChange(changes(message)),
    6: files,
    7: stats,
    8: artifact,
    9: lambda message: records.TensorBoardFolder(
        string(message, 1), string(message, 3), flag(message, 2)
    ),
    10: lambda message: records.Alert(string(message, 1), string(message, 2), string(message, 3)),
    11: telemetry,
    12: metric,
    13: output,
    17: run,
    18: lambda message: records.Exit(integer(message, 1), integer(message, 2)),
    21: header,
    25: lambda message: records.UsedArtifact(
        string(message, 1), string(message, 2), string(message, 3)
    ),
    26: lambda message: records.Environment(environment(message)),
}
