"""Logs of TensorBoard: event files in folders, whoever wrote them, read without TensorBoard.

A folder with event files is a run; all its files, one after a restart of the program the next,
belong to it. A run in the folder of another is a child of it, but for the folder that PyTorch's
`add_hparams` makes, which is a part of its run. Scalars are metrics, in whichever form; all points
are kept, also those that TensorBoard hides after a restart at an earlier step. Everything else that
TensorBoard shows, of whichever plugin, is stored as it is, so that it shows the same. Texts and
histograms are values with a step, too, images and sounds files. HParams says the parameters, and
how the run ended. Graphs are files.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...runs import Faults, ForeignFile, ForeignRun, ForeignValue, Series, Survey
from ...silence import last_written, status_after
from . import hparams, media
from .events import Events, Other
from .folders import RunFolder, begins, first_time, is_log, runs_in
from .frames import FrameReader
from .spool import Spool
from .wire import MalformedError

SCOPE = "event files"
"""Names of event files tell runs apart wherever their folders are moved to."""
GRAPHS = {"graph": "graph.pb", "meta_graph": "meta_graph.pb", "run_metadata": "run_metadata.pb"}
BESIDE = ("hparams.yaml", "projector_config.pbtxt")
"""Files that others than TensorBoard leave in the folder of a run, and that say more of it."""
MOST_TOLD = 20


def detect(path: str) -> bool:
    """Return whether TensorBoard would read it, and no experiment of this package wrote it."""
    return is_log(path)


def survey(path: str) -> Survey:
    """Return how many runs there are."""
    return Survey(sum(1 for _ in runs_in(path)))


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs below a folder."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    folders = list(runs_in(path))
    if not folders:
        raise faults.wrong(path, "", "no event files of TensorBoard are in it")
    ours = nothing = 0
    for folder in folders:
        with tempfile.TemporaryDirectory(prefix="specweave-import-") as aside:
            run = _Gathering(folder, Path(aside)).run()
            if run is None:
                ours += 1
                faults.add(folder.path, "", "it is an experiment of this package, left as it is")
                continue
            if run.facts["tensorboard"]["events"] == 0:
                nothing += 1
                for sentence in run.problems:
                    faults.sentences.append(sentence)
                continue
            run.id = unused(run.id, folder.name, taken)
            ids[folder.name] = run.id
            run.parent = None if folder.parent is None else ids.get(folder.parent)
            yield run
    if nothing and not ids and not ours:
        said = "; ".join(faults.sentences[:3]) or "its event files are empty"
        raise faults.wrong(path, "", f"it holds no events of TensorBoard: {said}")


def unused(identity: str, name: str, taken: set[str]) -> str:
    """Return an id; that of a folder that was copied is another one."""
    found = identity if identity not in taken else f"{identity} {name}"
    taken.add(found)
    return found


class _Gathering:
    """What is gathered of one run."""

    def __init__(self, folder: RunFolder, aside: Path) -> None:
        self.folder = folder
        self.aside = aside
        self.events = Events()
        self.session = hparams.Session()
        self.names: Counter[str] = Counter()
        self.graphs: Counter[str] = Counter()
        self.spool = Spool(aside / "summaries")
        self.told: Counter[str] = Counter()
        first = folder.files[0]
        self.result = ForeignRun(
            id=f"{os.path.basename(first)} {first_time(first)!r}", name=folder.name, scope=SCOPE
        )

    def run(self) -> ForeignRun | None:
        """Read all event files; return None if this package wrote them."""
        count = 0
        for path in self.folder.files:
            try:
                count += self._file(path)
            except OSError as error:
                self._tell(path, None, error.strerror or str(error))
            if self.events.is_ours:
                break
        self.spool.close()
        if self.events.is_ours:
            return None
        run, events, session = self.result, self.events, self.session
        for tag, points in events.series.items():
            run.series.append(Series(tag, points.steps, points.values, points.times))
        run.summaries = self.spool
        run.params.update(session.params)
        first, last = events.span()
        run.created = session.started or found(first)
        run.status = session.status or status_after(last_written(self.folder.files))
        run.ended = session.ended or found(last)
        run.host = host_of(self.folder.files[0])
        facts: dict[str, Any] = {
            "run": self.folder.name,
            "files": [os.path.basename(path) for path in self.folder.files],
            "events": count,
        }
        if events.restarts:
            facts["restarts"] = events.restarts
        run.facts["tensorboard"] = {**facts, **session.facts}
        if "description" in session.facts:
            run.description = session.facts["description"]
        self._files_beside()
        return run

    def _file(self, path: str) -> int:
        """Read one event file, and return how many events it has."""
        frames = FrameReader(path)
        counted = _Counted(frames)
        for other in self.events.read(counted):
            try:
                self._other(other)
            except (MalformedError, ValueError, IndexError) as error:
                self._tell(path, None, f"{other.kind} {other.tag!r} at step {other.step}: {error}")
        if counted.is_foreign:
            self._tell(path, 0, "its first record is no event of TensorBoard; it was not read")
            return 0
        unread = len(self.events.malformed)
        damage = [(at, f"an event cannot be read: {what}") for at, what in self.events.malformed]
        self.events.malformed.clear()
        for offset, what in sorted(damage + frames.damage):
            self._tell(path, offset, what)
        return counted.number - unread

    def _other(self, other: Other) -> None:
        """Take what is no scalar."""
        if other.kind == hparams.NAME:
            self.session.take(other.content)
            return
        if other.kind in GRAPHS:
            self._graph(other)
            return
        self.spool.add(other.step, other.time, other.data)
        if other.kind == "text":
            self._value(other, media.text_of(other))
        elif other.kind == "histograms":
            self._value(other, media.histogram_of(other))
        elif other.kind in ("images", "image"):
            self._pictures(other, media.images_of(other), "figure")
        elif other.kind in ("audio", "audios"):
            self._pictures(other, media.sounds_of(other), "file")

    def _value(self, other: Other, value: Any) -> None:
        """Keep a value with its step."""
        self.result.values.append(ForeignValue(other.tag, other.step, other.time, value))

    def _pictures(self, other: Other, pictures: list[media.Picture], kind: str) -> None:
        """Keep images or sounds as files."""
        for number, picture in enumerate(pictures):
            place = f"-{number}" if len(pictures) > 1 else ""
            name = f"media/{plain(other.tag)}/step-{other.step:06d}{place}"
            self._keep(name, picture.ending, picture.content, kind, other)

    def _graph(self, other: Other) -> None:
        """Keep a graph of TensorFlow as it is."""
        stem, _, ending = GRAPHS[other.kind].partition(".")
        tag = f"-{plain(other.tag).replace('/', '-')}" if other.tag else ""
        self._keep(f"tensorboard/{stem}{tag}", ending, other.data, "file", other)

    def _keep(self, name: str, ending: str, content: bytes, kind: str, other: Other) -> None:
        """Keep bytes aside until the run is stored."""
        self.names[name] += 1
        if self.names[name] > 1:
            name = f"{name}-{self.names[name]}"
        path = self.aside / f"{len(self.result.files):08d}"
        path.write_bytes(content)
        details = {"tag": other.tag, "step": other.step, "time": other.time}
        self.result.files.append(
            ForeignFile(f"{name}.{ending}", source=str(path), kind=kind, details=details)
        )

    def _files_beside(self) -> None:
        """Keep the files in the folder that say more of the run."""
        for name in BESIDE:
            path = os.path.join(self.folder.path, name)
            if os.path.isfile(path):
                self.result.files.append(ForeignFile(f"tensorboard/{name}", source=path))

    def _tell(self, path: str, offset: int | None, what: str) -> None:
        """Say what cannot be read; not more often than anybody reads."""
        self.told[path] += 1
        if self.told[path] <= MOST_TOLD:
            place = f" byte {offset}:" if offset is not None else ""
            self.result.problems.append(f"{path}:{place} {what}")


class _Counted:
    """Counts what goes through it."""

    def __init__(self, frames: FrameReader) -> None:
        self.frames = frames
        self.number = 0
        self.is_foreign = False

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        for offset, payload in self.frames:
            if offset == 0 and not begins(payload):
                self.is_foreign = True
                return
            self.number += 1
            yield offset, payload


def found(time: float) -> float | None:
    """Return a time that there is."""
    return time if 0 < time < float("inf") else None


def plain(tag: str) -> str:
    """Return a tag as folders: no part of it leads anywhere else."""
    parts = [part for part in tag.split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "value"


def host_of(path: str) -> str | None:
    """Return the computer in the name of an event file: ``events.out.tfevents.TIME.HOST.…``."""
    _, _, rest = os.path.basename(path).partition("tfevents.")
    parts = rest.split(".")
    if len(parts) < 2 or not parts[0].isdigit():
        return None
    kept = parts[1:]
    while len(kept) > 1 and (kept[-1].isdigit() or kept[-1] == "v2"):
        kept.pop()
    return ".".join(kept) or None
