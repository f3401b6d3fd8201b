"""What an import has brought, and whether what is stored equals what was read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .._native.text import shown
from ..display import results
from ..display.text import count

SHOWN = 10
"""So many sentences are shown; the object has all."""


@dataclass
class RunReport:
    """One run of the source, and the experiment that it is."""

    name: str
    """What the tool calls it."""
    original_id: str
    id: str = ""
    """The experiment's identifier."""
    path: str = ""
    """The experiment's folder."""
    is_new: bool = False
    """Whether the experiment was made by this import."""
    changed: bool = False
    """Whether anything of it was new."""
    points: int = 0
    """How many points the run has."""
    points_equal: int = 0
    """How many of them were read back from the store as they are in the source."""
    points_new: int = 0
    params: int = 0
    params_equal: int = 0
    artifacts: int = 0
    """How many files and folders the run has."""
    artifacts_equal: int = 0
    """How many of them are in the store with the same SHA-256."""
    artifacts_new: int = 0
    values: int = 0
    """How many values with a step it has that are no numbers; they are in ``history.jsonl``."""
    values_equal: int = 0
    left_out: list[str] = field(default_factory=list)
    """What the store has no place for, a sentence each."""
    problems: list[str] = field(default_factory=list)
    """What could not be read or stored, a sentence each."""

    @property
    def equal(self) -> bool:
        """Whether everything that was read is in the store as it was read."""
        return (self.points, self.params, self.artifacts, self.values) == (
            self.points_equal, self.params_equal, self.artifacts_equal, self.values_equal,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**vars(self), "equal": self.equal}


@dataclass
class ImportReport:
    """An import into an increment; a text when printed, a table in a notebook."""

    increment: str
    source: str
    kind: str
    tool: str
    dry_run: bool = False
    """Whether nothing was stored, only read."""
    runs: list[RunReport] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What could not be read, beside what belongs to one run."""
    not_of_runs: list[str] = field(default_factory=list)
    """What the store has no place for, beside what belongs to one run."""

    @property
    def points(self) -> int:
        """How many points the source has."""
        return sum(run.points for run in self.runs)

    @property
    def points_equal(self) -> int:
        """How many of them were read back from the store as they are in the source."""
        return sum(run.points_equal for run in self.runs)

    @property
    def equal(self) -> bool:
        """Whether everything that was read is in the store as it was read."""
        return all(run.equal for run in self.runs)

    @property
    def left_out(self) -> list[str]:
        """What the store has no place for, a sentence each, with the run's name."""
        inside = [f"{run.name}: {line}" for run in self.runs for line in run.left_out]
        return self.not_of_runs + inside

    @property
    def all_problems(self) -> list[str]:
        """What could not be read or stored, a sentence each."""
        inside = [f"{run.name}: {line}" for run in self.runs for line in run.problems]
        return self.problems + inside

    @property
    def ok(self) -> bool:
        """Whether all was read, and all that was read is stored equally."""
        return not self.all_problems and (self.dry_run or self.equal)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, as ``--json`` writes it."""
        return {
            "schema_version": 1,
            "increment": self.increment,
            "source": self.source,
            "kind": self.kind,
            "tool": self.tool,
            "dry_run": self.dry_run,
            "ok": self.ok,
            "points": self.points,
            "points_equal": self.points_equal,
            "left_out": self.left_out,
            "problems": self.all_problems,
            "runs": [run.to_dict() for run in self.runs],
        }

    def __repr__(self) -> str:
        return shown("\n".join(self._lines()))

    def _repr_html_(self) -> str:
        """Return the runs as a table for a notebook."""
        rows = [
            [
                run.name, "new" if run.is_new else "changed" if run.changed else "known",
                share(run.points_equal, run.points), share(run.params_equal, run.params),
                share(run.artifacts_equal, run.artifacts), len(run.left_out), len(run.problems),
            ]
            for run in self.runs
        ]  # fmt: skip
        headings = ("run", "state", "points equal", "params equal", "artifacts equal")
        columns = [(heading, "text") for heading in headings]
        columns += [("left out", "number"), ("problems", "number")]
        first, *rest = self._lines()
        return results.html(first, columns=columns, rows=rows, remarks=rest)

    def _lines(self) -> list[str]:
        """Return the text, line by line."""
        new = sum(run.is_new for run in self.runs)
        grown = sum(run.changed and not run.is_new for run in self.runs)
        lines = [f"{self.source} ({self.tool}): {count(len(self.runs), 'run')}"]
        if self.dry_run:
            lines[0] += f" for {self.increment}, nothing stored"
            lines.append(f"{self.points:,} points read")
        else:
            parts = [f"{new} new"] * bool(new) + [f"{grown} changed"] * bool(grown)
            lines[0] += f", {' and '.join(parts) or 'nothing new'} in {self.increment}"
            lines.append(self._equality())
        lines += told("left out", self.left_out, "thing")
        lines += told("not read or stored", self.all_problems, "problem")
        return lines

    def _equality(self) -> str:
        """Return the sentence of what is equal."""
        parts = [share(self.points_equal, self.points) + " points equal"]
        for noun in ("params", "artifacts", "values"):
            total = sum(getattr(run, noun) for run in self.runs)
            if total:
                equal = sum(getattr(run, f"{noun}_equal") for run in self.runs)
                parts.append(f"{share(equal, total)} {noun}")
        return ", ".join(parts)


def share(part: int, whole: int) -> str:
    """Return "999 of 1,000"."""
    return f"{part:,} of {whole:,}"


def told(what: str, sentences: list[str], noun: str) -> list[str]:
    """Return some sentences as lines, and how many there are in all."""
    if not sentences:
        return []
    repeated = Counter(sentences)
    shown_ones = list(repeated)[:SHOWN]
    lines = [f"{count(len(sentences), noun)} {what}:"]
    lines += [f"  {line}" for line in shown_ones]
    if len(repeated) > SHOWN:
        lines.append(f"  and {len(repeated) - SHOWN} more")
    return lines
