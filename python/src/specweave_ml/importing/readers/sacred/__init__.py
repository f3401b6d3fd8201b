"""Folders of Sacred's `FileStorageObserver`: a run in each folder, read without Sacred.

The configuration is the parameters, with plain values where jsonpickle stands for numpy. Metrics
have their steps and times; what a run returned is the metric ``result``, if that is numbers. The
sources, resources and artifacts are files, as is what was printed. A run that was queued has not
begun and is left out. One that is said to run, but has given no sign of life, has failed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any

from ...runs import Faults, ForeignFile, ForeignRun, ForeignValue, Survey
from ...torn_json import object_in
from ...utc_times import utc
from .pickled import plain

RUN, CONFIG, METRICS, INFO, OUTPUT = (
    "run.json", "config.json", "metrics.json", "info.json", "cout.txt",
)  # fmt: skip
OWN = frozenset((RUN, CONFIG, METRICS))
"""Files whose content is brought, and which are not brought as files."""
STATUSES = {
    "COMPLETED": "completed", "FAILED": "failed", "INTERRUPTED": "interrupted",
    "TIMEOUT": "interrupted", "RUNNING": "running",
}  # fmt: skip
SILENCE = 600.0
"""Sacred gives a sign of life every ten seconds; after so many without one a run has died."""
LARGEST_FACTS = 1 << 16


def detect(path: str) -> bool:
    """Return whether it is a folder of runs of Sacred, or one run."""
    if not os.path.isdir(path):
        return False
    return is_run(path) or any(is_run(folder) for folder in folders_in(path)[:3])


def is_run(folder: str) -> bool:
    """Return whether a folder is a run of Sacred."""
    if not all(os.path.isfile(os.path.join(folder, name)) for name in (CONFIG, RUN)):
        return False
    try:
        with open(os.path.join(folder, RUN), "rb") as file:
            found = object_in(file.read(1 << 22))[0]
    except OSError:
        return False
    return {"command", "experiment", "host", "meta"} <= found.keys() and "name" in (
        found["experiment"] if isinstance(found["experiment"], dict) else {}
    )


def folders_in(path: str) -> list[str]:
    """Return the folders that have what a run has, numbers in their order."""
    try:
        names = [
            entry.name
            for entry in os.scandir(path)
            if entry.is_dir() and os.path.isfile(os.path.join(entry.path, RUN))
        ]
    except OSError:
        return []
    names.sort(key=lambda name: (0, int(name), name) if name.isdecimal() else (1, 0, name))
    return [os.path.join(path, name) for name in names]


def survey(path: str) -> Survey:
    """Return how many runs there are."""
    return Survey(1 if os.path.isfile(os.path.join(path, RUN)) else len(folders_in(path)))


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs in a folder, or the one that it is."""
    alone = os.path.isfile(os.path.join(path, RUN))
    folders = [path] if alone else folders_in(path)
    if not folders:
        raise faults.wrong(path, "", f"no folder with a {RUN} of Sacred is in it")
    gathered = [_Gathering(folder, faults) for folder in folders]
    waiting = [
        f"the run {one.result.id}, which is queued and has not begun"
        for one in gathered
        if one.is_queued
    ]
    for one in gathered:
        run = None if one.is_queued else one.run()
        if run is not None:
            run.left_out += waiting
            waiting = []
            yield run


