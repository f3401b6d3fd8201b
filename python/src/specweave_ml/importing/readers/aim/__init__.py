"""Aim's repositories, read through Aim's own package, which the extra ``aim`` installs.

Metrics are called by their names and what their contexts say: ``loss/subset=train``. What was
tracked at an epoch has the metric ``…/epoch`` beside it. Texts and distributions are values with
a step; images, sound and figures are files. Tags and notes are those of the run. An archived run
is archived. Variables of the environment, which Aim records, are left out: they hold credentials.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlparse

from ...runs import Faults, ForeignFile, ForeignRun, ForeignValue, Series, Survey
from ...silence import status_after
from ...utc_times import utc
from . import repository
from .repository import Details, Properties, Sequence, home_of, properties_in

SCOPE = "aim"
"""Aim's hashes tell runs apart wherever repositories are moved to."""
SYSTEM, SYSTEM_PARAMS = "__system__", "__system_params"
NUMBERS = frozenset(("int", "float", "float64", "number"))
LINES, RECORDS = "aim.log_line", "aim.log_record"
TERMINAL = "terminal.log"
KINDS = {"image": "figure", "audio": "file", "figure": "figure"}
SMALLEST, LARGEST = -(1 << 63), (1 << 63) - 1


def detect(path: str) -> bool:
    """Return whether it is a folder ``.aim``."""
    return os.path.basename(os.path.abspath(path)) == repository.FOLDER and home_of(path) == path


