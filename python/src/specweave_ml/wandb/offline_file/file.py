"""One file ``run-<id>.wandb``, read from its beginning to its end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ...errors import StorageError
from .decoding import Decoder
from .framing import HEADER, Damage, Frames, check_header
from .latest_summary import LatestSummary
from .records import Exit, Other, Record
from .wire import WireError


class OfflineFile:
    """A file of a run; what it holds is read by `records`.

    Args:
        path: The file. It may still be written: then what is there so far is read.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.damage: list[Damage] = []
        """What could not be read, known when `records` has ended."""
        self.unknown: Counter[int] = Counter()
        """How many records of each kind this reader does not know, by W&B's numbers of kinds."""
        self.ended = False
        """Whether the run has ended itself; it has not if it runs, or was killed."""
        self.size = 0
        """How many bytes the file had when it was opened."""
        self.position = 0
        """Where the record that was read last begins, to show progress."""

    def records(self, summary: LatestSummary | None = None) -> Iterator[Record]:
        """Yield the records in their order, each read when it is asked for.

        Args:
            summary: Takes the changes of the summary, which then are records of no interest: most
                of them say what a row says.

        Raises:
            StorageError: The file cannot be read.
            FormatError: It is none of W&B's, or of a later version; with file and byte.
        """
        self.damage.clear()
        self.unknown.clear()
        self.ended = False
        decoder = Decoder(summary)
        try:
            with self.path.open("rb", buffering=1024 * 1024) as file:
                self.size = os.fstat(file.fileno()).st_size
                check_header(self.path, file.read(HEADER.size))
                file.seek(0)
                for offset, data in Frames(file, self.damage).records():
                    self.position = offset
                    try:
                        record = decoder.record(data)
                    except WireError as error:
                        self.damage.append(Damage(offset, len(data), f"in a record: {error}"))
                        continue
                    if isinstance(record, Exit):
                        self.ended = True
                    elif isinstance(record, Other) and not record.known:
                        self.unknown[record.number] += 1
                    yield record
        except OSError as error:
            raise StorageError(f"{self.path} cannot be read: {error.strerror}") from error

    def report(self) -> str:
        """Return a line for each thing that was left out; an end that a kill left is none."""
        lines = [f"{self.path}: {damage}" for damage in self.damage if not damage.at_end]
        lines += [
            f"{self.path}: {count} records of kind {number}, which this reader does not know"
            for number, count in sorted(self.unknown.items())
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"OfflineFile({str(self.path)!r})"