class _Gathering:
    """What is gathered of one run."""

    def __init__(self, folder: str, faults: Faults) -> None:
        self.folder = os.path.abspath(folder)
        self.faults = faults
        base, name = os.path.split(self.folder)
        self.base = base
        self.result = ForeignRun(id=name, scope=os.path.realpath(base))
        self.found = self._json(RUN)

    @property
    def is_queued(self) -> bool:
        """Whether it has not begun."""
        return self.found.get("status") == "QUEUED"

    def run(self) -> ForeignRun | None:
        """Read the run; None if it is none."""
        found = self.found
        status = str(found.get("status", ""))
        if not found:
            self.faults.sentences += self.result.problems
            return None
        run = self.result
        experiment = mapping(found.get("experiment"))
        name = str(experiment.get("name") or "sacred")
        run.name = f"{name}-{run.id}"
        run.created = self._time(found.get("start_time"))
        beat = self._time(found.get("heartbeat"))
        run.ended = self._time(found.get("stop_time")) or beat
        run.status = STATUSES.get(status, "failed")
        if status not in STATUSES:
            run.problems.append(f"{self._path(RUN)}: the status {status!r} is not known")
        self._end(found, status, beat)
        run.params.update(mapping(plain(self._json(CONFIG))))
        host = mapping(found.get("host"))
        run.host = str(host["hostname"]) if host.get("hostname") else None
        meta = mapping(found.get("meta"))
        comment = meta.get("comment") or mapping(meta.get("options")).get("--comment")
        run.description = str(comment) if comment else None
        self._metrics()
        self._result(plain(found.get("result")))
        self._facts(found, experiment, host, meta, status)
        self._files(found, experiment)
        return run

    def _end(self, found: dict[str, Any], status: str, beat: float | None) -> None:
        """Take how the run ended."""
        trace = found.get("fail_trace")
        if isinstance(trace, list):
            lines = "".join(map(str, trace)).rstrip().splitlines()
            kind, _, message = (lines[-1] if lines else "").partition(": ")
            self.result.failure = {
                "type": kind, "message": message, "traceback": "\n".join(lines)
            }  # fmt: skip
        if status == "RUNNING" and beat is not None and time.time() - beat > SILENCE:
            self.result.status = "failed"
            self.result.failure = {
                "type": "no sign of life",
                "message": f"the last sign of life of the program was at {found['heartbeat']} UTC",
            }

    def _metrics(self) -> None:
        """Take the metrics; what is no number is a value with a step."""
        for key, columns in self._json(METRICS).items():
            columns = mapping(columns)
            steps, values = columns.get("steps"), columns.get("values")
            times = columns.get("timestamps")
            if not (
                isinstance(steps, list) and isinstance(values, list) and isinstance(times, list)
            ):
                self._tell(METRICS, f"{key!r} has no steps, values or timestamps")
                continue
            if not len(steps) == len(values) == len(times):
                self._tell(METRICS, f"{key!r} has {len(values)} values and {len(steps)} steps")
            for place, (step, value, moment) in enumerate(zip(steps, values, times, strict=False)):
                try:
                    self._point(key, step, plain(value), moment)
                except (ValueError, TypeError, OverflowError) as error:
                    self._tell(METRICS, f"{key!r}, point {place}: {error}")

    def _point(self, key: str, step: Any, value: Any, moment: Any) -> None:
        """Take one point."""
        seconds = utc(moment)
        if seconds is None:
            raise ValueError(f"{moment!r} is no time")
        number = int(step)
        if number != step:
            raise ValueError(f"the step {step!r} is no whole number")
        if isinstance(value, (int, float)):
            self.result.series_of(key).add(number, float(value), seconds)
        else:
            self.result.values.append(ForeignValue(key, number, seconds, value))

    def _result(self, result: Any) -> None:
        """Take what the run returned as metrics, as far as it is numbers."""
        at = self.result.ended or self.result.created or 0.0
        values = result if isinstance(result, dict) else {"": result}
        for key, value in values.items():
            name = f"result.{key}" if key else "result"
            if isinstance(value, (int, float)):
                self.result.series_of(name).add(0, float(value), at)

    def _facts(
        self, found: dict[str, Any], experiment: dict[str, Any], host: dict[str, Any],
        meta: dict[str, Any], status: str,
    ) -> None:  # fmt: skip
        """Take what else is known."""
        facts: dict[str, Any] = {
            "experiment": experiment.get("name"), "command": found.get("command"),
            "status": status, "result": plain(found.get("result")), "host": host, "meta": meta,
            "main_file": experiment.get("mainfile"), "base_folder": experiment.get("base_dir"),
            "dependencies": experiment.get("dependencies"),
        }  # fmt: skip
        repositories = experiment.get("repositories")
        if isinstance(repositories, list) and repositories:
            facts["repositories"] = repositories
            first = mapping(repositories[0])
            if first.get("commit"):
                self.result.facts["git"] = {
                    "commit": first["commit"], "remote": first.get("url"),
                    "dirty": bool(first.get("dirty")),
                }  # fmt: skip
        info = plain(self._json(INFO))
        if info and len(json.dumps(info)) <= LARGEST_FACTS:
            facts["info"] = info
        self.result.facts["sacred"] = {
            key: value for key, value in facts.items() if value not in (None, {}, [])
        }

    def _files(self, found: dict[str, Any], experiment: dict[str, Any]) -> None:
        """Take the files: those in the folder, the sources, the resources."""
        listed = {str(name) for name in found.get("artifacts", []) if isinstance(name, str)}
        for place, folders, names in os.walk(self.folder):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(place, name)
                inside = os.path.relpath(path, self.folder)
                listed.discard(inside)
                if inside not in OWN and os.path.isfile(path):
                    self.result.files.append(ForeignFile(inside, source=path))
        for name in sorted(listed):
            self._tell(RUN, f"the artifact {name!r} is missing")
        for folder, key, pairs in (
            ("sources", "_sources", experiment.get("sources")),
            ("resources", "_resources", found.get("resources")),
        ):
            taken: set[str] = set()
            for pair in pairs if isinstance(pairs, list) else []:
                if not (isinstance(pair, list) and len(pair) == 2 and all(map(str, pair))):
                    continue
                original, kept = map(str, pair)
                self._kept(folder, key, original, kept, taken)

    def _kept(self, folder: str, key: str, original: str, kept: str, taken: set[str]) -> None:
        """Take a file that Sacred keeps once for all runs."""
        # The path is that of the computer it was written on; the folder may have moved since.
        place = next(
            (
                path
                for path in (
                    os.path.join(self.base, key, os.path.basename(kept)),
                    os.path.join(self.folder, os.path.basename(original)),
                )
                if os.path.isfile(path)
            ),
            None,
        )
        if place is None:
            self._tell(RUN, f"the {folder[:-1]} {original!r} is not in {key}")
            return
        inside = os.path.basename(original) if os.path.isabs(original) else original
        parts = [part for part in inside.split("/") if part not in ("", ".", "..")]
        name = f"{folder}/{'/'.join(parts) or os.path.basename(kept)}"
        if name in taken:
            name = f"{folder}/{os.path.basename(kept)}"
        taken.add(name)
        if all(file.source != place for file in self.result.files):
            self.result.files.append(
                ForeignFile(name, source=place, details={"original_path": original})
            )

    def _json(self, name: str) -> dict[str, Any]:
        """Return what can be read of a file of the run."""
        path = self._path(name)
        if not os.path.isfile(path):
            return {}
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            self._tell(name, error.strerror or str(error))
            return {}
        found, wrong = object_in(data)
        if wrong:
            self._tell(name, f"{wrong}; what stands before it was read")
        return found

    def _time(self, text: Any) -> float | None:
        """Return a time of the file of the run."""
        seconds = utc(text)
        if seconds is None and text is not None:
            self._tell(RUN, f"{text!r} is no time")
        return seconds

    def _path(self, name: str) -> str:
        """Return the path of a file of the run."""
        return os.path.join(self.folder, name)

    def _tell(self, name: str, what: str) -> None:
        """Say what cannot be read."""
        self.result.problems.append(f"{self._path(name)}: {what}")


def mapping(value: Any) -> dict[str, Any]:
    """Return a value that is an object of JSON; nothing if it is another."""
    return value if isinstance(value, dict) else {}