def survey(path: str) -> Survey:
    """Return how many runs there are."""
    home = home_of(path)
    return Survey(None if home is None else len(properties_in(home, Faults())[0]))


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs of a repository."""
    home = home_of(path)
    if home is None:
        raise faults.wrong(path, "", f"no {repository.FOLDER}/{repository.DATABASE} is in it")
    runs, details = properties_in(home, faults)
    with repository.aim_of(os.path.abspath(home)) as opened:
        for properties in runs:
            run = _Gathering(home, properties, details.get(properties.hash, Details()))
            yield run.read(opened)


class _Gathering:
    """What is gathered of one run."""

    def __init__(self, home: str, properties: Properties, details: Details) -> None:
        self.home = home
        self.properties = properties
        name = properties.name
        self.result = ForeignRun(
            id=properties.hash,
            # That is what Aim calls one without a name.
            name=name if name and name != f"Run: {properties.hash}" else None,
            scope=SCOPE,
            description=properties.description or None,
            tags=list(details.tags),
            notes=list(details.notes),
            created=utc(properties.created),
        )
        self.facts: dict[str, Any] = {"archived": properties.is_archived}
        if properties.experiment:
            self.facts["experiment"] = properties.experiment
        self.result.deleted = properties.is_archived
        self.result.facts["aim"] = self.facts
        self.contexts: dict[str, dict[str, Any]] = {}
        self.lines: list[str] = []
        self.last: float | None = None

    def read(self, opened: Any) -> ForeignRun:
        """Read the run; what Aim cannot read of it is said."""
        run = self.result
        meta: dict[str, Any] = {}
        try:
            meta = repository.attributes_of(opened, run.id)
            for sequence in repository.sequences_of(opened, run.id, meta):
                try:
                    self._sequence(sequence)
                except (KeyError, ValueError, TypeError, AttributeError) as error:
                    self._tell(f"{sequence.name!r}: {type(error).__name__}: {error}")
        except Exception as error:
            # Aim and RocksDB have errors of many kinds.
            self._tell(f"Aim cannot read it: {type(error).__name__}: {error}")
        if not meta:
            self._tell("nothing but its name is there")
        self._attributes(meta)
        self._end(meta)
        if self.lines:
            text = "".join(line if line.endswith("\n") else f"{line}\n" for line in self.lines)
            run.files.append(ForeignFile(TERMINAL, content=text.encode("utf-8", "replace")))
        if self.contexts:
            self.facts["contexts"] = self.contexts
        return run

    def _attributes(self, meta: dict[str, Any]) -> None:
        """Take the parameters, what is known of the program, and the artifacts."""
        attributes = dict(meta.get("attrs") or {})
        system = attributes.pop(SYSTEM_PARAMS, None)
        for key, value in attributes.items():
            self.result.params[str(key)] = plain(value)
        if isinstance(system, dict):
            variables = system.pop("env_variables", None)
            if variables:
                self.result.left_out.append(
                    f"{len(variables)} variables of the environment, which may hold credentials"
                )
            packages = system.pop("packages", None)
            if packages:
                content = json.dumps(plain(packages), indent=2).encode()
                self.result.files.append(ForeignFile("packages.json", content=content))
            if system:
                self.facts["system"] = plain(system)
            found = system.get("git_info")
            git: dict[str, Any] = found if isinstance(found, dict) else {}
            commit = git.get("commit")
            if isinstance(commit, dict) and commit.get("hash"):
                self.result.facts["git"] = {
                    "commit": commit["hash"], "branch": git.get("branch"),
                    "remote": git.get("remote_origin_url"),
                }  # fmt: skip
        for name, artifact in (meta.get("artifacts") or {}).items():
            self._artifact(str(name), artifact)

    def _end(self, meta: dict[str, Any]) -> None:
        """Take when and how the run ended."""
        end = meta.get("end_time")
        run = self.result
        if isinstance(end, (int, float)):
            run.ended = float(end)
            return
        run.ended = utc(self.properties.finalized) or self.last
        if utc(self.properties.finalized) is not None:
            return
        heard = self.last if self.last is not None else run.created
        run.status = status_after(heard)
        if run.status == "completed":
            run.status = "failed"
            run.failure = {
                "type": "no sign of life",
                "message": "the run was never closed, and nothing was heard of it for an hour",
            }

    def _sequence(self, sequence: Sequence) -> None:
        """Take what was tracked under a name."""
        kind = sequence.kind
        times = [row[3] for row in sequence.rows if isinstance(row[3], (int, float))]
        if times:
            self.last = max(times) if self.last is None else max(self.last, *times)
        if kind == LINES:
            self.lines += [str(content_of(row[1])) for row in sequence.rows]
            return
        key = key_of(sequence)
        if sequence.context:
            self.contexts[key] = {"name": sequence.name, "context": plain(sequence.context)}
        if kind in NUMBERS:
            self._numbers(key, sequence)
            return
        for step, value, _, time in sequence.rows:
            self._object(key, kind, step, value, float(time or 0.0))

    def _numbers(self, key: str, sequence: Sequence) -> None:
        """Take a metric; its epochs are one of their own."""
        rows = [row for row in sequence.rows if SMALLEST <= row[0] <= LARGEST]
        if len(rows) < len(sequence.rows):
            self._tell(f"{key!r}: {len(sequence.rows) - len(rows)} steps have more than 64 bits")
        timed = all(isinstance(row[3], (int, float)) for row in rows)

        def series(name: str, chosen: list[tuple[int, Any, Any, Any]], column: int) -> Series:
            return Series(
                name,
                array("q", [row[0] for row in chosen]),
                array("d", [float(row[column]) for row in chosen]),
                array("d", [float(row[3]) for row in chosen]) if timed else None,
            )

        self.result.series.append(series(key, rows, 1))
        epochs = [row for row in rows if isinstance(row[2], (int, float))]
        if epochs:
            self.result.series.append(series(f"{key}/epoch", epochs, 2))

    def _object(self, key: str, kind: str, step: int, value: Any, time: float) -> None:
        """Take a value that is no number."""
        many = list(value) if isinstance(value, (list, tuple)) else [value]
        name = kind.removeprefix("list(").removesuffix(")").removeprefix("aim.")
        if name in KINDS:
            for number, one in enumerate(many):
                self._file(key, name, step, time, one, number if len(many) > 1 else None)
            return
        if name == "distribution":
            found = [
                {
                    "_type": "histogram",
                    "bins": [float(edge) for edge in one.ranges],
                    "values": [float(weight) for weight in one.weights],
                }
                for one in many
            ]
        elif name == "text":
            found = [content_of(one) for one in many]
        elif kind == RECORDS:
            found = [plain(one.json()) for one in many]
        else:
            self.result.left_out.append(f"{key!r} at step {step}: a value of the kind {kind!r}")
            return
        single = found[0] if len(found) == 1 and not isinstance(value, (list, tuple)) else found
        self.result.values.append(ForeignValue(key, step, time, single))

    def _file(
        self, key: str, kind: str, step: int, time: float, one: Any, number: int | None
    ) -> None:
        """Take an image, a sound or a figure."""
        content = content_of(one)
        data = content if isinstance(content, bytes) else str(content).encode("utf-8")
        ending = "json" if kind == "figure" else ending_of(one)
        place = "" if number is None else f"-{number}"
        parts = [part for part in key.split("/") if part not in ("", ".", "..")]
        details = {"tag": key, "step": step, "time": time}
        caption = getattr(one, "caption", None)
        if caption:
            details["caption"] = str(caption)
        self.result.files.append(
            ForeignFile(
                f"media/{'/'.join(parts)}/step-{step:06d}{place}.{ending}",
                content=data, kind=KINDS[kind], details=details,
            )
        )  # fmt: skip

    def _artifact(self, name: str, artifact: Any) -> None:
        """Take an artifact that is a file of this computer."""
        uri = str(getattr(artifact, "uri", ""))
        url = urlparse(uri)
        path = unquote(url.path) if url.scheme == "file" else uri if not url.scheme else ""
        if path and os.path.exists(path):
            self.result.files.append(
                ForeignFile(f"artifacts/{name}", source=path, details={"uri": uri})
            )
        elif path:
            self._tell(f"the artifact {name!r} is missing: {path}")
        else:
            self.result.left_out.append(f"the artifact {name!r}, which is not here: {uri}")

    def _tell(self, what: str) -> None:
        """Say what cannot be read."""
        self.result.problems.append(f"{self.home}: run {self.result.id}: {what}")


def key_of(sequence: Sequence) -> str:
    """Return the key of a metric: its name and what its context says."""
    name = sequence.name
    if name.startswith(SYSTEM):
        name = f"system/{name.removeprefix(SYSTEM)}"
    texts = [f"{key}={value}" for key, value in sorted(sequence.context.items(), key=str)]
    return "/".join([name, *texts])


def content_of(one: Any) -> Any:
    """Return the bytes or the text in an object of Aim's."""
    data = one.storage["data"]
    return data.load() if hasattr(data, "load") else data


def ending_of(one: Any) -> str:
    """Return the ending of a file's name by what Aim says of its form."""
    try:
        found = str(one.storage["format"])
    except KeyError:
        return "bin"
    return found if found.isalnum() else "bin"


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON has it; what it does not know is text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict) and depth < 100:
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and depth < 100:
        return [plain(item, depth + 1) for item in value]
    return str(value)
